import { type ExportVerdict, verifyExport } from '@keepsite/edge-evidence';
import type { Command } from 'commander';
import { EdgeError, sentenceOf } from '../errors.ts';
import { readInput } from './read-input.ts';
import type { CliIo } from './table.ts';

const OK = 0;
const FAILURE = 1;

/** `evidence verify`: needs the file and nothing else, no edge, no cloud, no network. `done` gets the exit code. */
export function addEvidenceCommands(program: Command, io: CliIo, done: (code: number) => void): void {
  program
    .command('evidence')
    .description('about evidence')
    .command('verify <file>')
    .description('check an exported incident (export.json; "-": standard input) against the hashes that it holds')
    .option('--json', 'print JSON')
    .action((file: string, options: { json?: boolean }) => {
      const verdict = verifyExport(parsed(file));
      io.out(options.json ? JSON.stringify(verdict, null, 2) : sentences(verdict).join('\n'));
      done(verdict.ok ? OK : FAILURE);
    });
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(Buffer.from(readInput(file)).toString('utf8'));
  } catch (error) {
    throw new EdgeError('EDGE_CONFIG_INVALID', `${file} cannot be read as JSON: ${sentenceOf(error)}`, {
      cause: error,
    });
  }
}

function sentences({ ok, events, links, gaps, unchecked, faults }: ExportVerdict): string[] {
  const covered = `${events} events were reckoned anew, ${links} links between them followed`;
  const holes = [
    ...gaps.map(({ after, before }) => `not covered: what lies between events ${after} and ${before}`),
    ...unchecked.map((what) => `not checked: ${what}`),
  ];
  return ok
    ? [`unaltered: ${covered}`, ...holes]
    : ['NOT as it was recorded:', ...faults.map((fault) => `- ${fault}`), ...holes];
}
