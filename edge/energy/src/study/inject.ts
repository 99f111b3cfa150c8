import { localDay, dayOf, type Millis, shiftDay } from '../day.ts';
import type { Point } from '../series.ts';
import { wallWeekday, zoneClock } from '../zone.ts';

/** Faults that buildings have, put into a recording that has none that we know of. */
export const INJECTED = ['night +20 %', 'weekend on', '+1 % a week', 'stuck meter'] as const;
export type Injected = (typeof INJECTED)[number];

const WEEK_MS = 7 * 86_400_000;
const SATURDAY = 5;
const NIGHT_MORE = 1.2;
const WEEKLY_MORE = 0.01;

/** The recording with the fault from `from` on. */
export function inject(fault: Injected, points: readonly Point[], from: Millis, zone: string): Point[] {
  const changed = CHANGES[fault](points, from, zone);
  return points.map((point) =>
    point.at < from || point.value === null ? point : { at: point.at, value: changed(point.at, point.value) },
  );
}

type Change = (points: readonly Point[], from: Millis, zone: string) => (at: Millis, value: number) => number;

const CHANGES: Readonly<Record<Injected, Change>> = {
  'night +20 %': (_points, _from, zone) => {
    const isNight = nightOf(zone);
    return (at, value) => (isNight(at) ? value * NIGHT_MORE : value);
  },
  // Somebody left the installation on Friday's programme: every free day runs like the Friday before it.
  'weekend on': (points, _from, zone) => {
    const clock = zoneClock(zone);
    const known = new Map(points.map(({ at, value }) => [clock.wall(at), value]));
    return (at, value) => {
      const wall = clock.wall(at);
      const beyondFriday = wallWeekday(wall) - (SATURDAY - 1);
      if (beyondFriday <= 0) return value;
      return Math.max(value, known.get(wall - beyondFriday * (WEEK_MS / 7)) ?? value);
    };
  },
  '+1 % a week': (_points, from) => (at, value) => value * (1 + (WEEKLY_MORE * (at - from)) / WEEK_MS),
  'stuck meter': (points, from) => {
    const frozen = points.findLast(({ at, value }) => at < from && value !== null)?.value ?? 0;
    return () => frozen;
  },
};

function nightOf(zone: string): (at: Millis) => boolean {
  let day = localDay(dayOf(0, zone), zone);
  return (at) => {
    if (at >= day.to && at < day.to + 86_400_000) day = localDay(shiftDay(day.day, 1), zone);
    if (at < day.from || at >= day.to) day = localDay(dayOf(at, zone), zone);
    return day.night.some(([from, to]) => at >= from && at < to);
  };
}
