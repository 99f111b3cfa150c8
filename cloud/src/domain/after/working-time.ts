import type { Calendar, Millis } from '@keepsite/edge-contract';
import { civilDay, dayNumberOf } from '@keepsite/edge-response';

const HOUR: Millis = 3_600_000;
const SATURDAY = 6;
/** A calendar that knows no workday for so long says nothing about one. */
const MOST_DAYS_OFF = 60;

/** Which days count towards a deadline, and in which IANA zone they begin: a calendar's workdays, Monday to Friday, or all. */
export interface CountedDays {
  readonly timeZone: string;
  readonly days: Calendar | 'weekdays' | 'every_day';
}

/**
 * The instant that lies `hours` of counted days after `from`. All hours of a counted day count: what is
 * due within 24 hours is due at the same time of the next one. By a calendar a holiday does not count
 * and a Saturday that is worked in lieu (调休) does; beyond its last day it is Monday to Friday.
 */
export function workingDue(from: Millis, hours: number, { timeZone, days }: CountedDays): Millis {
  let at = nextCounted(Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone), days);
  for (let left = hours * HOUR; left > 0;) {
    const end = midnightAfter(at);
    const today = end.epochMilliseconds - at.epochMilliseconds;
    if (left < today) return at.epochMilliseconds + left;
    left -= today;
    at = nextCounted(end, days);
  }
  return at.epochMilliseconds;
}

/** The instant itself on a day that counts, else the beginning of the next such day. */
function nextCounted(from: Temporal.ZonedDateTime, days: CountedDays['days']): Temporal.ZonedDateTime {
  let at = from;
  for (let off = 0; off < MOST_DAYS_OFF && !counts(at, days); off += 1) at = midnightAfter(at);
  return at;
}

function counts(at: Temporal.ZonedDateTime, days: CountedDays['days']): boolean {
  if (days === 'every_day') return true;
  if (days === 'weekdays') return at.dayOfWeek < SATURDAY;
  return civilDay(dayNumberOf(at.toPlainDate().toString()), days).kind === 'workday';
}

function midnightAfter(at: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  return at.startOfDay().add({ days: 1 }).startOfDay();
}
