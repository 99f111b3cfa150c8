import type { Millis } from '@keepsite/edge-contract';

/** Points of a series, flat: t0, v0, t1, v1, … in rising time. At most {@link MAX_POINTS} points. */
export type Points = readonly number[];

/** 25 points of at most 38 characters each stay below 1 kB in the checkpoint. */
export const MAX_POINTS = 25;
/** A slope needs this many points, however long the window is. */
const FEWEST_POINTS = 3;
/** Kept even beyond the window, so that a sensor that speaks every 20 minutes has a slope too. */
const KEPT_POINTS = 4;

export interface Span {
  readonly overMs: number;
  /** A longer pause starts the window anew: nothing is known about what happened in it. */
  readonly maxGapMs: number;
}

/**
 * Adds a point; points of one slot (a 24th of the window) become the newest one. A point that is
 * not later than the last is left out. The given array is not changed.
 */
export function addPoint(points: Points, at: Millis, value: number, span: Span): Points {
  const last = points.at(-2);
  if (last === undefined || at - last > span.maxGapMs) return [at, value];
  if (at <= last) return points;
  const slot = span.overMs / (MAX_POINTS - 1);
  const before = points.at(-4);
  const sameSlot = before !== undefined && Math.floor(last / slot) === Math.floor(at / slot);
  const end = sameSlot ? points.length - 2 : points.length;
  // Not pushed: a list that grows by pushing keeps room for half as many again, in every window.
  return points.slice(firstKept(points, end, at - span.overMs), end).concat([at, value]);
}

/** Where the window begins once a point is added behind `end`. */
function firstKept(points: Points, end: number, oldest: Millis): number {
  let first = 0;
  while (end - first >= KEPT_POINTS * 2 && (points[first] ?? 0) < oldest) first += 2;
  while (end - first >= MAX_POINTS * 2) first += 2;
  return first;
}

/**
 * Slope in units per millisecond, or null while the points are too few or cover less than half of
 * the window. The median of the slopes between each point and the one half a window later (Theil's
 * incomplete method, 1950): one wild value moves one slope in n/2 and not the median.
 */
export function slope(points: Points, span: Span): number | null {
  const n = points.length / 2;
  if (n < FEWEST_POINTS || at(points, n - 1) - at(points, 0) < span.overMs / 2) return null;
  const half = n >> 1;
  const slopes: number[] = [];
  for (let i = 0; i + half < n; i++) slopes.push(slopeBetween(points, i, i + half));
  return median(slopes);
}

/** Median of the slopes between all pairs (Theil–Sen); for daily values, where it is done once a day. */
export function slopeOfAllPairs(points: Points): number {
  const n = points.length / 2;
  const slopes: number[] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) slopes.push(slopeBetween(points, i, j));
  return median(slopes);
}

/** Middle value; the mean of the two middle ones when they are even in number; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2;
}

/** Median absolute deviation from `middle`, scaled so that it estimates σ of normal noise (factor 1.4826). */
export function spread(values: readonly number[], middle: number): number {
  return 1.4826 * median(values.map((value) => Math.abs(value - middle)));
}

/** Four significant digits: what history keeps of a value, so that a week of hours stays small. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function slopeBetween(points: Points, i: number, j: number): number {
  return ((points[j * 2 + 1] ?? 0) - (points[i * 2 + 1] ?? 0)) / (at(points, j) - at(points, i));
}

function at(points: Points, i: number): Millis {
  return points[i * 2] ?? 0;
}
