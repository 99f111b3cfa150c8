import type { BillRow } from '../models/bill-rows.ts';
import type { Method } from '../models/model.ts';
import { DAY_MS, type HourRow, known, type Period, type Row } from '../models/rows.ts';
import { formOf } from './forms.ts';

/** Whether a baseline can carry a saving: `reasons` against it, and what a person should look at anyway. */
export interface Sufficiency {
  readonly sufficient: boolean;
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

/** CalTRACK 2.2.1.1–2: a baseline of 365 days, of which 37 may be missing. */
const YEAR_DAYS = 365;
const DAYS_MISSING = 37;
/** Time-of-week models need the seasons; below half a year they are guesses about the other half. */
const TOWT_DAYS = 180;
/** CalTRACK 2.2.3.4–5. */
const SHORTEST_BILL_DAYS = 25;
const LONGEST_BILL_DAYS = { monthly: 35, bimonthly: 70 } as const;
/** CalTRACK 2.2.1.2, hourly: of the month and of both neighbours. */
const HOURS_OF_MONTH = 0.9;

/** Judges the rows of a baseline by the rules of the method. */
export function sufficiencyOf(method: Method, rows: readonly Row[], period: Period): Sufficiency {
  const reasons = RULES[method](rows, period);
  return { sufficient: reasons.length === 0, reasons, warnings: [...reviews(rows), ...beyondYear(method, period)] };
}

const RULES: Readonly<Record<Method, (rows: readonly Row[], period: Period) => string[]>> = {
  'caltrack-daily': (rows, period) => yearOf(daysKnown(rows), period),
  'caltrack-billing': (rows, period) => yearOf(billDays(rows as BillRow[]), period),
  'caltrack-hourly': (rows) => monthsOf(rows as HourRow[]),
  'towt-daily': (rows) => halfYear(daysKnown(rows)),
  'towt-hourly': (rows) => halfYear(daysKnown(rows) / 24),
};

function daysKnown(rows: readonly Row[]): number {
  return known(rows).length;
}

function billDays(bills: readonly BillRow[]): number {
  return known(bills).reduce((days, bill) => days + bill.days, 0);
}

function yearOf(days: number, { from, to }: Period): string[] {
  if (days >= YEAR_DAYS - DAYS_MISSING) return [];
  const asked = Math.round((to - from) / DAY_MS);
  return [
    `${Math.floor(days)} days of the baseline (${asked} asked for) have both usage and temperature; CalTRACK 2.2.1 wants ${YEAR_DAYS}, of which at most ${DAYS_MISSING} may be missing`,
  ];
}

function halfYear(days: number): string[] {
  if (days >= TOWT_DAYS) return [];
  return [
    `the baseline knows ${Math.floor(days)} days; time of week and temperature needs at least ${TOWT_DAYS}, better a year`,
  ];
}

function monthsOf(hours: readonly HourRow[]): string[] {
  const usable = usableMonths(hours);
  if (usable.size > 0) return [];
  return [
    'no month of the baseline, with the months before and after it, has 90 % of its hours (CalTRACK 2.2.1.2): nothing can be predicted',
  ];
}

/** The calendar months whose own hours and both neighbours' are known to 90 %. */
export function usableMonths(hours: readonly HourRow[]): Set<number> {
  const full = new Set<number>();
  for (let month = 1; month <= 12; month += 1) {
    const own = hours.filter((row) => row.month === month);
    const share = known(own).length / (daysOfMonth(month) * 24);
    if (share >= HOURS_OF_MONTH) full.add(month);
  }
  return new Set([...full].filter((month) => full.has((month % 12) + 1) && full.has(((month + 10) % 12) + 1)));
}

function daysOfMonth(month: number): number {
  return new Date(Date.UTC(2001, month, 0)).getUTCDate();
}

/** Off-cycle and overlong bills, which take no part (CalTRACK 2.2.3.4–5); estimates that were joined may have 70 days (2.2.3.1). */
export function isOddBill(bill: BillRow, bills: readonly BillRow[]): boolean {
  const lengths = bills.map(({ days }) => days).toSorted((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length / 2)] ?? 0;
  const isLong = bill.isJoined || usual > LONGEST_BILL_DAYS.monthly;
  const longest = isLong ? LONGEST_BILL_DAYS.bimonthly : LONGEST_BILL_DAYS.monthly;
  return bill.days < SHORTEST_BILL_DAYS || bill.days > longest;
}

/** What CalTRACK 2.3.5 and 2.3.6 want a person to look at; nothing of it is removed. */
function reviews(rows: readonly Row[]): string[] {
  const values = rows.flatMap(({ usage }) => usage ?? []).toSorted((a, b) => a - b);
  const negative = values.filter((value) => value < 0).length;
  const limit = rank(values, 0.5) + 3 * (rank(values, 0.75) - rank(values, 0.25));
  const extreme = values.filter((value) => value > limit).length;
  return [
    ...(negative > 0 ? [`${negative} values are negative: is there generation behind the meter?`] : []),
    ...(extreme > 0
      ? [`${extreme} values lie more than three interquartile ranges above the median: review them`]
      : []),
  ];
}

function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
}

function beyondYear(method: Method, { from, to }: Period): string[] {
  const days = Math.round((to - from) / DAY_MS);
  const long = method.startsWith('caltrack') && formOf(method).unit !== 'hour' && days > YEAR_DAYS + 1;
  return long ? [`the baseline spans ${days} days; CalTRACK 3.1.3 takes the 365 days before the measure`] : [];
}
