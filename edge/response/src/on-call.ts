import { type HandOverNote, instantMillis, type Millis, type Roster } from '@keepsite/edge-contract';
import { DAY_MS, instantsOf, type Stretch, wallOf } from './civil.ts';
import type { RosterBook, Shift } from './shift.ts';
import { shifts } from './shifts.ts';
import { joined, uncovered, windows } from './windows.ts';

/** How far ahead somebody looks for the next shift. */
const AHEAD_MS = 35 * DAY_MS;
const NOTE_MATTERS_MS = 7 * DAY_MS;

/** Who is on call at an instant, each person once, by the order of the roster's layers. */
export function onCall(roster: Roster, at: Millis, book: RosterBook): string[] {
  return [...new Set(dutiesAt(roster, at, book).map(({ person }) => person))];
}

/** The same with the shifts that say so: since when, until when, and why. */
export function dutiesAt(roster: Roster, at: Millis, book: RosterBook): Shift[] {
  return shifts(roster, { from: at, to: at + 1 }, book);
}

/** Who is on call after the next change, and when that is. */
export interface NextDuty {
  readonly at: Millis;
  /** Empty: nobody. */
  readonly people: readonly string[];
}

/** Who comes next; null when nothing changes within the next weeks. */
export function nextOnCall(roster: Roster, at: Millis, book: RosterBook): NextDuty | null {
  const coming = shifts(roster, { from: at, to: at + AHEAD_MS }, book);
  const now = namesAt(coming, at);
  const moments = new Set(coming.flatMap(({ from, to }) => [from, to]).filter((it) => it > at && it < at + AHEAD_MS));
  for (const moment of [...moments].toSorted((a, b) => a - b)) {
    const people = namesAt(coming, moment);
    if (people.join('\n') !== now.join('\n')) return { at: moment, people };
  }
  return null;
}

function namesAt(all: readonly Shift[], at: Millis): string[] {
  const names = all.filter((shift) => shift.from <= at && at < shift.to).map(({ person }) => person);
  return [...new Set(names)].toSorted();
}

/** When somebody should be on call and nobody is, within a stretch of time. */
export function gaps(roster: Roster, stretch: Stretch, book: RosterBook): Stretch[] {
  const covered = shifts(roster, stretch, book);
  return owed(roster, stretch, book).flatMap((whole) => uncovered(whole, covered));
}

/** When somebody has to be on call. */
function owed({ zone, covers, calendar }: Roster, stretch: Stretch, book: RosterBook): Stretch[] {
  if (covers === undefined) return [stretch];
  const within = { from: wallOf(stretch.from, zone) - DAY_MS, to: wallOf(stretch.to, zone) + DAY_MS };
  const days = book.calendars.find(({ id }) => id === calendar);
  const all = windows(covers, within, days).map((window) => instantsOf(window, zone));
  const clipped = all.map(({ from, to }) => ({ from: Math.max(from, stretch.from), to: Math.min(to, stretch.to) }));
  return joined(clipped.filter(({ from, to }) => from < to).toSorted((a, b) => a.from - b.from));
}

/** The hand-over notes that matter at an instant, newest first. */
export function notesAt({ notes }: Pick<Roster, 'notes'>, at: Millis): HandOverNote[] {
  return notes
    .filter((note) => {
      const written = instantMillis(note.at);
      const until = note.until === undefined ? written + NOTE_MATTERS_MS : instantMillis(note.until);
      return written <= at && at < until;
    })
    .toSorted((a, b) => instantMillis(b.at) - instantMillis(a.at));
}
