import type { Calendar, Roster, RosterLayer } from '@keepsite/edge-contract';
import { changed } from './changes.ts';
import { DAY_MS, instantsOf, type Stretch, type WallStretch, wallOf, wallOfText } from './civil.ts';
import type { RosterBook, Shift } from './shift.ts';
import { joined, windows } from './windows.ts';

const UNIT_MS = { hours: DAY_MS / 24, days: DAY_MS, weeks: 7 * DAY_MS } as const;

/**
 * Who is on call in any part of a stretch of time, by start. Rotations first, then swaps and
 * overrides as they were made. Shifts reach beyond the stretch by some days at most. Throws a
 * RangeError for an unknown zone.
 */
export function shifts(roster: Roster, { from, to }: Stretch, book: RosterBook): Shift[] {
  const calendar = book.calendars.find(({ id }) => id === roster.calendar);
  const within = { from: wallOf(from, roster.zone) - DAY_MS, to: wallOf(to, roster.zone) + DAY_MS };
  const planned = roster.layers.flatMap((layer) => layerShifts(layer, within, { roster, calendar, book }));
  const all = changed(planned, roster);
  return all.filter((shift) => shift.to > from && shift.from < to).toSorted(byStart);
}

interface Setting {
  readonly roster: Roster;
  readonly calendar: Calendar | undefined;
  readonly book: RosterBook;
}

function layerShifts(layer: RosterLayer, within: WallStretch, { roster, calendar, book }: Setting): Shift[] {
  const counted = layer.hours === undefined ? null : windows(layer.hours, within, calendar);
  const found = turns(layer, within).flatMap(({ member, ...turn }) => {
    const stretches = counted === null ? [turn] : counted.flatMap((window) => overlap(window, turn) ?? []);
    return stretches.flatMap((stretch) => {
      const instants = instantsOf(stretch, roster.zone);
      if (instants.from >= instants.to) return [];
      return people(member, book).map((person) => shiftOf(person, instants, layer));
    });
  });
  return [...Map.groupBy(found, ({ person }) => person).values()].flatMap((own) => joined(own.toSorted(byStart)));
}

function shiftOf(person: string, stretch: Stretch, { id: layer }: RosterLayer): Shift {
  return { ...stretch, person, layer, because: 'rotation', change: null };
}

/** The turns of a layer that touch a stretch, each whole but for the layer's own end. */
function turns({ from, until, every, unit, members }: RosterLayer, within: WallStretch) {
  const first = wallOfText(from);
  const end = until === undefined ? Infinity : wallOfText(until);
  const length = every * UNIT_MS[unit];
  const found: (WallStretch & { readonly member: string })[] = [];
  for (let turn = Math.max(0, Math.floor((within.from - first) / length)); ; turn += 1) {
    const begins = first + turn * length;
    const member = members[turn % members.length];
    if (begins >= Math.min(within.to, end) || member === undefined) return found;
    found.push({ member, from: begins, to: Math.min(begins + length, end) });
  }
}

function overlap(a: WallStretch, b: WallStretch): WallStretch | null {
  const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
  return from < to ? { from, to } : null;
}

/** A crew is its members; anybody else is one person. */
export function people(id: string, { crews }: Pick<RosterBook, 'crews'>): readonly string[] {
  return crews.find((crew) => crew.id === id)?.members ?? [id];
}

function byStart(a: Shift, b: Shift): number {
  return a.from - b.from || a.to - b.to || (a.person < b.person ? -1 : 1);
}
