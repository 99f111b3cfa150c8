import { upperTail } from '../statistics/normal.ts';

/** Where a month stands. Energy in kWh. */
export interface MonthSoFar {
  readonly budgetKwh: number;
  /** Each day that is over: what it used, or null where that is not known, and what was expected of it. */
  readonly past: readonly { readonly kwh: number | null; readonly expected: number }[];
  /** What is expected of each day that is left, today included. */
  readonly rest: readonly number[];
  /** Of one day's prediction, and how much of one day's error is the next day's, 0 … 1 (excluded). */
  readonly spread: number;
  readonly persistence: number;
}

export interface BudgetRisk {
  /** What the month is heading for. */
  readonly forecastKwh: number;
  /** Standard deviation of that. */
  readonly spreadKwh: number;
  /** That the month ends above its budget, 0 … 1. */
  readonly probability: number;
  readonly warning: boolean;
}

/** Warned while there is still something to do about it. */
const LIKELY = 0.8;
const MOST_PERSISTENCE = 0.95;

/**
 * Whether a month will exceed its budget: what it has used, and for the rest what is expected, as much
 * off as the days so far were. A day that is not known counts as expected: a gap is no saving.
 */
export function budgetRisk({ budgetKwh, past, rest, spread, persistence }: MonthSoFar): BudgetRisk {
  const used = past.reduce((sum, { kwh, expected }) => sum + (kwh ?? expected), 0);
  const known = past.filter(({ kwh }) => kwh !== null);
  const off = known.reduce((sum, { kwh, expected }) => sum + (kwh ?? 0) - expected, 0);
  const rho = Math.min(MOST_PERSISTENCE, Math.max(0, persistence));
  const inflation = (1 + rho) / (1 - rho);
  const dailyVariance = spread ** 2 * inflation;
  // The mean error of the days so far, shrunk towards none by how little they tell.
  const meanVariance = known.length > 0 ? dailyVariance / known.length : dailyVariance;
  const trust = known.length / (known.length + inflation);
  const level = known.length > 0 ? (off / known.length) * trust : 0;
  const forecastKwh = used + rest.reduce((sum, expected) => sum + expected + level, 0);
  const spreadKwh = Math.sqrt(dailyVariance * rest.length + meanVariance * trust * rest.length ** 2);
  const over = forecastKwh - budgetKwh;
  const probability = spreadKwh > 0 ? upperTail(-over / spreadKwh) : Number(over > 0);
  return { forecastKwh, spreadKwh, probability, warning: probability > LIKELY };
}
