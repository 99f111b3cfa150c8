import type { Interval } from '../intervals/intervals.ts';
import { type Slot, within } from '../intervals/parts.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** ISO/IEC 30134-2 defines PUE over a year. */
const YEAR_DAYS = 365;
/** Below that share of known time a figure would be a guess. */
const ENOUGH = 0.9;

/** Null values: too little was known. */
export interface Pue {
  /** Energy of the data center over energy of its IT equipment, over the time that both are known. */
  readonly value: number | null;
  /** True for less than a year: ISO/IEC 30134-2 (EN 50600-4-2) then wants it named "interim". */
  readonly interim: boolean;
  readonly from: number;
  readonly to: number;
  readonly coverage: number;
}

/** PUE of a period; `total` and `it` are intervals on one grid. */
export function pueOf(total: readonly Interval[], it: readonly Interval[]): Pue {
  const itAt = new Map(it.map((interval) => [interval.from, interval]));
  const pairs = total.flatMap((interval) => {
    const of = itAt.get(interval.from);
    return interval.kwh === null || typeof of?.kwh !== 'number'
      ? []
      : [{ slot: interval, total: interval.kwh, it: of.kwh }];
  });
  const { from, to } = extent(total);
  const coverage = to > from ? spanOf(pairs.map(({ slot }) => slot)) / (to - from) : 0;
  const divisor = pairs.reduce((sum, pair) => sum + pair.it, 0);
  const value = pairs.reduce((sum, pair) => sum + pair.total, 0) / divisor;
  const known = coverage >= ENOUGH && divisor > 0;
  return { value: known ? value : null, interim: to - from < YEAR_DAYS * DAY_MS, from, to, coverage };
}

export interface LoadFigures {
  readonly kwh: number | null;
  readonly meanKw: number | null;
  /** Highest mean of an interval; of hours it is lower than of quarters. */
  readonly peakKw: number | null;
  /** Mean over peak, 0 … 1. */
  readonly loadFactor: number | null;
  /** Energy of the nights over all energy. */
  readonly nightShare: number | null;
  /** Of the period as it is: nothing is scaled to a year. */
  readonly kwhPerM2: number | null;
  readonly days: number;
  readonly coverage: number;
}

/** Figures of a load over the intervals' time. `nights`: where the night lies; `areaM2`: 0 or absent, not known. */
export function loadFigures(
  intervals: readonly Interval[],
  { nights = [], areaM2 = 0 }: { readonly nights?: readonly Slot[]; readonly areaM2?: number } = {},
): LoadFigures {
  const known = intervals.filter((interval): interval is Interval & { kwh: number } => interval.kwh !== null);
  const { from, to } = extent(intervals);
  const coverage = to > from ? spanOf(known) / (to - from) : 0;
  const days = (to - from) / DAY_MS;
  if (coverage < ENOUGH)
    return {
      kwh: null,
      meanKw: null,
      peakKw: null,
      loadFactor: null,
      nightShare: null,
      kwhPerM2: null,
      days,
      coverage,
    };
  const kwh = known.reduce((sum, interval) => sum + interval.kwh, 0);
  const meanKw = kwh / (spanOf(known) / HOUR_MS);
  const peakKw = known.reduce(
    (peak, interval) => Math.max(peak, (interval.kwh * HOUR_MS) / (interval.to - interval.from)),
    0,
  );
  const atNight = nights.reduce((sum, night) => sum + within(known, night.from, night.to).kwh, 0);
  return {
    kwh,
    meanKw,
    peakKw,
    loadFactor: peakKw > 0 ? meanKw / peakKw : null,
    nightShare: nights.length > 0 && kwh > 0 ? atNight / kwh : null,
    kwhPerM2: areaM2 > 0 ? kwh / areaM2 : null,
    days,
    coverage,
  };
}

function extent(slots: readonly Slot[]): Slot {
  return { from: slots[0]?.from ?? 0, to: slots.at(-1)?.to ?? 0 };
}

function spanOf(slots: readonly Slot[]): number {
  return slots.reduce((ms, { from, to }) => ms + to - from, 0);
}
