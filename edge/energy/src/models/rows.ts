import type { Millis } from '../day.ts';
import { type Series, type Span, spansOf } from '../series.ts';
import { wallDay, wallWeekday, type ZoneClock } from '../zone.ts';

/** A time range, `to` excluded. */
export interface Period {
  readonly from: Millis;
  readonly to: Millis;
}

/** What is measured at a place. */
export interface Measured {
  /** Energy per interval, kWh or another unit of energy. */
  readonly meter: Series;
  /** Outdoor temperature in °F: the methods are written in it. */
  readonly temperature: Series;
  readonly clock: ZoneClock;
}

/** What every model needs to know of an interval. A row can be used when both values are known. */
export interface Row {
  readonly at: Millis;
  readonly usage: number | null;
  readonly temperature: number | null;
}

/** A local day. */
export interface DayRow extends Row {
  /** Monday 0 … Sunday 6. */
  readonly weekday: number;
}

/** An hour, by the local clock. */
export interface HourRow extends Row {
  /** 0…167, from Monday 00:00. */
  readonly hourOfWeek: number;
  /** 1…12. */
  readonly month: number;
}

export type Known<R extends Row> = R & { readonly usage: number; readonly temperature: number };

/** The rows that can be used, with that knowledge in their type. */
export function known<R extends Row>(rows: readonly R[]): Known<R>[] {
  return rows.filter((row): row is Known<R> => row.usage !== null && row.temperature !== null);
}

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** CalTRACK 2.2.2.1 and 2.2.2.3: no more than half of a day's values may be missing. */
const ENOUGH = 0.5;
/** CalTRACK 2.2.4.1: temperature is interpolated over no more than this many missing hours. */
const HOURS_BRIDGED = 6;

/**
 * Local days. Readings finer than a day are added up, and what is missing of a day is taken at the
 * mean of what is known (CalTRACK 2.2.2.1); a reading belongs to the day in which its middle lies.
 */
export function dayRows({ meter, temperature, clock }: Measured, period: Period): DayRow[] {
  const first = wallDay(clock.wall(period.from));
  const count = wallDay(clock.wall(period.to - 1)) - first + 1;
  const days = Array.from({ length: Math.max(0, count) }, (_, i) => dayStart(first + i, clock));
  const end = dayStart(first + count, clock);
  const used = byDay(spansOf(meter), first, count, clock);
  const felt = byDay(spansOf(temperature), first, count, clock);
  return days.map((at, i) => ({
    at,
    weekday: wallWeekday(clock.wall(at)),
    usage: whole(used, i, (days[i + 1] ?? end) - at),
    temperature: mean(felt, i, (days[i + 1] ?? end) - at),
  }));
}

/** When a day of the wall clock begins: midnight, or the end of the jump that swallows it. */
export function dayStart(day: number, clock: ZoneClock): Millis {
  const midnight = day * DAY_MS;
  return clock.instants(midnight)[0] ?? midnight - (clock.wall(midnight - DAY_MS) - (midnight - DAY_MS));
}

interface Sums {
  readonly total: Float64Array;
  readonly count: Float64Array;
  /** Time whose value is known, and time that has a value or a gap in it. */
  readonly knownMs: Float64Array;
}

function byDay(spans: readonly Span[], first: number, count: number, clock: ZoneClock): Sums {
  const sums = { total: new Float64Array(count), count: new Float64Array(count), knownMs: new Float64Array(count) };
  for (const { from, to, value } of spans) {
    const day = wallDay(clock.wall((from + to) / 2)) - first;
    if (value === null || day < 0 || day >= count) continue;
    sums.total[day] = (sums.total[day] as number) + value;
    sums.count[day] = (sums.count[day] as number) + 1;
    sums.knownMs[day] = (sums.knownMs[day] as number) + (to - from);
  }
  return sums;
}

function whole({ total, knownMs, count }: Sums, day: number, length: number): number | null {
  const ms = knownMs[day] as number;
  if (ms < ENOUGH * length) return null;
  // One reading for a day is the day's, whatever hour the clocks took from it.
  const scale = ms >= length || count[day] === 1 ? 1 : length / ms;
  return (total[day] as number) * scale;
}

function mean({ total, count, knownMs }: Sums, day: number, length: number): number | null {
  return (knownMs[day] as number) < ENOUGH * length ? null : (total[day] as number) / (count[day] as number);
}

/**
 * Hours. Finer readings are added up (temperature: averaged); an hour that is not wholly measured is
 * unknown, and temperature is interpolated over up to six missing hours (CalTRACK 2.2.4.1).
 */
export function hourRows({ meter, temperature, clock }: Measured, period: Period): HourRow[] {
  // Hours are counted from the period's start: where zones lie half an hour off, so do local hours.
  const count = Math.max(0, Math.ceil((period.to - period.from) / HOUR_MS));
  const used = byHour(spansOf(meter), period.from, count, 'sum');
  const felt = bridged(byHour(spansOf(temperature), period.from, count, 'mean'));
  return Array.from({ length: count }, (_, i) => {
    const at = period.from + i * HOUR_MS;
    const wall = clock.wall(at);
    return {
      at,
      hourOfWeek: wallWeekday(wall) * 24 + (((Math.floor(wall / HOUR_MS) % 24) + 24) % 24),
      month: new Date(wall).getUTCMonth() + 1,
      usage: used[i] ?? null,
      temperature: felt[i] ?? null,
    };
  });
}

/** A little less than an hour, so that rounded stamps do not lose it. */
const WHOLE_HOUR = 0.99 * HOUR_MS;

function byHour(spans: readonly Span[], start: Millis, count: number, way: 'sum' | 'mean'): (number | null)[] {
  const total = new Float64Array(count);
  const ms = new Float64Array(count);
  for (const { from, to, value } of spans) {
    const length = Math.min(to - from, HOUR_MS);
    const hour = Math.floor((from + length / 2 - start) / HOUR_MS);
    if (value === null || hour < 0 || hour >= count) continue;
    total[hour] = (total[hour] as number) + (way === 'sum' ? value : value * length);
    ms[hour] = (ms[hour] as number) + length;
  }
  return Array.from(total, (sum, i) => {
    const measured = ms[i] as number;
    if (way === 'mean') return measured > 0 ? sum / measured : null;
    return measured >= WHOLE_HOUR ? sum : null;
  });
}

function bridged(values: readonly (number | null)[]): (number | null)[] {
  const filled = [...values];
  let last = -1;
  for (const [i, value] of values.entries()) {
    if (value === null) continue;
    const missing = i - last - 1;
    const before = values[last];
    if (last >= 0 && missing > 0 && missing <= HOURS_BRIDGED && typeof before === 'number')
      for (let k = 1; k <= missing; k += 1) filled[last + k] = before + ((value - before) * k) / (missing + 1);
    last = i;
  }
  return filled;
}
