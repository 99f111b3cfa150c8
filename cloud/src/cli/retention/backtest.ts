import { seededRandom } from '@keepsite/edge-energy';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { backtest } from '../../domain/retention/model/backtest.ts';
import type { Scheme } from '../../domain/retention/model/splits.ts';
import { backtestText } from './backtest-text.ts';
import { readCard } from './card-file.ts';
import { readHistory } from './history-file.ts';
import { InputError, type RetentionIo, textOf } from './io.ts';

interface BacktestOptions {
  readonly csv: string;
  readonly indicators?: string;
  readonly folds?: number;
  readonly group?: 'client';
  readonly horizon: number;
  readonly draws: number;
  readonly seed: number;
  readonly json?: boolean;
}

/** Fewer draws than this leave the ends of an interval to chance. */
const DRAWS = 200;

/** `backtest`: how well scorecard, model and blend would have foretold who left. */
export function addBacktest(program: Command, io: RetentionIo): void {
  program
    .command('backtest')
    .description('how well scorecard, model and blend would have foretold who left')
    .requiredOption('--csv <file>', 'client,period,event and numeric indicators; plain or gz, - for standard input')
    .option('--indicators <file>', 'good, bad and weight of each indicator (YAML or JSON); without it, no scorecard')
    .option('--folds <k>', 'row i in part i mod k, instead of forward in time', countOption(2))
    .addOption(new Option('--group <column>', 'with --folds: all rows of a client in one part').choices(['client']))
    .option('--horizon <periods>', 'event says: lost within so many periods, its own the first', countOption(1), 1)
    .option('--draws <count>', 'how often clients are drawn again for the intervals', countOption(DRAWS), DRAWS)
    .option('--seed <number>', 'of the draws: the same seed gives the same intervals', countOption(0), 1)
    .option('--json', 'one JSON object')
    .action((options: BacktestOptions) => printBacktest(options, io));
}

async function printBacktest(options: BacktestOptions, io: RetentionIo): Promise<void> {
  const scheme = schemeOf(options);
  const { history, notes } = readHistory(options.csv, await textOf(options.csv, io), scheme.kind === 'forward');
  if (history.columns.length === 0) throw new InputError(`${options.csv}: it has no indicators`);
  if (scheme.kind === 'folds' && scheme.folds > history.rows.length)
    throw new InputError(`--folds ${scheme.folds} is more than the ${history.rows.length} rows`);
  const card =
    options.indicators === undefined ? {} : readCard(options.indicators, await textOf(options.indicators, io), history);
  const { horizon, draws, seed } = options;
  const result = backtest({ history, scheme, horizon, ...card, draws, random: seededRandom(seed) });
  for (const note of notes) io.err(`note: ${note}`);
  io.out(options.json ? JSON.stringify({ scheme, horizon, ...result }, null, 2) : backtestText(result, scheme));
}

function schemeOf({ folds, group }: BacktestOptions): Scheme {
  if (folds !== undefined) {
    return { kind: 'folds', folds, by: group ?? 'row' };
  }
  if (group !== undefined) throw new InputError('--group goes with --folds');
  return { kind: 'forward' };
}

function countOption(least: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!Number.isSafeInteger(count) || count < least)
      throw new InvalidArgumentError(`it is a whole number, ${least} or more`);
    return count;
  };
}
