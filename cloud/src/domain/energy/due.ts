import type { EnergyReportEntry } from '@keepsite/cloud-contract';
import { instantMillis, type Millis } from '@keepsite/edge-contract';
import { DAY, dayOf, monthOf, startOfDay } from '../calendar.ts';

/** A report that is to be made. */
export interface Due {
  readonly kind: 'day' | 'month';
  /** `2026-03-02` or `2026-03`. */
  readonly period: string;
  readonly from: string;
  /** Excluded. */
  readonly to: string;
}

const HOUR: Millis = 3_600_000;
/** Edges that were cut off for a moment have delivered by then. */
const SETTLED_AFTER = 3 * HOUR;
/** Weather archives and edges that were cut off deliver within a week; until then a report with gaps is tried anew each day. */
const LATE_MS = 7 * DAY;
/** What a cloud that stood still makes up for. */
const DAYS_BACK = 7;
const MONTHS_BACK = 3;

/** The days and months that are over at `now` by the client's clock, oldest first, at most a week and three months back. */
export function duePeriods(now: Millis, zone: string): Due[] {
  const today = dayOf(now - SETTLED_AFTER, zone);
  const month = monthOf(now - SETTLED_AFTER, zone);
  const days = Array.from({ length: DAYS_BACK }, (_, i) =>
    dueOf(
      Temporal.PlainDate.from(today)
        .subtract({ days: DAYS_BACK - i })
        .toString(),
    ),
  );
  const months = Array.from({ length: MONTHS_BACK }, (_, i) =>
    dueOf(
      Temporal.PlainYearMonth.from(month)
        .subtract({ months: MONTHS_BACK - i })
        .toString(),
    ),
  );
  return [...days, ...months];
}

/** Whether a due report is to be made at `now`: it is not there, or has gaps that late data may still fill. */
export function isToBeMade(
  { to }: Due,
  last: Pick<EnergyReportEntry, 'madeAt' | 'missing'> | undefined,
  now: Millis,
  zone: string,
): boolean {
  if (!last) return true;
  const madeAt = instantMillis(last.madeAt);
  const mayFill = last.missing !== 0 && madeAt < startOfDay(to, zone) + LATE_MS;
  return mayFill && now - madeAt >= DAY;
}

const PERIOD = /^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$/;

/** Whether a text is a month (`2026-03`) or a day (`2026-03-02`) that the calendar has. */
export function isPeriod(text: string): boolean {
  return PERIOD.test(text) && (text.length === 7 || new Date(`${text}T00:00:00Z`).toISOString().startsWith(text));
}

/** The days of a period: a day or a month, by its text. */
export function dueOf(period: string): Due {
  if (period.length === 7) {
    const month = Temporal.PlainYearMonth.from(period);
    const from = month.toPlainDate({ day: 1 }).toString();
    return { kind: 'month', period, from, to: month.add({ months: 1 }).toPlainDate({ day: 1 }).toString() };
  }
  return { kind: 'day', period, from: period, to: Temporal.PlainDate.from(period).add({ days: 1 }).toString() };
}
