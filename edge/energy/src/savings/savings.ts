import type { Millis } from '../day.ts';
import { type Refused, refused } from '../models/model.ts';
import { DAY_MS, known, type Known, type Measured, type Period, type Row } from '../models/rows.ts';
import type { Random } from '../statistics/random.ts';
import { type Baseline, type BaselineRequest, fitBaseline, rowsOf } from './baseline.ts';
import { drawErrors, intervalOf } from './bootstrap.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { formOf, type IntervalKind } from './forms.ts';
import { type Band, uncertaintyBand } from './fractional-uncertainty.ts';
import { lastingShare, type TestedError, testedError, widenedResiduals } from './tested-error.ts';

export interface SavingsRequest extends BaselineRequest {
  readonly reporting: Period;
  /** 0.9 for a 90 % interval. */
  readonly confidence: number;
  /** Bootstrap draws, at least 1,000 for a report; 0 reckons the FSU alone. */
  readonly draws: number;
  readonly random: Random;
}

export interface SavingsRange {
  readonly low: number;
  readonly high: number;
}

/** One calendar month of the reporting period. */
export interface MonthOfSavings {
  /** `YYYY-MM`, local. */
  readonly month: string;
  readonly actual: number;
  readonly adjustedBaseline: number;
  readonly savings: number;
  readonly compared: number;
  /** Intervals whose usage, temperature or prediction is unknown: in neither sum. */
  readonly missing: number;
}

/** Avoided energy: what the building would have used less what it used, over the intervals where both are known. */
export interface Savings {
  readonly ok: true;
  readonly baseline: Baseline;
  readonly adjustedBaseline: number;
  readonly actual: number;
  readonly savings: number;
  /** Null when nothing would have been used. */
  readonly fraction: number | null;
  /** Reporting intervals compared, and those that could not be. */
  readonly compared: number;
  readonly missing: number;
  readonly band: Band | null;
  /** The same with the fraction rounded to two decimals first, as nmecr prints it: an FSU, null for a rounded zero. */
  readonly fsuOfRounded: number | null;
  readonly intervals: Readonly<Record<IntervalKind, SavingsRange | null>>;
  /** The interval that speaks, and which one that is. */
  readonly interval: SavingsRange | null;
  readonly intervalKind: IntervalKind;
  readonly verdict: SavingsVerdict;
  readonly tested: TestedError | null;
  readonly coverage: Coverage;
  readonly months: readonly MonthOfSavings[];
  /** Every reporting row with its prediction, in order of time. */
  readonly rows: readonly PredictedRow[];
}

export interface PredictedRow extends Row {
  readonly predicted: number | null;
}

/** What an interval allows to be said: savings only where all of it lies above zero. */
export type SavingsVerdict = 'savings demonstrated' | 'no savings demonstrated' | 'use has risen';

/**
 * Reckons what a measure saved (IPMVP Option C; CalTRACK 3.5): the baseline's model under the reporting
 * period's weather and calendar, less the meter. Sums only, nothing is scaled up to a year, and an
 * interval that is not known is in neither sum: a gap is never a saving.
 */
export function reckonSavings(request: SavingsRequest): Savings | Refused {
  const baseline = fitBaseline(request);
  if (!baseline.ok) return baseline;
  const { model } = baseline;
  const rows = rowsOf(request, request.reporting).map((row) => ({ ...row, predicted: model.predict(row) }));
  const compared = known(rows).filter(isPredicted);
  if (compared.length === 0) return refused(nothingCompared(known(rows).length));
  const adjustedBaseline = compared.reduce((sum, { predicted }) => sum + predicted, 0);
  const actual = compared.reduce((sum, { usage }) => sum + usage, 0);
  const savings = adjustedBaseline - actual;
  const fraction = adjustedBaseline > 0 ? savings / adjustedBaseline : null;
  const band = bandOf(request, baseline, compared, adjustedBaseline);
  const { intervals, tested } = intervalsOf(request, baseline, compared, { savings, adjustedBaseline }, band);
  const wanted = formOf(request.method).interval;
  const intervalKind = intervals[wanted] ? wanted : 'fsu';
  return {
    ok: true,
    baseline,
    adjustedBaseline,
    actual,
    savings,
    fraction,
    compared: compared.length,
    missing: rows.length - compared.length,
    band,
    fsuOfRounded: fsuOfRounded(band, adjustedBaseline, fraction),
    intervals,
    interval: intervals[intervalKind],
    intervalKind,
    verdict: verdictOf(intervals[intervalKind]),
    tested,
    coverage: coverageOf(model, rows),
    months: monthsOf(rows, request.measured),
    rows,
  };
}

type ComparedRow = Known<Row> & { readonly predicted: number };

function isPredicted(row: Known<PredictedRow>): row is Known<PredictedRow> & { readonly predicted: number } {
  return row.predicted !== null;
}

function nothingCompared(knownRows: number): string {
  if (knownRows === 0) return 'no interval of the reporting period has both usage and temperature';
  return `the baseline knows too little of the months or hours of all ${knownRows} usable intervals of the reporting period`;
}

function bandOf(
  { method, reporting, confidence }: SavingsRequest,
  { model, metrics }: Baseline,
  compared: readonly ComparedRow[],
  adjustedBaseline: number,
): Band | null {
  const { parameters, intercepts } = model;
  const reportingDays = (reporting.to - reporting.from) / DAY_MS;
  const facts = { method, metrics, parameters, intercepts, m: compared.length, reportingDays, adjustedBaseline };
  return uncertaintyBand(facts, confidence);
}

function intervalsOf(
  request: SavingsRequest,
  { model, rows }: Baseline,
  compared: readonly ComparedRow[],
  { savings, adjustedBaseline }: { savings: number; adjustedBaseline: number },
  band: Band | null,
) {
  const form = formOf(request.method);
  const { confidence, draws, random } = request;
  const fsu = band && { low: savings - band.energy, high: savings + band.energy };
  if (draws === 0) return { intervals: { fsu, bootstrap: null, tested: null }, tested: null };
  const options = { draws, block: form.block, random };
  const errors = drawErrors(widenedResiduals(model), model.influence(compared), compared.length, options);
  const bootstrap = intervalOf(savings, errors, confidence);
  const tested = form.testable ? testedError(rows, (part) => form.fit(part, request.fuel), form.block) : null;
  const lasting = tested && lastingShare(tested, confidence) * adjustedBaseline;
  const widened =
    lasting === null
      ? null
      : {
          low: savings - Math.hypot(savings - bootstrap.low, lasting),
          high: savings + Math.hypot(bootstrap.high - savings, lasting),
        };
  return { intervals: { fsu, bootstrap, tested: widened }, tested };
}

function fsuOfRounded(band: Band | null, adjustedBaseline: number, fraction: number | null): number | null {
  const rounded = fraction === null ? 0 : Math.round(fraction * 100) / 100;
  return band === null || rounded === 0 ? null : band.energy / Math.abs(adjustedBaseline * rounded);
}

/** The verdict of an interval; without one nothing is demonstrated. */
export function verdictOf(interval: SavingsRange | null): SavingsVerdict {
  if (interval && interval.low > 0) return 'savings demonstrated';
  return interval && interval.high < 0 ? 'use has risen' : 'no savings demonstrated';
}

function monthsOf(rows: readonly PredictedRow[], { clock }: Measured): MonthOfSavings[] {
  const months = Map.groupBy(rows, ({ at }) => monthOf(clock.wall(at)));
  return [...months].map(([month, own]) => {
    const compared = known(own).filter(isPredicted);
    const actual = compared.reduce((sum, { usage }) => sum + usage, 0);
    const adjustedBaseline = compared.reduce((sum, { predicted }) => sum + predicted, 0);
    const savings = adjustedBaseline - actual;
    return {
      month,
      actual,
      adjustedBaseline,
      savings,
      compared: compared.length,
      missing: own.length - compared.length,
    };
  });
}

function monthOf(wall: Millis): string {
  return new Date(wall).toISOString().slice(0, 7);
}
