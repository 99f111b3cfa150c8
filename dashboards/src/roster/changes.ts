import type { Millis } from '@keepsite/edge-contract';
import { listOf, valueAt, type RawEntry } from './plan-form.ts';

/** The lists of a roster that people change from day to day. */
export const CHANGES = ['overrides', 'swaps', 'notes'] as const;
export type ChangeList = (typeof CHANGES)[number];

const DAY_MS = 86_400_000;
/** A note matters for a week where it says nothing else. */
const NOTE_MS = 7 * DAY_MS;

/** True when a change no longer matters at an instant; one whose time nobody can read always does. */
export function isPast(list: ChangeList, change: unknown, now: Millis): boolean {
  const ends = ENDS[list](change);
  return ends.every((end) => end < now);
}

const ENDS: Readonly<Record<ChangeList, (change: unknown) => number[]>> = {
  overrides: (change) => [millisAt(change, 'to')],
  swaps: (change) => [millisAt(change, 'give', 'to'), millisAt(change, 'take', 'to')],
  notes: (change) => [
    valueAt(change, ['until']) === undefined ? millisAt(change, 'at') + NOTE_MS : millisAt(change, 'until'),
  ],
};

/** `NaN` where nobody can read it: that is before nothing. */
function millisAt(change: unknown, ...path: string[]): Millis {
  return Date.parse(String(valueAt(change, path)));
}

/** How many changes of a roster are past. */
export function pastCount(roster: RawEntry, now: Millis): number {
  return CHANGES.flatMap((list) => listOf(roster[list]).filter((change) => isPast(list, change, now))).length;
}

/** A roster without the changes that are past. */
export function withoutPast(roster: RawEntry, now: Millis): RawEntry {
  return CHANGES.reduce((left: RawEntry, list) => {
    const changes = left[list];
    return Array.isArray(changes) ? { ...left, [list]: changes.filter((one) => !isPast(list, one, now)) } : left;
  }, roster);
}
