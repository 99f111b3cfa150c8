import type { Millis } from '../day.ts';
import type { Slot } from '../intervals/parts.ts';
import { type WallMillis, wallDay, wallWeekday, zoneClock } from '../zone.ts';
import type { PeriodRule, Tariff, TariffVersion } from './tariff.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const SATURDAY = 5;

/** What holds at an instant: which version of the price book, and which of its periods. */
export interface Applying {
  readonly version: TariffVersion;
  readonly period: string;
  /** Local month, `YYYY-MM`. */
  readonly month: string;
}

/**
 * Tells which version and period of a tariff apply; null before its first version. `events` are
 * demand-response events. Throws a RangeError for an unknown zone.
 */
export function periodsOf(tariff: Tariff, events: readonly Slot[] = []): (at: Millis) => Applying | null {
  const clock = zoneClock(tariff.zone);
  const dates = { holidays: new Set(tariff.holidays), workdays: new Set(tariff.workdays) };
  return (at) => {
    const wall = clock.wall(at);
    const day = new Date(wall).toISOString().slice(0, 10);
    const version = tariff.versions.findLast(({ from }) => from <= day);
    if (!version) return null;
    const kind = events.some(({ from, to }) => at >= from && at < to) ? 'event' : dayKind(wall, day, dates);
    const rule = version.rules.find((candidate) => fits(candidate, wall, day, kind));
    return { version, period: rule?.period ?? version.otherwise, month: day.slice(0, 7) };
  };
}

type DayKind = 'workday' | 'weekend' | 'holiday' | 'event';

interface Dates {
  readonly holidays: ReadonlySet<string>;
  readonly workdays: ReadonlySet<string>;
}

function dayKind(wall: WallMillis, day: string, { holidays, workdays }: Dates): DayKind {
  if (holidays.has(day)) return 'holiday';
  return wallWeekday(wall) < SATURDAY || workdays.has(day) ? 'workday' : 'weekend';
}

function fits({ months, days, dates, hours }: PeriodRule, wall: WallMillis, day: string, kind: DayKind): boolean {
  if (months && !months.includes(Number(day.slice(5, 7)))) return false;
  if (days && !days.includes(kind)) return false;
  if (dates && !dates.includes(day)) return false;
  const minute = Math.floor((wall - wallDay(wall) * DAY_MS) / MINUTE_MS);
  return !hours || hours.some(([from, to]) => between(minute, minutes(from), minutes(to)));
}

function between(minute: number, from: number, to: number): boolean {
  return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

function minutes(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
