import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SHIPPED_CALENDARS } from '../../shipped-calendars.ts';
import { workingDue } from './working-time.ts';

const ZONE = 'Asia/Shanghai';
const WEEKDAYS = { timeZone: ZONE, days: 'weekdays' } as const;
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
  expect(workingDue(at(from), hours, WEEKDAYS)).toBe(at(due));
});

test('it is never due on a weekend, and never before the hours have passed', () => {
  const instants = fc.integer({ min: at('2026-01-01T00:00'), max: at('2027-01-01T00:00') });
  fc.assert(
    fc.property(instants, fc.integer({ min: 1, max: 200 }), (from, hours) => {
      const due = workingDue(from, hours, WEEKDAYS);
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
  expect(workingDue(berlin('2026-03-27T10:00'), 24, { timeZone: 'Europe/Berlin', days: 'weekdays' })).toBe(
    berlin('2026-03-30T10:00'),
  );
});

describe('by China’s calendar', () => {
  const china = SHIPPED_CALENDARS.find(({ id }) => id === 'china') ?? 'weekdays';
  const due = (from: string, hours: number) => workingDue(at(from), hours, { timeZone: ZONE, days: china });

  test.each([
    [
      'the last workday before the National Day is followed by the first after it',
      '2026-09-30T15:20',
      '2026-10-08T15:20',
    ],
    [
      'the Friday before a Saturday that is worked in lieu is followed by that Saturday',
      '2026-10-09T15:20',
      '2026-10-10T15:20',
    ],
    ['that Saturday is followed by Monday', '2026-10-10T10:00', '2026-10-12T10:00'],
    ['what happens on a holiday counts from the first workday on', '2026-10-03T10:00', '2026-10-09T00:00'],
    ['beyond the calendar it is Monday to Friday', '2027-10-01T10:00', '2027-10-04T10:00'],
  ])('%s', (_, from, expected) => {
    expect(due(from, 24)).toBe(at(expected));
  });

  test('nothing is ever due on a day off', () => {
    const instants = fc.integer({ min: at('2026-01-01T00:00'), max: at('2026-12-20T00:00') });
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 100 }), (from, hours) => {
        const day = Temporal.Instant.fromEpochMilliseconds(
          workingDue(from, hours, { timeZone: ZONE, days: china }),
        ).toZonedDateTimeISO(ZONE);
        const named = china === 'weekdays' ? [] : china.days;
        const text = day.toPlainDate().toString();
        const off = named.some((one) => one.kind === 'holiday' && one.from <= text && text <= (one.to ?? one.from));
        expect(off, text).toBe(false);
      }),
    );
  });

  test('a calendar without any workday does not hold a deadline for ever', () => {
    const never = {
      ...(china as Exclude<typeof china, 'weekdays'>),
      weekend: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const,
      days: [],
    };
    const found = workingDue(at('2026-03-02T00:00'), 24, {
      timeZone: ZONE,
      days: { ...never, weekend: [...never.weekend] },
    });
    expect(found).toBeLessThan(at('2027-03-02T00:00'));
  });
});

test('where every day counts a weekend does too', () => {
  expect(workingDue(at('2026-03-06T15:20'), 24, { timeZone: ZONE, days: 'every_day' })).toBe(at('2026-03-07T15:20'));
});
