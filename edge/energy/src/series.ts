import type { Millis } from './day.ts';

/** One interval of a recorded series, by its start; `value` null where the record has a gap. */
export interface Point {
  readonly at: Millis;
  readonly value: number | null;
  /** Where its interval ends, of bills that were joined; absent: where the next one begins. */
  readonly to?: Millis;
}

/** Points in rising order of time. An interval ends where the next begins, unless a gap lies between. */
export type Series = readonly Point[];

/** A point with the end of its interval. */
export interface Span {
  readonly from: Millis;
  /** Exclusive. */
  readonly to: Millis;
  readonly value: number | null;
}

/** A longer distance to the next point than this many usual steps is a gap, not a long interval. */
const LONGEST_IN_STEPS = 1.5;

/** The usual distance of two points, the median; null for fewer than two points. */
export function stepOf(series: Series): Millis | null {
  const steps = series.slice(1).map(({ at }, i) => at - (series[i] as Point).at);
  return steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)] ?? null;
}

/**
 * Every interval with its end: the start of the next one (so a bill of 33 days lasts 33 days and a
 * day of 23 hours 23), or one usual step after a point that a gap or nothing follows.
 */
export function spansOf(series: Series): Span[] {
  const step = stepOf(series) ?? 0;
  return series.map(({ at, value, to: known }, i) => {
    if (known !== undefined) return { from: at, to: known, value };
    const next = series[i + 1]?.at;
    const to = next !== undefined && next - at <= LONGEST_IN_STEPS * step ? next : at + step;
    return { from: at, to, value };
  });
}

/** The same series when its points carry the end of their intervals: each begins where the one before ended. */
export function fromEnds(series: Series): Point[] {
  const step = stepOf(series) ?? 0;
  return series.map(({ at, value }, i) => {
    const before = series[i - 1]?.at;
    return { at: before !== undefined && at - before <= LONGEST_IN_STEPS * step ? before : at - step, value };
  });
}

/** The methods are written in °F. */
export function fahrenheitOf(celsius: number): number {
  return celsius * 1.8 + 32;
}

export function celsiusOf(fahrenheit: number): number {
  return (fahrenheit - 32) / 1.8;
}
