import type { Millis } from '../day.ts';
import type { Stretch } from '../stretches.ts';

/** What is known of a piece of time: its energy, and how much of it that covers. */
export interface Part {
  readonly kwh: number;
  readonly ms: number;
}

export interface Slot {
  readonly from: Millis;
  /** Exclusive. */
  readonly to: Millis;
}

/** What the stretches say about [from, to): energy in proportion to time. */
export function within(stretches: readonly Stretch[], from: Millis, to: Millis): Part {
  let kwh = 0;
  let ms = 0;
  for (const stretch of stretches) {
    const shared = Math.min(stretch.to, to) - Math.max(stretch.from, from);
    if (shared <= 0) continue;
    kwh += stretch.kwh * (shared / (stretch.to - stretch.from));
    ms += shared;
  }
  return { kwh, ms };
}

/** The same for many slots in rising order, in one pass over the stretches, which are in rising order too. */
export function partsOf(slots: readonly Slot[], stretches: readonly Stretch[]): Part[] {
  let first = 0;
  return slots.map(({ from, to }) => {
    while (first < stretches.length && (stretches[first] as Stretch).to <= from) first += 1;
    let end = first;
    while (end < stretches.length && (stretches[end] as Stretch).from < to) end += 1;
    return within(stretches.slice(first, end), from, to);
  });
}
