import { instantMillis, type Roster, type RosterOverride, type RosterSwap } from '@keepsite/edge-contract';
import type { Stretch } from './civil.ts';
import { type Shift, stretchOf } from './shift.ts';
import { joined } from './windows.ts';

/** Shifts after a roster's swaps and overrides, in the order in which those were made: the later one counts. */
export function changed(planned: readonly Shift[], { swaps, overrides }: Pick<Roster, 'swaps' | 'overrides'>): Shift[] {
  const made = [
    ...swaps.map((swap) => ({ at: swap.at, apply: (all: readonly Shift[]) => swapped(all, swap) })),
    ...overrides.map((override) => ({ at: override.at, apply: (all: readonly Shift[]) => overridden(all, override) })),
  ];
  const ordered = made.toSorted((a, b) => instantMillis(a.at) - instantMillis(b.at));
  return whole(ordered.reduce<Shift[]>((all, { apply }) => apply(all), [...planned]));
}

/** A shift that a change has touched only in passing is one shift again. */
function whole(pieces: readonly Shift[]): Shift[] {
  const alike = Map.groupBy(pieces, ({ person, layer, because, change }) =>
    [person, layer, because, change].join('\n'),
  );
  return [...alike.values()].flatMap((own) => joined(own.toSorted((a, b) => a.from - b.from)));
}

function swapped(all: readonly Shift[], { id: change, give, take }: RosterSwap): Shift[] {
  const [given, taken] = [stretchOf(give), stretchOf(take)];
  const pieces = cut(cut(all, given), taken);
  return pieces.map((shift) => {
    if (shift.person === give.person && inside(shift, given))
      return { ...shift, person: take.person, because: 'swap', change };
    if (shift.person === take.person && inside(shift, taken))
      return { ...shift, person: give.person, because: 'swap', change };
    return shift;
  });
}

function overridden(all: readonly Shift[], override: RosterOverride): Shift[] {
  const { id: change, off, on } = override;
  const stretch = stretchOf(override);
  const add = (where: Stretch, layer: string | null): Shift[] =>
    on.map((person) => ({ from: where.from, to: where.to, person, layer, because: 'override', change }));
  if (off === 'everybody')
    return [...cut(all, stretch).filter((shift) => !inside(shift, stretch)), ...add(stretch, null)];
  if (off.length === 0) return [...all, ...add(stretch, null)];
  return cut(all, stretch).flatMap((shift) => {
    const replaced = off.includes(shift.person) && inside(shift, stretch);
    return replaced ? add(shift, shift.layer) : [shift];
  });
}

/** The same shifts, in pieces that lie within the stretch or outside it. */
function cut(all: readonly Shift[], { from, to }: Stretch): Shift[] {
  return all.flatMap((shift) => {
    const edges = [shift.from, ...[from, to].filter((at) => at > shift.from && at < shift.to), shift.to];
    return edges.slice(1).map((end, index) => ({ ...shift, from: edges[index] ?? shift.from, to: end }));
  });
}

function inside(shift: Stretch, { from, to }: Stretch): boolean {
  return shift.from >= from && shift.to <= to;
}
