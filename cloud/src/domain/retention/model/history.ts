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

/** How periods say when they were: `2026-03`, `2026-Q1`, `2026-W09`, `2026-03-31`. */
const FORMS = {
  month: /^\d{4}-?(?:0[1-9]|1[0-2])$/,
  quarter: /^\d{4}-?Q[1-4]$/,
  week: /^\d{4}-?W(?:0[1-9]|[1-4]\d|5[0-3])$/,
  day: /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/,
} as const;
const MONTHS_A_QUARTER = 3;
const DAYS_A_MONTH = 365.25 / 12;

type Form = keyof typeof FORMS | 'number';

/** The form that all periods have; null when they have none in common: then nothing says which of them was first. */
export function formOf(periods: readonly string[]): Form | null {
  const forms = Object.entries(FORMS) as [Form, RegExp][];
  const [form] = forms.find(([, pattern]) => periods.every((period) => pattern.test(period))) ?? [];
  return form ?? (periods.every((period) => period !== '' && Number.isFinite(Number(period))) ? 'number' : null);
}

/** The periods in their order: numbers by value, the others as ISO 8601 sorts. */
export function periodsOf({ rows }: History): string[] {
  const periods = [...new Set(rows.map(({ period }) => period))];
  return formOf(periods) === 'number'
    ? periods.toSorted((a, b) => Number(a) - Number(b))
    : periods.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
}

/**
 * Quarters of a year from one period to the next, by the usual distance between them: months that are written down every
 * quarter are quarters. Null when the periods do not say when they were.
 */
export function quartersOf(periods: readonly string[]): number | null {
  const form = formOf(periods);
  if (periods.length === 0 || form === null || form === 'number') return null;
  const times = monthsOf(periods, form);
  const usual = quantile(
    times.slice(1).map((time, i) => time - (times[i] as number)),
    0.5,
  );
  return (usual ?? (form === 'quarter' ? MONTHS_A_QUARTER : 1)) / MONTHS_A_QUARTER;
}

/** When each was, in months; whole ones where each has a month of its own. */
function monthsOf(periods: readonly string[], form: keyof typeof FORMS): number[] {
  if (form === 'week') return periods.map((_, i) => (i * 7) / DAYS_A_MONTH);
  const digits = periods.map((period) => period.replaceAll(/\D/g, ''));
  const months = digits.map((text) => {
    const within = Number(text.slice(4, 6));
    return Number(text.slice(0, 4)) * 12 + (form === 'quarter' ? within * MONTHS_A_QUARTER : within);
  });
  if (new Set(months).size === periods.length) return months;
  return months.map((month, i) => month + Number(digits[i]?.slice(6)) / DAYS_A_MONTH);
}
