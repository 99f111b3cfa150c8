import type { Millis } from './day.ts';

/** Milliseconds since 1970-01-01T00:00 by the wall clock of a place. */
export type WallMillis = number;

/** A place's wall clock. */
export interface ZoneClock {
  wall(at: Millis): WallMillis;
  /** The instants at which the clock shows this: none where clocks jump ahead, two where they are set back. */
  instants(wall: WallMillis): Millis[];
}

const DAY_MS = 86_400_000;

/**
 * The clock of an IANA zone. It looks the offset up once per change of the clocks, so a year of
 * hours costs two look-ups. Throws a RangeError for an unknown zone.
 */
export function zoneClock(zone: string): ZoneClock {
  let known = offsetSpan(0, zone);
  function offset(at: Millis): number {
    if (at < known.from || at >= known.to) known = offsetSpan(at, zone);
    return known.offset;
  }
  return {
    wall: (at) => at + offset(at),
    instants(wall) {
      const offsets = new Set([offset(wall - DAY_MS), offset(wall + DAY_MS)]);
      return [...offsets]
        .map((shift) => wall - shift)
        .filter((at) => at + offset(at) === wall)
        .toSorted((a, b) => a - b);
    },
  };
}

/** Whether the clocks of two zones show the same at all of some instants. Throws a RangeError for an unknown zone. */
export function sameClock(zone: string, other: string, instants: readonly Millis[]): boolean {
  if (zone === other) return true;
  const [clock, second] = [zoneClock(zone), zoneClock(other)];
  return instants.every((at) => clock.wall(at) === second.wall(at));
}

/** Whether it is a zone that there is. */
export function isZone(zone: string): boolean {
  try {
    zoneClock(zone);
    return true;
  } catch {
    return false;
  }
}

interface OffsetSpan {
  readonly from: Millis;
  readonly to: Millis;
  readonly offset: number;
}

function offsetSpan(at: Millis, zone: string): OffsetSpan {
  const here = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const changed = here.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  const changes = here.getTimeZoneTransition('next');
  return {
    from: changed?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    to: changes?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: here.offsetNanoseconds / 1e6,
  };
}

/** Day number of the wall clock, counted from 1970-01-01. */
export function wallDay(wall: WallMillis): number {
  return Math.floor(wall / DAY_MS);
}

/** Weekday of the wall clock, Monday 0 … Sunday 6. */
export function wallWeekday(wall: WallMillis): number {
  // 1970-01-01 was a Thursday.
  return (((wallDay(wall) + 3) % 7) + 7) % 7;
}
