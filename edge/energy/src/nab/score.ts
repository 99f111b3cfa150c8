import type { Millis } from '../day.ts';

/** What a hit, a false alarm and a miss are worth. */
export interface NabProfile {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

/** The benchmark's standard profile. */
export const NAB_STANDARD: NabProfile = { tp: 1, fp: 0.11, fn: 1 };

/** First and last instant of an anomaly, both included. */
export type NabWindow = readonly [from: Millis, to: Millis];

export interface NabScore {
  /** Sum over windows and false alarms. */
  readonly raw: number;
  /** What silence scores: every window missed. */
  readonly silent: number;
  /** Every window hit at its first row, no false alarm. */
  readonly perfect: number;
  /** 0 is silence, 100 is perfection, below 0 is worse than silence; null without windows. */
  readonly normalised: number | null;
  readonly windowsHit: number;
  readonly windows: number;
  /** Warned rows outside of windows and after the probation. */
  readonly falseAlarms: number;
}

const PROBATION_SHARE = 0.15;
const PROBATION_ROWS_AT_MOST = 5000;
const FAR_BEHIND = 3;

/**
 * The Numenta Anomaly Benchmark's score of one series (Lavin & Ahmad 2015, "Evaluating Real-time
 * Anomaly Detection Algorithms", §III; numenta/NAB v1.1 `sweeper.py`). Of a window only its best row
 * counts, the earliest; a false alarm costs less close behind a window; the first 15 % of the rows,
 * at most 750, are exempt. `warned` has one entry per row. A window begins with its first row at or
 * after `from` and ends with its last at or before `to`; one without rows, or wholly within the
 * probation, is in `perfect` but can be neither hit nor missed, as in the benchmark.
 */
export function nabScore(
  at: readonly Millis[],
  warned: readonly boolean[],
  windows: readonly NabWindow[],
  profile: NabProfile = NAB_STANDARD,
): NabScore {
  const spans = spansOf(at, windows);
  const probation = probationRows(at.length);
  const best = spans.map(() => -profile.fn);
  let falseAlarms = 0;
  let cost = 0;
  for (let row = probation; row < at.length; row += 1) {
    if (!warned[row]) continue;
    const inside = spans.findIndex(({ first, last }) => first <= row && row <= last);
    if (inside >= 0) best[inside] = Math.max(best[inside] as number, profile.tp * hit(spans[inside] as Span, row));
    else {
      falseAlarms += 1;
      cost +=
        profile.fp *
        miss(
          spans.findLast(({ last }) => last < row),
          row,
        );
    }
  }
  const judged = best.filter((_, index) => (spans[index] as Span).last >= probation);
  return summary(judged, cost, windows.length, falseAlarms, profile);
}

/** How many rows at the beginning are for learning. */
export function probationRows(rows: number): number {
  return Math.min(Math.floor(PROBATION_SHARE * rows), PROBATION_SHARE * PROBATION_ROWS_AT_MOST);
}

/** The benchmark's score of many series: the sums are normalised, not the scores. Null without windows. */
export function nabTotal(scores: readonly NabScore[]): number | null {
  const total = (of: (score: NabScore) => number) => scores.reduce((sum, score) => sum + of(score), 0);
  return normalised(
    total(({ raw }) => raw),
    total(({ silent }) => silent),
    total(({ perfect }) => perfect),
  );
}

/** Rows, both included. */
interface Span {
  readonly first: number;
  readonly last: number;
}

function spansOf(at: readonly Millis[], windows: readonly NabWindow[]): Span[] {
  return windows
    .map(([from, to]) => ({ first: at.findIndex((t) => t >= from), last: at.findLastIndex((t) => t <= to) }))
    .filter(({ first, last }) => first >= 0 && first <= last)
    .toSorted((a, b) => a.first - b.first);
}

/** 1 at a window's first row, falling to 0 behind its last. */
function hit({ first, last }: Span, row: number): number {
  const width = last - first + 1;
  return sigmoid(-(last - row + 1) / width) / sigmoid(-1);
}

/** -1 before any window and far behind one, up to 0 right behind it. */
function miss(before: Span | undefined, row: number): number {
  return before ? sigmoid((row - before.last) / (before.last - before.first)) : -1;
}

/** 1 well before the end of a window, 0 at its end, -1 far behind it. */
function sigmoid(position: number): number {
  return position > FAR_BEHIND ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

function summary(
  judged: readonly number[],
  cost: number,
  windows: number,
  falseAlarms: number,
  profile: NabProfile,
): NabScore {
  const raw = judged.reduce((sum, value) => sum + value, cost);
  const silent = -profile.fn * judged.length;
  const perfect = profile.tp * windows;
  const windowsHit = judged.filter((value) => value > -profile.fn).length;
  return { raw, silent, perfect, normalised: normalised(raw, silent, perfect), windowsHit, windows, falseAlarms };
}

function normalised(raw: number, silent: number, perfect: number): number | null {
  return perfect === silent ? null : (100 * (raw - silent)) / (perfect - silent);
}
