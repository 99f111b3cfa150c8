import {
  type Duty,
  instantText,
  type Millis,
  type OnCall,
  type OnCallList,
  type ResponseBook,
  type Roster,
  type RosterView,
} from '@keepsite/edge-contract';
import { civilDay } from './calendar.ts';
import { DAY_MS, dayNumberOf, dayText, instantsOf, type Stretch } from './civil.ts';
import { dutiesAt, gaps, nextOnCall, notesAt } from './on-call.ts';
import type { Shift } from './shift.ts';
import { shifts } from './shifts.ts';

/** Gaps are told this far ahead. */
const AHEAD_MS = 7 * DAY_MS;

/** Who is on call on every roster, who comes next, and when nobody will be. */
export function onCallList(book: ResponseBook, at: Millis): OnCallList {
  return { at: instantText(at), items: book.rosters.map((roster) => onCallView(roster, at, book)) };
}

function onCallView(roster: Roster, at: Millis, book: ResponseBook): OnCall {
  const next = nextOnCall(roster, at, book);
  return {
    roster: roster.id,
    version: roster.version,
    name: roster.name,
    zone: roster.zone,
    now: dutiesAt(roster, at, book).map((shift) => dutyOf(shift, book)),
    next: next && {
      at: instantText(next.at),
      people: next.people.map((person) => ({ person, name: nameOf(person, book) })),
    },
    gaps: gaps(roster, { from: at, to: at + AHEAD_MS }, book).map(textsOf),
    notes: notesAt(roster, at),
  };
}

/** A roster from a civil day on, for some days: its shifts, its gaps, what was changed and what kind of days they are. */
export function rosterView(
  roster: Roster,
  { from, days }: { readonly from: string; readonly days: number },
  book: ResponseBook,
): Omit<RosterView, 'local'> {
  const calendar = book.calendars.find(({ id }) => id === roster.calendar);
  const first = dayNumberOf(from);
  const list = Array.from({ length: days }, (_, index) => first + index).map((day) => {
    const { kind, name } = civilDay(day, calendar);
    const wall = { from: day * DAY_MS, to: (day + 1) * DAY_MS };
    return { day: dayText(day), kind, name, stretch: instantsOf(wall, roster.zone) };
  });
  const whole = { from: list[0]?.stretch.from ?? 0, to: list.at(-1)?.stretch.to ?? 0 };
  const { id, version, name, zone, covers, overrides, swaps, notes } = roster;
  return {
    roster: id,
    version,
    name,
    zone,
    ...(covers && { covers }),
    days: list.map(({ stretch, ...day }) => ({ ...day, ...textsOf(stretch) })),
    shifts: shifts(roster, whole, book).map((shift) => dutyOf(shift, book)),
    gaps: gaps(roster, whole, book).map(textsOf),
    overrides: overrides.filter((override) => touches(override, whole)),
    swaps: swaps.filter(({ give, take }) => touches(give, whole) || touches(take, whole)),
    notes: notes.filter(({ at }) => touches({ from: at, to: at }, whole)),
  };
}

function dutyOf({ from, to, ...shift }: Shift, { people }: Pick<ResponseBook, 'people'>): Duty {
  const person = people.find(({ id }) => id === shift.person);
  const { name = shift.person, skills = [] } = person ?? {};
  return { ...shift, name, skills, from: instantText(from), to: instantText(to) };
}

function nameOf(id: string, { people }: Pick<ResponseBook, 'people'>): string {
  return people.find((person) => person.id === id)?.name ?? id;
}

function textsOf({ from, to }: Stretch): { from: string; to: string } {
  return { from: instantText(from), to: instantText(to) };
}

function touches({ from, to }: { readonly from: string; readonly to: string }, whole: Stretch): boolean {
  return Date.parse(from) < whole.to && Date.parse(to) >= whole.from;
}
