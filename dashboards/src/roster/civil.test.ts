import { expect, test } from 'vitest';
import { civilOf, instantOfCivil, movedDay } from './civil.ts';

test.each([
  ['2026-03-02T08:00', 'Asia/Shanghai', '2026-03-02T00:00:00.000Z'],
  ['2026-07-01T08:00', 'Europe/Berlin', '2026-07-01T06:00:00.000Z'],
  ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00.000Z'],
  ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
  ['2026-11-01T12:00', 'America/New_York', '2026-11-01T17:00:00.000Z'],
])('%s in %s is %s, and back', (text, zone, instant) => {
  expect(instantOfCivil(text, zone)).toBe(instant);
  expect(civilOf(Date.parse(instant), zone)).toBe(text);
});

test('what is no date is none', () => {
  expect(instantOfCivil('', 'Asia/Shanghai')).toBeNull();
});

test('a day moves over the end of a month', () => {
  expect(movedDay('2026-02-26', 7)).toBe('2026-03-05');
});
