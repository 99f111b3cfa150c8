import type { Calendar, Hours } from '@keepsite/edge-contract';
import { begins, civilDay } from './calendar.ts';
import { DAY_MS, dayNumber, timeOfDay, type WallStretch } from './civil.ts';

/**
 * The stretches in which `hours` count, of all that touch `within`: in order, whole, and joined
 * where they meet. Hours that pass midnight belong to the day on which they begin.
 */
export function windows(hours: readonly Hours[], within: WallStretch, calendar: Calendar | undefined): WallStretch[] {
  const found: WallStretch[] = [];
  for (let day = dayNumber(within.from) - 1; day * DAY_MS < within.to; day += 1) {
    const kind = civilDay(day, calendar);
    for (const window of hours) if (begins(window, kind)) found.push(windowOf(window, day));
  }
  const touching = found.filter(({ from, to }) => to > within.from && from < within.to);
  return joined(touching.toSorted((a, b) => a.from - b.from));
}

function windowOf({ from, to }: Hours, day: number): WallStretch {
  const [begin, end] = [timeOfDay(from), timeOfDay(to)];
  return { from: day * DAY_MS + begin, to: day * DAY_MS + (end > begin ? end : end + DAY_MS) };
}

/** Stretches in the order of their start, with those that touch or overlap made one. */
export function joined<T extends { readonly from: number; readonly to: number }>(ordered: readonly T[]): T[] {
  const all: T[] = [];
  for (const next of ordered) {
    const last = all.at(-1);
    if (last && next.from <= last.to) all[all.length - 1] = { ...last, to: Math.max(last.to, next.to) };
    else all.push(next);
  }
  return all;
}

/** What of `whole` no stretch covers, in order. */
export function uncovered<T extends { readonly from: number; readonly to: number }>(
  whole: { readonly from: number; readonly to: number },
  covering: readonly T[],
): { from: number; to: number }[] {
  const open: { from: number; to: number }[] = [];
  let at = whole.from;
  for (const { from, to } of joined(covering.toSorted((a, b) => a.from - b.from))) {
    if (to <= whole.from || from >= whole.to) continue;
    if (from > at) open.push({ from: at, to: from });
    at = Math.max(at, to);
  }
  if (at < whole.to) open.push({ from: at, to: whole.to });
  return open;
}
