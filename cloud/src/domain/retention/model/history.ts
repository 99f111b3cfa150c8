import { quantile } from '../../statistics.ts';

/** What was known of a client in a period, and whether it was lost. */
export interface HistoryRow {
  readonly client: string;
  /** As it was written; empty where the history has none. */
  readonly period: string;
  readonly event: boolean;
  /** A value each column; null where it is missing. */
  readonly values: readonly (number | null)[];
}

export interface History {
  readonly columns: readonly string[];
  readonly rows: readonly HistoryRow[];
}

/** One indicator of a scorecard; `good` and `bad` may stand either way round. */
export interface CardLine {
  readonly name: string;
  readonly good: number;
  readonly bad: number;
  readonly weight: number;
}

const MONTH = /^(\d{4})-?(0[1-9]|1[0-2])$/;
const QUARTER = /^(\d{4})-?Q([1-4])$/;
const WEEK = /^(\d{4})-?W(0[1-9]|[1-4]\d|5[0-3])$/;
const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const MONTHS_A_QUARTER = 3;
const DAYS_A_MONTH = 365.25 / 12;
const DAY_MS = 86_400_000;

/** Whether a period says when it was: a number, a month (`2026-03`), quarter (`2026-Q1`), week (`2026-W09`) or day. */
export function isPeriod(text: string): boolean {
  return (text !== '' && Number.isFinite(Number(text))) || [MONTH, QUARTER, WEEK, DAY].some((form) => form.test(text));
}

/** The periods in their order: as numbers where all are numbers, else as text, as ISO 8601 sorts. */
export function periodsOf(history: History): string[] {
  const periods = [...new Set(history.rows.map(({ period }) => period))];
  const isNumber = periods.every((period) => period !== '' && Number.isFinite(Number(period)));
  return isNumber
    ? periods.toSorted((a, b) => Number(a) - Number(b))
    : periods.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}

/**
 * Quarters of a year from one period to the next, by the usual distance between them: months that are written down every
 * quarter are quarters. Null when the periods do not say when they were.
 */
export function quartersOf(periods: readonly string[]): number | null {
  const times = monthsOf(periods);
  if (times === null) return null;
  const usual = quantile(
    times.slice(1).map((time, i) => time - (times[i] as number)),
    0.5,
  );
  const alone = periods.every((period) => QUARTER.test(period)) ? MONTHS_A_QUARTER : 1;
  return (usual ?? alone) / MONTHS_A_QUARTER;
}

/** When each was, in months; whole ones where each has a month of its own. */
function monthsOf(periods: readonly string[]): number[] | null {
  if (periods.length === 0) return null;
  if (periods.every((period) => QUARTER.test(period)))
    return periods.map((period) => {
      const [, year, quarter] = QUARTER.exec(period) as RegExpExecArray;
      return Number(year) * 12 + Number(quarter) * MONTHS_A_QUARTER;
    });
  if (periods.every((period) => WEEK.test(period))) return periods.map((_, i) => (i * 7) / DAYS_A_MONTH);
  if (!periods.every((period) => MONTH.test(period) || DAY.test(period))) return null;
  const months = periods.map(
    (period) => Number(period.slice(0, 4)) * 12 + Number(period.slice(4).replace('-', '').slice(0, 2)),
  );
  if (new Set(months).size === periods.length) return months;
  return periods.map((period) => Date.parse(period) / DAY_MS / DAYS_A_MONTH);
}
