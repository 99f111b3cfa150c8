import type { Millis } from '../day.ts';
import { known, type Period } from '../models/rows.ts';
import { seededRandom } from '../statistics/random.ts';
import { type BaselineRequest, rowsOf } from './baseline.ts';
import type { IntervalKind } from './forms.ts';
import { reckonSavings, type Savings } from './savings.ts';

export interface StudyRequest extends Omit<BaselineRequest, 'baseline' | 'excluded'> {
  /** The recording that windows are drawn from. Nothing was done in it, or what was is part of the study. */
  readonly within: Period;
  readonly fitMonths: number;
  readonly testMonths: number;
  /** Shares that are taken off the usage of the tested months. */
  readonly cuts: readonly number[];
  readonly confidence: number;
  readonly draws: number;
  readonly seed: number;
  /** The instant some calendar months after another, by the local clock. */
  readonly monthsAfter: (at: Millis, months: number) => Millis;
}

/** How often the intervals held the truth when a cut was made to a recording. */
export interface StudyOfCut {
  readonly cut: number;
  readonly windows: number;
  /** Windows that the method refused. */
  readonly refused: number;
  /** Share of the windows whose interval holds the true saving. */
  readonly covered: Readonly<Record<IntervalKind, number | null>>;
  /** Median half-width as a share of the adjusted baseline. */
  readonly halfWidth: Readonly<Record<IntervalKind, number | null>>;
  /** Share of the windows in which the method's own interval demonstrates savings. */
  readonly demonstrated: number | null;
  /** Estimated less true saving, as a share of the adjusted baseline: median, and the largest in size. */
  readonly medianError: number | null;
  readonly largestError: number | null;
}

const KINDS = ['fsu', 'bootstrap', 'tested'] as const satisfies readonly IntervalKind[];

/**
 * Rolls a baseline of `fitMonths` month by month through a recording, cuts the usage of the months that
 * follow by a known share, and counts how often each interval holds what was cut.
 */
export function studyCoverage(request: StudyRequest): StudyOfCut[] {
  const windows = windowsOf(request);
  return request.cuts.map((cut) => {
    const outcomes = windows.map((window, i) => outcomeOf(request, window, cut, request.seed + i));
    const found = outcomes.filter((outcome) => outcome !== null);
    return {
      cut,
      windows: windows.length,
      refused: outcomes.length - found.length,
      covered: perKind((kind) => meanOf(found.flatMap((outcome) => holds(outcome, kind)))),
      halfWidth: perKind((kind) => medianOf(found.flatMap((outcome) => halfWidth(outcome, kind)))),
      demonstrated: meanOf(found.map(({ savings }) => (savings.verdict === 'savings demonstrated' ? 1 : 0))),
      medianError: medianOf(found.map(errorOf)),
      largestError: found.length === 0 ? null : Math.max(...found.map((outcome) => Math.abs(errorOf(outcome)))),
    };
  });
}

interface Window {
  readonly baseline: Period;
  readonly reporting: Period;
}

interface Outcome {
  readonly savings: Savings;
  readonly truth: number;
}

function windowsOf({ within, fitMonths, testMonths, monthsAfter }: StudyRequest): Window[] {
  const windows: Window[] = [];
  for (let month = 0; ; month += 1) {
    const from = monthsAfter(within.from, month);
    const between = monthsAfter(within.from, month + fitMonths);
    const to = monthsAfter(within.from, month + fitMonths + testMonths);
    if (to > within.to) return windows;
    windows.push({ baseline: { from, to: between }, reporting: { from: between, to } });
  }
}

function outcomeOf(request: StudyRequest, window: Window, cut: number, seed: number): Outcome | null {
  const { from, to } = window.reporting;
  const meter = request.measured.meter.map(({ at, value }) => ({
    at,
    value: value === null || at < from || at >= to ? value : value * (1 - cut),
  }));
  const measured = { ...request.measured, meter };
  const savings = reckonSavings({ ...request, ...window, measured, random: seededRandom(seed) });
  if (!savings.ok) return null;
  const { model } = savings.baseline;
  const uncut = known(rowsOf({ ...request, ...window }, window.reporting)).filter((row) => model.predict(row) !== null);
  return { savings, truth: cut * uncut.reduce((sum, { usage }) => sum + usage, 0) };
}

function holds({ savings, truth }: Outcome, kind: IntervalKind): number[] {
  const interval = savings.intervals[kind];
  return interval === null ? [] : [truth >= interval.low && truth <= interval.high ? 1 : 0];
}

function halfWidth({ savings }: Outcome, kind: IntervalKind): number[] {
  const interval = savings.intervals[kind];
  return interval === null ? [] : [(interval.high - interval.low) / 2 / savings.adjustedBaseline];
}

function errorOf({ savings, truth }: Outcome): number {
  return (savings.savings - truth) / savings.adjustedBaseline;
}

function perKind(of: (kind: IntervalKind) => number | null): Record<IntervalKind, number | null> {
  return Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as Record<IntervalKind, number | null>;
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
