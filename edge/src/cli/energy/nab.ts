import { type NabScore, nabTotal } from '@keepsite/edge-energy';
import type { Command } from 'commander';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from './input-error.ts';
import { type Detector, DETECTORS, judge, scoreOf, windowsOf } from './judge.ts';
import type { EnergyIo } from './options.ts';
import { readRows } from './read-series.ts';

interface NabOptions {
  readonly data: string;
  readonly windows: string;
}

const Corpus = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

/** `nab`: both detectors on a corpus of the Numenta benchmark, file by file and in total. */
export function addNab(program: Command, io: EnergyIo): void {
  program
    .command('nab')
    .description('the Numenta benchmark score (standard profile) of both detectors on a corpus or a part of it')
    .requiredOption('--data <folder>', "the benchmark's data folder; files plain or .gz")
    .requiredOption('--windows <json>', 'its labels/combined_windows.json: only the files named there are scored')
    .action((options: NabOptions) => printNab(options, io));
}

function printNab({ data, windows: file }: NabOptions, io: EnergyIo): void {
  const corpus = Object.entries(readCorpus(file, io));
  const scores = new Map<Detector, NabScore[]>(DETECTORS.map((detector) => [detector, []]));
  io.out(`| series | ${DETECTORS.join(' | ')} |`);
  io.out(`|${' --- |'.repeat(DETECTORS.length + 1)}`);
  for (const [name, texts] of corpus) {
    const { series } = readRows(join(data, name), { read: (path) => plainOrPacked(path, io) });
    const windows = windowsOf(texts, file, 'UTC');
    const cells = DETECTORS.map((detector) => {
      const score = scoreOf(judge(series, detector, 'UTC'), windows);
      scores.get(detector)?.push(score);
      return cell(score);
    });
    io.out(`| ${[name, ...cells].join(' | ')} |`);
  }
  io.out(`| **all** | ${DETECTORS.map((detector) => total(scores.get(detector) ?? [])).join(' | ')} |`);
}

function readCorpus(file: string, io: EnergyIo): z.infer<typeof Corpus> {
  try {
    return Corpus.parse(JSON.parse(new TextDecoder().decode(io.read(file))));
  } catch (error) {
    throw new InputError(`${file} cannot be read as {file: [[from,to],…]}: ${String(error)}`, { cause: error });
  }
}

function plainOrPacked(path: string, io: EnergyIo): Uint8Array {
  try {
    return io.read(path);
  } catch {
    return io.read(`${path}.gz`);
  }
}

function cell({ normalised, windows, windowsHit, falseAlarms }: NabScore): string {
  const score = normalised === null ? '–' : normalised.toFixed(1);
  return `${score} (${windowsHit}/${windows} hit, ${falseAlarms} false)`;
}

function total(scores: readonly NabScore[]): string {
  const sum = (of: (score: NabScore) => number) => scores.reduce((all, score) => all + of(score), 0);
  const hits = `${sum(({ windowsHit }) => windowsHit)}/${sum(({ windows }) => windows)} hit`;
  return `**${nabTotal(scores)?.toFixed(2) ?? '–'}** (${hits}, ${sum(({ falseAlarms }) => falseAlarms)} false)`;
}
