import { type Millis, dayOf, localDay, shiftDay } from '../day.ts';
import type { Slot } from './parts.ts';

export const EVERY = ['quarter', 'hour', 'day', 'month'] as const;
export type Every = (typeof EVERY)[number];

const LENGTH_MS = { quarter: 15 * 60_000, hour: 60 * 60_000 } as const;

/**
 * The slots that touch [from, to): days and months from local midnight to local midnight, so 23, 24
 * or 25 hours long (give `UTC` for UTC days); hours and quarters counted from it, so that a day holds
 * them whole wherever clocks change by whole quarters. Throws a RangeError for an unknown zone.
 */
export function gridOf(every: Every, from: Millis, to: Millis, zone: string): Slot[] {
  const days = daysOf(from, to, zone);
  if (every === 'day') return days.map(({ from: start, to: end }) => ({ from: start, to: end }));
  if (every === 'month')
    return monthsOf(
      days.map(({ day }) => day),
      zone,
    );
  const slots = days.flatMap((day) => cut(day, LENGTH_MS[every]));
  return slots.filter((slot) => slot.to > from && slot.from < to);
}

function daysOf(from: Millis, to: Millis, zone: string) {
  const days = [];
  for (let day = localDay(dayOf(from, zone), zone); day.from < to; day = localDay(shiftDay(day.day, 1), zone))
    days.push(day);
  return days;
}

function monthsOf(days: readonly string[], zone: string): Slot[] {
  const firsts = [...new Set(days.map((day) => `${day.slice(0, 7)}-01`))];
  const startOf = (day: string) => localDay(day, zone).from;
  return firsts.map((first) => ({ from: startOf(first), to: startOf(nextMonth(first)) }));
}

function nextMonth(first: string): string {
  return `${shiftDay(first, 31).slice(0, 7)}-01`;
}

function cut(day: Slot, length: number): Slot[] {
  const count = Math.ceil((day.to - day.from) / length);
  return Array.from({ length: count }, (_, i) => ({
    from: day.from + i * length,
    to: Math.min(day.from + (i + 1) * length, day.to),
  }));
}
