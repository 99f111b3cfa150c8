import { type Period, reckonSavings, type Savings, type SavingsRequest, seededRandom } from '@keepsite/edge-energy';
import { type Command, InvalidArgumentError } from 'commander';
import { InputError } from './input-error.ts';
import type { EnergyIo } from './options.ts';
import { refusal } from './refusal.ts';
import { type BaselineOptions, baselineRequest, countOption, periodOf, withBaseline } from './request.ts';
import { savingsJson, savingsText } from './savings-report.ts';

interface SavingsOptions extends BaselineOptions {
  readonly reporting: string;
  readonly confidence: number;
  readonly draws: number;
  readonly seed: number;
  readonly event?: string[];
  readonly approvedBy?: string;
}

/** Fewer draws than this leave the ends of an interval to chance. */
const LEAST_DRAWS = 1000;
const HEADLINE_CONFIDENCE = 0.9;

/** `savings`: what a measure saved, by one of five methods, and how sure that is. */
export function addSavings(program: Command, io: EnergyIo): void {
  withBaseline(program.command('savings'))
    .description('avoided energy: the baseline under the weather of the reporting period, less the meter')
    .requiredOption('--reporting <from/to>', 'FROM/TO, dates, TO excluded')
    .option('--confidence <share>', 'of the interval', shareOption, HEADLINE_CONFIDENCE)
    .option('--draws <count>', 'draws of the bootstrap', countOption(LEAST_DRAWS), LEAST_DRAWS)
    .option('--seed <number>', 'of the bootstrap: the same seed gives the same interval', countOption(0), 1)
    .option('--event <from/to>', 'a non-routine event to leave out; may be repeated', collect)
    .option('--approved-by <name>', 'who approved the events')
    .addHelpText('after', '\nWhat each number means: docs/energy-savings.md.')
    .action((options: SavingsOptions) => printSavings(options, io));
}

function printSavings(options: SavingsOptions, io: EnergyIo): void {
  const { request, notes } = baselineRequest(options, io);
  const reporting = periodOf(options.reporting, '--reporting', options);
  if (overlap(request.baseline, reporting)) throw new InputError('--reporting overlaps --baseline');
  const excluded = (options.event ?? []).map((event) => periodOf(event, '--event', options));
  if (excluded.length > 0 && !options.approvedBy)
    throw new InputError('--event needs --approved-by: a person says that an event was one');
  const asked = { ...request, reporting, draws: options.draws };
  const savings = reckoned({ ...asked, excluded, confidence: HEADLINE_CONFIDENCE }, options, io);
  const report = {
    savings,
    asked:
      options.confidence === HEADLINE_CONFIDENCE
        ? savings
        : reckoned({ ...asked, excluded, confidence: options.confidence }, options, io),
    unadjusted: excluded.length === 0 ? null : reckoned({ ...asked, confidence: HEADLINE_CONFIDENCE }, options, io),
    approved: excluded.map(({ from, to }) => ({ from, to, approvedBy: options.approvedBy ?? '' })),
    request: asked,
    confidence: options.confidence,
    seed: options.seed,
    notes,
  };
  io.out(options.json ? JSON.stringify(savingsJson(report), null, 2) : savingsText(report));
}

function reckoned(request: Omit<SavingsRequest, 'random'>, { seed, json }: SavingsOptions, io: EnergyIo): Savings {
  const savings = reckonSavings({ ...request, random: seededRandom(seed) });
  if (!savings.ok) throw refusal(request.method, savings.reasons, json === true, io);
  return savings;
}

function overlap(a: Period, b: Period): boolean {
  return a.from < b.to && b.from < a.to;
}

function shareOption(text: string): number {
  const share = Number(text);
  if (!(share > 0 && share < 1)) throw new InvalidArgumentError('it is a share between 0 and 1, such as 0.9');
  return share;
}

function collect(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}
