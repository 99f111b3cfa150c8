import { type StudyOfCut, studyCoverage } from '@keepsite/edge-energy';
import { type Command, InvalidArgumentError } from 'commander';
import { table } from '../table.ts';
import type { EnergyIo } from './options.ts';
import { type BaselineOptions, baselineRequest, countOption, withBaseline } from './request.ts';

interface CoverageOptions extends BaselineOptions {
  readonly fitMonths: number;
  readonly testMonths: number;
  readonly cuts: number[];
  readonly seed: number;
}

const CUTS = [0, 0.03, 0.05, 0.1, 0.15];
const DRAWS = 1000;
const CONFIDENCE = 0.9;

/** `coverage`: how often the 90 % intervals hold a cut that was made to a recording on purpose. */
export function addCoverage(program: Command, io: EnergyIo): void {
  withBaseline(program.command('coverage'))
    .description(
      'how often the 90 % intervals hold a known cut: rolling windows through the recording that --baseline spans',
    )
    .option('--fit-months <count>', 'months of each baseline', countOption(1), 12)
    .option('--test-months <count>', 'months after it that are cut and tested', countOption(1), 12)
    .option('--cuts <shares>', 'shares that are cut off', cutsOption, CUTS)
    .option('--seed <number>', 'of the bootstrap', countOption(0), 1)
    .action((options: CoverageOptions) => printCoverage(options, io));
}

function printCoverage(options: CoverageOptions, io: EnergyIo): void {
  const { request, notes } = baselineRequest(options, io);
  const zone = options.days === 'utc' ? 'UTC' : (options.zone ?? 'UTC');
  const { fitMonths, testMonths, cuts, seed } = options;
  const studied = studyCoverage({
    ...request,
    within: request.baseline,
    fitMonths,
    testMonths,
    cuts,
    seed,
    confidence: CONFIDENCE,
    draws: DRAWS,
    monthsAfter: (at, months) =>
      Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).add({ months }).epochMilliseconds,
  });
  if (options.json)
    io.out(JSON.stringify({ method: options.method, fitMonths, testMonths, cuts: studied, notes }, null, 2));
  else io.out([table(studied.map(line)), ...notes].join('\n'));
}

function line(study: StudyOfCut): Record<string, string> {
  const { cut, windows, refused, covered, halfWidth, demonstrated, medianError, largestError } = study;
  return {
    cut: share(cut),
    windows: refused > 0 ? `${windows} (${refused} refused)` : String(windows),
    'held by FSU': `${share(covered.fsu)} ±${share(halfWidth.fsu)}`,
    'by bootstrap': `${share(covered.bootstrap)} ±${share(halfWidth.bootstrap)}`,
    'by test': `${share(covered.tested)} ±${share(halfWidth.tested)}`,
    demonstrated: share(demonstrated),
    'error, median': share(medianError),
    largest: share(largestError),
  };
}

function share(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(1)} %`;
}

function cutsOption(text: string): number[] {
  const cuts = text.split(',').map(Number);
  if (cuts.some((cut) => !(cut >= 0 && cut < 1)))
    throw new InvalidArgumentError('they are shares below 1, such as 0,0.05,0.1');
  return cuts;
}
