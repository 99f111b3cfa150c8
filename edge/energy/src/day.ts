/** Epoch milliseconds, UTC. */
export type Millis = number;

/** One local calendar day: 23, 24 or 25 hours long where clocks are changed. */
export interface LocalDay {
  /** `YYYY-MM-DD`. */
  readonly day: string;
  readonly from: Millis;
  /** Exclusive; the next local midnight. */
  readonly to: Millis;
  /** The night of this day, 00:00–06:00 and 22:00–24:00 by the wall, as instants. */
  readonly night: readonly (readonly [Millis, Millis])[];
}

const NIGHT_ENDS = '06:00';
const NIGHT_BEGINS = '22:00';

/** A calendar day in an IANA zone. Throws a RangeError for a day or a zone that does not exist. */
export function localDay(day: string, zone: string): LocalDay {
  const date = Temporal.PlainDate.from(day);
  const at = (time?: string) =>
    (time === undefined ? date.toZonedDateTime(zone) : date.toZonedDateTime({ timeZone: zone, plainTime: time }))
      .epochMilliseconds;
  const from = at();
  const to = date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  return {
    day: date.toString(),
    from,
    to,
    night: [
      [from, at(NIGHT_ENDS)],
      [at(NIGHT_BEGINS), to],
    ],
  };
}

/** The local day that an instant falls on. */
export function dayOf(at: Millis, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** `day` moved by whole calendar days. */
export function shiftDay(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}

/** Days in their order. A language's order would be the same, and its tables take 3 MB. */
export function compareDays(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}

/** The same weekday in each of the four weeks before, newest first. */
export function sameWeekdaysBefore(day: string): string[] {
  return [1, 2, 3, 4].map((weeks) => shiftDay(day, -7 * weeks));
}
