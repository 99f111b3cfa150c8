import type { Calendar, ResponseBook, Roster, RosterChanges } from '@keepsite/edge-contract';

/**
 * A book that also knows the calendars that everybody has. Of two with one id the higher version
 * counts: a copy that has travelled with a book must not hide the holidays of a new year.
 */
export function withCalendars<T extends Pick<ResponseBook, 'calendars'>>(book: T, shipped: readonly Calendar[]): T {
  const newest = new Map(book.calendars.map((calendar) => [calendar.id, calendar]));
  for (const calendar of shipped)
    if ((newest.get(calendar.id)?.version ?? 0) < calendar.version) newest.set(calendar.id, calendar);
  return { ...book, calendars: [...newest.values()] };
}

/** What was changed on the spot, by roster. */
export type LocalChanges = Readonly<Record<string, RosterChanges>>;

/** What the ids of changes begin with that were made at an edge: they are that edge's to keep or to take back. */
export const LOCAL = 'local-';

/** Rosters with what was changed on the spot beside what they came with; a copy of it that comes back does not count. */
export function withChanges(rosters: readonly Roster[], changes: LocalChanges): Roster[] {
  return rosters.map((roster) => {
    const { overrides, swaps, notes } = changes[roster.id] ?? { overrides: [], swaps: [], notes: [] };
    return {
      ...roster,
      overrides: united(roster.overrides, overrides),
      swaps: united(roster.swaps, swaps),
      notes: united(roster.notes, notes),
    };
  });
}

function united<T extends { readonly id: string }>(theirs: readonly T[], ours: readonly T[]): T[] {
  return [...theirs.filter(({ id }) => !id.startsWith(LOCAL)), ...ours];
}
