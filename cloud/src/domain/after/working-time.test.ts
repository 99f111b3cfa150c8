import fc from 'fast-check';
import { expect, test } from 'vitest';
import { workingDue } from './working-time.ts';

const ZONE = 'Asia/Shanghai';
const at = (local: string): number => Temporal.PlainDateTime.from(local).toZonedDateTime(ZONE).epochMilliseconds;

test.each([
  ['Monday afternoon', '2026-03-02T15:20', 24, '2026-03-03T15:20'],
  ['Friday afternoon is Monday afternoon', '2026-03-06T15:20', 24, '2026-03-09T15:20'],
  ['Saturday counts from Monday', '2026-03-07T10:00', 24, '2026-03-10T00:00'],
  [
    'what would end with Friday ends on Friday night or Monday, never on a Saturday',
    '2026-03-06T00:00',
    24,
    '2026-03-09T00:00',
  ],
  ['two days', '2026-03-05T12:00', 48, '2026-03-09T12:00'],
  ['a short one stays within the day', '2026-03-02T15:20', 2, '2026-03-02T17:20'],
])('%s', (_, from, hours, due) => {
  expect(workingDue(at(from), hours, ZONE)).toBe(at(due));
});

test('it is never due on a weekend, and never before the hours have passed', () => {
  const instants = fc.integer({ min: at('2026-01-01T00:00'), max: at('2027-01-01T00:00') });
  fc.assert(
    fc.property(instants, fc.integer({ min: 1, max: 200 }), (from, hours) => {
      const due = workingDue(from, hours, ZONE);
      expect(due - from).toBeGreaterThanOrEqual(hours * 3_600_000);
      const day = Temporal.Instant.fromEpochMilliseconds(due).toZonedDateTimeISO(ZONE).dayOfWeek;
      expect(day).toBeLessThan(6);
    }),
  );
});

test('a day that a clock change makes shorter is a day all the same', () => {
  const berlin = (local: string): number =>
    Temporal.PlainDateTime.from(local).toZonedDateTime('Europe/Berlin').epochMilliseconds;
  // The clock goes forward in the night to Sunday 29 March 2026.
  expect(workingDue(berlin('2026-03-27T10:00'), 24, 'Europe/Berlin')).toBe(berlin('2026-03-30T10:00'));
});
