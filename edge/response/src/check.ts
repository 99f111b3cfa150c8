import type { Millis, ResponseBook } from '@keepsite/edge-contract';
import { checkPlans } from './check-plans.ts';
import { checkCalendar, checkRosters } from './check-rosters.ts';
import { type Finding, findingText, teller } from './finding.ts';

/** What a check may take for granted. */
export interface CheckSetting {
  /** Absent: nobody looks ahead for gaps. */
  readonly now?: Millis;
  /** Rosters are looked at for gaps this many days ahead. */
  readonly horizonDays?: number;
  /** The channels that exist where pages are sent; absent: nobody knows, so any may. */
  readonly channels?: readonly string[];
}

const HORIZON_DAYS = 30;

/**
 * Everything that is wrong or doubtful with who responds and how, as sentences with their place. A
 * book with an error must not take effect: somebody would not be paged.
 */
export function checkResponse(book: ResponseBook, setting: CheckSetting): Finding[] {
  const found: Finding[] = [];
  checkIds(book, found);
  const { now, horizonDays: days = HORIZON_DAYS } = setting;
  for (const calendar of book.calendars) checkCalendar(calendar, found);
  checkRosters(book, now === undefined ? null : { now, days }, found);
  checkPlans(book, setting.channels, found);
  return found;
}

/** The sentences that refuse a book; none: it may take effect. */
export function refusals(found: readonly Finding[]): string[] {
  return found.filter(({ level }) => level === 'error').map(findingText);
}

function checkIds(book: ResponseBook, found: Finding[]): void {
  const { people, crews, rosters, plans, calendars, contracts } = book;
  for (const [place, list] of Object.entries({ people, crews, rosters, plans, calendars, contracts }))
    for (const id of repeated(list.map((item) => item.id)))
      teller(found, `${place}.${id}`, 'id').error('this id stands twice', '此编号出现两次');
  const named = [people, crews, rosters].flatMap((list) => list.map(({ id }) => id));
  const shared = repeated(named).filter((id) => !found.some(({ place }) => place.endsWith(`.${id}`)));
  for (const id of shared)
    teller(found, `people.${id}`, 'id').error(
      `${id} is both a person, a crew or a roster: a step could not tell them apart`,
      `${id} 同时是人员、班组或值班表，步骤无法区分`,
    );
  const persons = new Set(people.map(({ id }) => id));
  for (const crew of crews)
    for (const member of crew.members)
      if (!persons.has(member))
        teller(found, `crews.${crew.id}`, 'members').error(
          `${member} is nobody that is known here`,
          `${member} 不在人员名单中`,
        );
}

function repeated(ids: readonly string[]): string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
}
