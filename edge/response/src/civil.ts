import type { Millis } from '@keepsite/edge-contract';

/** Milliseconds since 1970-01-01T00:00 by the wall clock of a place. */
export type WallMillis = number;

/** A stretch by the wall clock of a place; `to` is exclusive. */
export interface WallStretch {
  readonly from: WallMillis;
  readonly to: WallMillis;
}

/** A stretch of time; `to` is exclusive. */
export interface Stretch {
  readonly from: Millis;
  readonly to: Millis;
}

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What the wall clock of an IANA zone shows at an instant. Throws a RangeError for an unknown zone. */
export function wallOf(at: Millis, zone: string): WallMillis {
  return at + Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
}

/** `2026-10-01T08:00` as wall time; NaN for a date that does not exist. */
export function wallOfText(text: string): WallMillis {
  const wall = Date.parse(`${text}:00.000Z`);
  // ECMAScript reads the 30th of February as a day in March.
  return Number.isNaN(wall) || !new Date(wall).toISOString().startsWith(text) ? Number.NaN : wall;
}

/** `08:00` as milliseconds of a day. */
export function timeOfDay(text: string): number {
  return Number(text.slice(0, 2)) * HOUR_MS + Number(text.slice(3, 5)) * 60_000;
}

/** Day number of a wall time, counted from 1970-01-01. */
export function dayNumber(wall: WallMillis): number {
  return Math.floor(wall / DAY_MS);
}

/** Day number of `2026-10-01`; NaN for a day that does not exist. */
export function dayNumberOf(day: string): number {
  return Date.parse(`${day}T00:00:00.000Z`) / DAY_MS;
}

/** `2026-10-01` of a day number. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The civil day of an instant, `2026-10-01`. Throws a RangeError for an unknown zone. */
export function civilDayText(at: Millis, zone: string): string {
  return dayText(dayNumber(wallOf(at, zone)));
}

/**
 * A stretch of wall time as instants. Where the clocks are set back its start is the first
 * occurrence and its end the last: two shifts that hand over then overlap and never leave a gap.
 * Where they jump ahead a time that is skipped is the moment of the jump plus what it lies into the
 * gap, for start and end alike. (GoAlert settled on the same rules: target/goalert, PR 1252.)
 */
export function instantsOf({ from, to }: WallStretch, zone: string): Stretch {
  return { from: instantOf(from, zone, 'compatible'), to: instantOf(to, zone, 'later') };
}

function instantOf(wall: WallMillis, zone: string, disambiguation: 'compatible' | 'later'): Millis {
  const shown = Temporal.Instant.fromEpochMilliseconds(wall).toZonedDateTimeISO('UTC').toPlainDateTime();
  return shown.toZonedDateTime(zone, { disambiguation }).epochMilliseconds;
}
