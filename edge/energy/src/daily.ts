import type { LocalDay, Millis } from './day.ts';
import { type Part, partsOf, type Slot, within } from './intervals/parts.ts';
import { isGap, type Stretch, type StretchRules } from './stretches.ts';

/** What one local day of one meter shows. */
export interface DayFigures {
  /**
   * Energy of the whole day: what was measured, and for unknown time the mean of the known time
   * (CalTRACK 2.0 §2.2: at least half of the day must be known). Null below that. A gap is filled,
   * so it can never look like a saving.
   */
  readonly kwh: number | null;
  /** Highest 15-minute mean; null when no quarter of an hour was measured finely enough. */
  readonly peakKw: number | null;
  readonly peakAt: Millis | null;
  /** Energy of 22:00–06:00 ÷ energy of the day, 0…1. */
  readonly nightShare: number | null;
  /** Share of the day whose course was measured, 0…1. */
  readonly coverage: number;
}

const HOUR_MS = 3_600_000;
const SLOT_MS = 15 * 60_000;
const ENOUGH = 0.5;
/** A quarter of an hour counts as measured when this much of it was. */
const SLOT_ENOUGH = 0.8;

/** Nothing was measured. */
export const NO_FIGURES: DayFigures = { kwh: null, peakKw: null, peakAt: null, nightShare: null, coverage: 0 };

/**
 * The figures of one meter for one day. `series` holds one list of stretches per channel, phase or
 * tariff register; they are added up, and time counts as known only where every one of them is.
 */
export function dayFigures(
  day: LocalDay,
  series: readonly (readonly Stretch[])[],
  rules: StretchRules = {},
): DayFigures {
  if (series.length === 0) return NO_FIGURES;
  const fine = series.map((stretches) => stretches.filter((stretch) => !isGap(stretch, rules)));
  const length = day.to - day.from;
  const coverage = Math.min(...fine.map((stretches) => within(stretches, day.from, day.to).ms / length));
  const kwh = sum(series.map((stretches) => wholeDay(day, stretches, rules)));
  const peak = highest(day, fine);
  return { kwh, peakKw: peak?.kw ?? null, peakAt: peak?.at ?? null, nightShare: nightShare(day, fine), coverage };
}

/** Median of what is known; null when fewer than two are. */
export function usualKwh(known: readonly (number | null | undefined)[]): number | null {
  const values = known.filter((value) => typeof value === 'number').toSorted((a, b) => a - b);
  if (values.length < 2) return null;
  const middle = Math.floor(values.length / 2);
  const upper = values[middle] as number;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}

/** A silence counts with its sum when it lies within the day; over midnight its share is not known. */
function wholeDay(day: LocalDay, stretches: readonly Stretch[], rules: StretchRules): number | null {
  const known = stretches.filter(
    (stretch) => !isGap(stretch, rules) || (stretch.from >= day.from && stretch.to <= day.to),
  );
  return filled(within(known, day.from, day.to), day.to - day.from);
}

/** Unknown time is taken at the mean of the known time; null when too little is known. */
function filled(part: Part, length: Millis): number | null {
  return length > 0 && part.ms / length >= ENOUGH ? part.kwh * (length / part.ms) : null;
}

/** Only what was sampled at least once per slot can show that slot's peak. */
function highest(day: LocalDay, series: readonly (readonly Stretch[])[]): { kw: number; at: Millis } | null {
  const fine = series.map((stretches) => stretches.filter((stretch) => stretch.to - stretch.from <= SLOT_MS));
  const quarters = quartersOf(day);
  const known = fine.map((stretches) => partsOf(quarters, stretches));
  let peak: { kw: number; at: Millis } | null = null;
  for (const [i, { from }] of quarters.entries()) {
    const kw = sum(known.map((parts) => meanKw(parts[i])));
    if (kw !== null && (peak === null || kw > peak.kw)) peak = { kw, at: from };
  }
  return peak;
}

function quartersOf(day: LocalDay): Slot[] {
  const count = Math.ceil((day.to - day.from) / SLOT_MS);
  return Array.from({ length: count }, (_, i) => ({
    from: day.from + i * SLOT_MS,
    to: Math.min(day.from + (i + 1) * SLOT_MS, day.to),
  }));
}

function meanKw(slot: Part | undefined): number | null {
  return slot && slot.ms >= SLOT_ENOUGH * SLOT_MS ? slot.kwh / (slot.ms / HOUR_MS) : null;
}

function nightShare(day: LocalDay, series: readonly (readonly Stretch[])[]): number | null {
  const nightMs = day.night.reduce((ms, [from, to]) => ms + (to - from), 0);
  const night = sum(series.map((stretches) => filled(nightPart(day, stretches), nightMs)));
  const light = sum(series.map((stretches) => filled(dayPart(day, stretches), day.to - day.from - nightMs)));
  return night === null || light === null || night + light === 0 ? null : night / (night + light);
}

function nightPart(day: LocalDay, stretches: readonly Stretch[]): Part {
  return day.night
    .map(([from, to]) => within(stretches, from, to))
    .reduce((all, part) => ({ kwh: all.kwh + part.kwh, ms: all.ms + part.ms }), { kwh: 0, ms: 0 });
}

function dayPart(day: LocalDay, stretches: readonly Stretch[]): Part {
  const all = within(stretches, day.from, day.to);
  const night = nightPart(day, stretches);
  return { kwh: all.kwh - night.kwh, ms: all.ms - night.ms };
}

/** Null as soon as one of them is: a sum with an unknown part is unknown. */
function sum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((all, value) => (all === null || value === null ? null : all + value), 0);
}
