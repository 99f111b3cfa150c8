import { type Calendar, type DayKind, type Hours, type Weekday, WEEKDAYS } from '@keepsite/edge-contract';
import { dayNumberOf } from './civil.ts';

/** What a day is. */
export interface CivilDay {
  readonly weekday: Weekday;
  readonly kind: DayKind;
  /** What the calendar calls it; null: an ordinary day. */
  readonly name: Calendar['days'][number]['name'] | null;
}

type SpecialDay = Pick<Calendar['days'][number], 'kind' | 'name'>;

const WEEKEND: readonly Weekday[] = ['sat', 'sun'];
const special = new WeakMap<Calendar, ReadonlyMap<number, SpecialDay>>();

/**
 * What a day (by its number) is. A day that the calendar names is what it says, so a make-up
 * Saturday is a workday; any other is by its weekday. Without a calendar the weekend is Saturday
 * and Sunday.
 */
export function civilDay(day: number, calendar: Calendar | undefined): CivilDay {
  const weekday = weekdayOf(day);
  const named = calendar && specialDays(calendar).get(day);
  if (named) return { weekday, kind: named.kind, name: named.name };
  const free = (calendar?.weekend ?? WEEKEND).includes(weekday);
  return { weekday, kind: free ? 'weekend' : 'workday', name: null };
}

/** True when hours that are bound to certain days begin on this one. */
export function begins(hours: Hours, { weekday, kind }: CivilDay): boolean {
  return hours.days === undefined || hours.days.includes(weekday) || hours.days.includes(kind);
}

function weekdayOf(day: number): Weekday {
  // 1970-01-01 was a Thursday.
  return WEEKDAYS[(((day + 3) % 7) + 7) % 7] ?? 'mon';
}

function specialDays(calendar: Calendar): ReadonlyMap<number, SpecialDay> {
  const known = special.get(calendar);
  if (known) return known;
  const days = new Map<number, SpecialDay>();
  for (const { from, to = from, kind, name } of calendar.days)
    for (let day = dayNumberOf(from); day <= dayNumberOf(to); day += 1) days.set(day, { kind, name });
  special.set(calendar, days);
  return days;
}
