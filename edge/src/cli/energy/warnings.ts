import type { NabScore } from '@keepsite/edge-energy';
import type { Command } from 'commander';
import { z } from 'zod';
import { InputError } from './input-error.ts';
import { type Detector, DETECTORS, judge, scoreOf, windowsOf } from './judge.ts';
import { type EnergyIo, oneOf, zoneOption } from './options.ts';
import { readRows } from './read-series.ts';

interface WarningsOptions {
  readonly series: string;
  readonly windows?: string;
  readonly zone?: string;
  readonly detector: Detector;
  readonly json?: true;
}

const Windows = z.array(z.tuple([z.string(), z.string()]));

/** `warnings`: judges a recording row by row, as it would have been judged live. */
export function addWarnings(program: Command, io: EnergyIo): void {
  program
    .command('warnings')
    .description('what is unusual in a series of any kind, row by row, by nothing but its past; one JSON object a row')
    .requiredOption('--series <csv[:column]>', 'the series; a row is judged when it is read, so its order is kept')
    .option(
      '--windows <json>',
      'known anomalies, [[from,to],…]: the Numenta benchmark score (standard profile) follows',
    )
    .option(
      '--zone <zone>',
      'zone of times without an offset, and whose days and weeks the series follows (default: UTC)',
      zoneOption,
    )
    .option(
      '--detector <detector>',
      `${DETECTORS.join(' or ')} (the benchmark's own, to compare)`,
      oneOf(DETECTORS),
      'watch',
    )
    .option('--json', 'the score as JSON too')
    .addHelpText(
      'after',
      '\nscore is 0 … 1 and a warning begins where it reaches 0.5; after one the watch is quiet for 100 rows.\nA gap has no score. Method: docs/energy-warnings.md.',
    )
    .action((options: WarningsOptions) => runWarnings(options, io));
}

function runWarnings(options: WarningsOptions, io: EnergyIo): void {
  const { series, notes } = readRows(options.series, { read: io.read, ...(options.zone && { zone: options.zone }) });
  if (series.length === 0) throw new InputError(`${options.series} holds no rows`);
  const windows =
    options.windows === undefined
      ? null
      : windowsOf(parsed(options.windows, io), options.windows, options.zone ?? 'UTC');
  notes.forEach((note) => io.err(`energy: ${note}`));
  const rows = judge(series, options.detector, options.zone ?? 'UTC');
  io.out(rows.map((row) => JSON.stringify({ ...row, at: new Date(row.at).toISOString() })).join('\n'));
  if (windows === null) return;
  const { normalised, ...parts } = scoreOf(rows, windows);
  io.out(
    options.json ? JSON.stringify({ profile: 'standard', nab: normalised, ...parts }) : told({ normalised, ...parts }),
  );
}

function parsed(file: string, io: EnergyIo): z.infer<typeof Windows> {
  try {
    return Windows.parse(JSON.parse(new TextDecoder().decode(io.read(file))));
  } catch (error) {
    throw new InputError(`${file} cannot be read as [[from,to],…]: ${String(error)}`, { cause: error });
  }
}

function told({ normalised, windowsHit, windows, falseAlarms }: NabScore): string {
  const score = normalised === null ? 'none (no windows)' : normalised.toFixed(2);
  return `NAB standard score ${score}: ${windowsHit} of ${windows} windows hit, ${falseAlarms} false alarms`;
}
