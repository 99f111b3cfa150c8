import { expect, test } from 'vitest';
import { dayOf, daysBetween, monthBounds, monthOf, startOfDay } from './calendar.ts';

const text = (at: number): string => new Date(at).toISOString();

test("a month begins at the zone's own midnight", () => {
  const { from, to } = monthBounds('2026-03', 'Asia/Shanghai');
  expect([text(from), text(to)]).toEqual(['2026-02-28T16:00:00.000Z', '2026-03-31T16:00:00.000Z']);
});

test('a month with a change of the clocks is an hour short', () => {
  const { from, to } = monthBounds('2026-03', 'Europe/Berlin');
  expect((to - from) / 3_600_000).toBe(31 * 24 - 1);
});

test('December ends where January begins', () => {
  expect(monthBounds('2026-12', 'Asia/Shanghai').to).toBe(monthBounds('2027-01', 'Asia/Shanghai').from);
});

test('an instant belongs to the month and day that the zone shows', () => {
  const at = Date.parse('2026-02-28T16:00:00.000Z');
  expect([monthOf(at, 'Asia/Shanghai'), monthOf(at - 1, 'Asia/Shanghai')]).toEqual(['2026-03', '2026-02']);
  expect(dayOf(at, 'Asia/Shanghai')).toBe('2026-03-01');
  expect(startOfDay('2026-03-01', 'Asia/Shanghai')).toBe(at);
});

test('days are counted by the calendar, not by 24 hours', () => {
  expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
  expect(daysBetween('2026-03-30', '2026-03-28')).toBe(-2);
});
