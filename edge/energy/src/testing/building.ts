import { dayRows, type Measured, type Period } from '../models/rows.ts';
import type { Series } from '../series.ts';
import { seededRandom } from '../statistics/random.ts';
import { wallDay, wallWeekday, zoneClock } from '../zone.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A made-up building whose use is known by formula. */
export interface BuildingRules {
  readonly zone?: string;
  readonly from?: number;
  readonly days?: number;
  /** kWh of an hour: `busy` on weekdays from 8 to 18 by its own clock; temperature in °F; a draw from [0, 1). */
  readonly use?: (hour: { at: number; temperature: number; busy: boolean; chance: number }) => number | null;
  /** °F of an hour of the year; default: a cold winter and a hot summer in the north, warmer by day. */
  readonly temperature?: (at: number, chance: number) => number | null;
  readonly seed?: number;
}

export const BUILDING_FROM = Date.UTC(2023, 0, 1);

/** kWh an hour: 20 at rest, 50 in use, 1.5 more for each °F above 65 and 1 for each below 50. */
export function usualUse({ temperature, busy }: { temperature: number; busy: boolean }): number {
  return (busy ? 50 : 20) + 1.5 * Math.max(0, temperature - 65) + Math.max(0, 50 - temperature);
}

/** What is measured at it, by hours. */
export function building(rules: BuildingRules = {}) {
  const { zone = 'UTC', from = BUILDING_FROM, days = 730, seed = 1 } = rules;
  const clock = zoneClock(zone);
  const random = seededRandom(seed);
  const meter: { at: number; value: number | null }[] = [];
  const temperature: { at: number; value: number | null }[] = [];
  for (let at = from; at < from + days * DAY_MS; at += HOUR_MS) {
    const felt = (rules.temperature ?? northern)(at, random());
    const wall = clock.wall(at);
    const hour = Math.floor(wall / HOUR_MS) - wallDay(wall) * 24;
    const busy = wallWeekday(wall) < 5 && hour >= 8 && hour < 18;
    temperature.push({ at, value: felt });
    meter.push({ at, value: (rules.use ?? usualUse)({ at, temperature: felt ?? 60, busy, chance: random() }) });
  }
  return { meter, temperature, clock };
}

export function northern(at: number, chance: number): number {
  const day = (at - BUILDING_FROM) / DAY_MS;
  return (
    55 - 30 * Math.cos((2 * Math.PI * day) / 365.25) + 8 * Math.sin(2 * Math.PI * (day - 0.375)) + 12 * (chance - 0.5)
  );
}

/** The same measured once a day. */
export function byDays(measured: Measured): Measured {
  const { meter } = measured;
  const rows = dayRows(measured, { from: meter[0]?.at ?? 0, to: (meter.at(-1)?.at ?? 0) + HOUR_MS });
  return {
    ...measured,
    meter: rows.map(({ at, usage }) => ({ at, value: usage })),
    temperature: rows.map(({ at, temperature }) => ({ at, value: temperature })),
  };
}

/** Days of the building's time, counted from its start. */
export function period(fromDay: number, toDay: number): Period {
  return { from: BUILDING_FROM + fromDay * DAY_MS, to: BUILDING_FROM + toDay * DAY_MS };
}

/** The same series with the values of a period changed. */
export function changed(series: Series, { from, to }: Period, change: (value: number) => number | null): Series {
  return series.map(({ at, value }) => ({
    at,
    value: value === null || at < from || at >= to ? value : change(value),
  }));
}
