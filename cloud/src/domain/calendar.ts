import { instantMillis, type Millis } from '@keepsite/edge-contract';

export const MINUTE: Millis = 60_000;
export const DAY: Millis = 86_400_000;

/** The instants between which a calendar month (`2026-03`) lies in an IANA zone; `to` is excluded. */
export function monthBounds(period: string, zone: string): { from: Millis; to: Millis } {
  const month = Temporal.PlainYearMonth.from(period);
  return { from: startOf(month, zone), to: startOf(month.add({ months: 1 }), zone) };
}

/** The calendar month of an instant in an IANA zone, as `2026-03`. */
export function monthOf(at: Millis, zone: string): string {
  return zoned(at, zone).toPlainDate().toPlainYearMonth().toString();
}

/** The civil date of an instant in an IANA zone, as `2026-03-02`. */
export function dayOf(at: Millis, zone: string): string {
  return zoned(at, zone).toPlainDate().toString();
}

/** The first instant of a civil date in an IANA zone. Where midnight is skipped, the first after it. */
export function startOfDay(day: string, zone: string): Millis {
  return Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;
}

/** Whole civil days from one date to another; negative when `to` is earlier. */
export function daysBetween(from: string, to: string): number {
  return (instantMillis(to) - instantMillis(from)) / DAY;
}

function zoned(at: Millis, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(zone);
}

function startOf(month: Temporal.PlainYearMonth, zone: string): Millis {
  return month.toPlainDate({ day: 1 }).toZonedDateTime(zone).epochMilliseconds;
}
