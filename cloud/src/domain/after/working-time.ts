import type { Millis } from '@keepsite/edge-contract';

const HOUR: Millis = 3_600_000;
const SATURDAY = 6;

/**
 * The instant that lies `hours` of working days after `from` in an IANA zone. All hours of Monday to
 * Friday count, those of Saturday and Sunday do not: what is due within 24 hours is due at the same
 * time of the next working day. Public holidays are not known here and count like any weekday.
 */
export function workingDue(from: Millis, hours: number, timeZone: string): Millis {
  let at = nextWorkingTime(Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone));
  for (let left = hours * HOUR; left > 0;) {
    const end = midnightAfter(at);
    const today = end.epochMilliseconds - at.epochMilliseconds;
    if (left < today) return at.epochMilliseconds + left;
    left -= today;
    at = nextWorkingTime(end);
  }
  return at.epochMilliseconds;
}

/** The instant itself on a weekday, else the beginning of Monday. */
function nextWorkingTime(at: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  return at.dayOfWeek < SATURDAY ? at : nextWorkingTime(midnightAfter(at));
}

function midnightAfter(at: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  return at.startOfDay().add({ days: 1 }).startOfDay();
}
