import type { Contract } from '@keepsite/cloud-contract';
import type { Calendar, Millis, ResponseBook } from '@keepsite/edge-contract';
import { withCalendars } from '@keepsite/edge-response';
import { covers, latestVersions } from '../sla.ts';
import type { FollowUpRules } from './follow-up.ts';
import type { CountedDays } from './working-time.ts';

/** What is known of a client and of the site that it is asked about. */
export interface AskedPlace {
  readonly contracts: readonly Contract[];
  /** The site's IANA zone; null: nobody knows the site. */
  readonly zone: string | null;
  /** What its edge said that it goes by; null: it has not said. */
  readonly book: Pick<ResponseBook, 'rosters' | 'calendars'> | null;
}

/** Zones in which a calendar that comes with Keepsite is the law. */
const STATUTORY: Readonly<Record<string, string>> = {
  'Asia/Shanghai': 'china',
  'Asia/Chongqing': 'china',
  'Asia/Harbin': 'china',
  'Asia/Urumqi': 'china',
};

/**
 * Which days count until a client must have been asked: what its contract in force at `at` says, in the
 * site's zone, else Monday to Friday in the cloud's own. Working days are those of the calendar that
 * the rosters of the site go by, else of its zone's statutory one, else Monday to Friday.
 */
export function countedDays({ contracts, zone, book }: AskedPlace, rules: FollowUpRules, at: Millis): CountedDays {
  const days = latestVersions(contracts).find((contract) => covers(contract, at))?.followUpDays;
  const timeZone = zone ?? rules.timeZone;
  switch (days) {
    case 'every_day':
      return { timeZone, days };
    case 'working_days':
      return { timeZone, days: siteCalendar(timeZone, book, rules.calendars) ?? 'weekdays' };
    case undefined:
      return { timeZone: rules.timeZone, days: 'weekdays' };
  }
}

function siteCalendar(zone: string, book: AskedPlace['book'], shipped: readonly Calendar[]): Calendar | undefined {
  const { calendars } = withCalendars({ calendars: book?.calendars ?? [] }, shipped);
  const named = book?.rosters.find((roster) => roster.zone === zone && roster.calendar !== undefined)?.calendar;
  return calendars.find(({ id }) => id === (named ?? STATUTORY[zone]));
}
