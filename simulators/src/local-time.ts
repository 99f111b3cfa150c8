import type { Millis } from '@keepsite/edge-contract';

const HOUR = 3_600_000;
/** By zone and hour: no zone changes within an hour that begins on UTC's hour, bar a few of the past. */
const offsets = new Map<string, Map<number, number>>();

/** What a clock on the wall says. `weekday` 1 Monday … 7 Sunday, `hour` with its fraction. */
export interface WallClock {
  readonly hour: number;
  readonly weekday: number;
  /** Days since 1970-01-01 on that wall. */
  readonly day: number;
}

/** The zone's distance from UTC at an instant, ms. */
export function offsetMs(at: Millis, zone: string): number {
  const hour = Math.floor(at / HOUR);
  let known = offsets.get(zone);
  if (!known) offsets.set(zone, (known = new Map()));
  let offset = known.get(hour);
  if (offset === undefined) {
    offset = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
    known.set(hour, offset);
  }
  return offset;
}

export function wallClock(at: Millis, zone: string): WallClock {
  const local = at + offsetMs(at, zone);
  const day = Math.floor(local / (24 * HOUR));
  return { day, hour: (local - day * 24 * HOUR) / HOUR, weekday: ((((day + 3) % 7) + 7) % 7) + 1 };
}

/** `2025-09-28 14:03:11`, or with another separator: local time without a zone, as many devices send it. */
export function localText(at: Millis, zone: string, separator = ' '): string {
  return new Date(at + offsetMs(at, zone)).toISOString().slice(0, 19).replace('T', separator);
}

/** `YYYY-MM-DD` on the zone's wall. */
export function localDay(at: Millis, zone: string): string {
  return localText(at, zone).slice(0, 10);
}

/** The instant at which a local day begins. */
export function dayStart(day: string, zone: string): Millis {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;
}

export function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}
