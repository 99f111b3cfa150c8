import type { Millis } from '@keepsite/edge-contract';

const QUARTER = 15 * 60_000;
const HOUR = 3_600_000;
const ZONES_KEPT = 64;
/** Where ECMAScript's time ends. */
const LATEST = 8.64e15;

/** Hours and days of a place's own clock, counted from 1970-01-01T00:00 local. */
export interface LocalClock {
  /** Index of the local hour. An hour that the clocks repeat counts as one. */
  hour(at: Millis): number;
  day(at: Millis): number;
}

const clocks = new Map<string, LocalClock>();

/**
 * The clock of an IANA zone. Offsets change only on a quarter of an hour, so one look-up serves
 * every reading of that quarter. Throws a RangeError for an unknown zone.
 */
export function localClock(timeZone: string): LocalClock {
  const known = clocks.get(timeZone);
  if (known) return known;
  if (clocks.size >= ZONES_KEPT) clocks.clear();
  const clock = createClock(timeZone);
  clocks.set(timeZone, clock);
  return clock;
}

function createClock(timeZone: string): LocalClock {
  let quarter = NaN;
  let offset = 0;
  function local(at: Millis): number {
    const current = Math.floor(at / QUARTER);
    if (current !== quarter) {
      offset = offsetAt(current * QUARTER, timeZone);
      quarter = current;
    }
    return at + offset;
  }
  offsetAt(0, timeZone);
  return {
    hour: (at) => Math.floor(local(at) / HOUR),
    day: (at) => Math.floor(local(at) / (24 * HOUR)),
  };
}

function offsetAt(at: Millis, timeZone: string): number {
  const instant = Math.max(-LATEST, Math.min(at, LATEST));
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}

/** The instant at which a calendar day begins in a zone. */
export function startOfDay(day: string, timeZone: string): Millis {
  return Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds;
}
