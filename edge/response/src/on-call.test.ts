import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gaps, nextOnCall, notesAt, onCall } from './on-call.ts';
import { at, bookOf, rosterOf } from './testing/book.ts';

const book = bookOf();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHANGHAI = 'Asia/Shanghai';

describe('a rotation', () => {
  test('a week each, handed over on Monday at eight', () => {
    const roster = rosterOf(SHANGHAI, {});
    const on = (text: string) => onCall(roster, at(text, SHANGHAI), book);
    expect(on('2026-01-05T07:59:59.999')).toEqual([]);
    expect(on('2026-01-05T08:00')).toEqual(['an']);
    expect(on('2026-01-12T07:59:59.999')).toEqual(['an']);
    expect(on('2026-01-12T08:00')).toEqual(['bo']);
    expect(on('2026-01-26T08:00')).toEqual(['an']);
  });

  test('a crew takes its turn together', () => {
    const roster = rosterOf(SHANGHAI, { members: ['pair', 'chen'], unit: 'days' });
    expect(onCall(roster, at('2026-01-05T09:00', SHANGHAI), book)).toEqual(['an', 'bo']);
    expect(onCall(roster, at('2026-01-06T09:00', SHANGHAI), book)).toEqual(['chen']);
  });

  test('a layer that ends puts nobody on call any more', () => {
    const roster = rosterOf(SHANGHAI, { until: '2026-01-14T12:00' });
    expect(onCall(roster, at('2026-01-14T11:59', SHANGHAI), book)).toEqual(['bo']);
    expect(onCall(roster, at('2026-01-14T12:00', SHANGHAI), book)).toEqual([]);
  });

  test('who comes next, and when', () => {
    const roster = rosterOf(SHANGHAI, {});
    expect(nextOnCall(roster, at('2026-01-07T10:00', SHANGHAI), book)).toEqual({
      at: at('2026-01-12T08:00', SHANGHAI),
      people: ['bo'],
    });
    const alone = rosterOf(SHANGHAI, { members: ['an'] });
    expect(nextOnCall(alone, at('2026-01-07T10:00', SHANGHAI), book)).toBeNull();
  });
});

describe('hours and kinds of days', () => {
  const day = { hours: [{ days: ['workday'], from: '08:00', to: '20:00' }], members: ['an'] };
  const roster = rosterOf(SHANGHAI, day, { calendar: 'china' });
  const on = (text: string) => onCall(roster, at(text, SHANGHAI), book);

  test('a 调休 Saturday counts as a workday', () => {
    expect(on('2026-02-14T10:00')).toEqual(['an']);
    expect(on('2026-02-28T10:00')).toEqual(['an']);
    expect(on('2026-10-10T10:00')).toEqual(['an']);
    expect(on('2026-03-07T10:00')).toEqual([]);
  });

  test('a holiday on a weekday is no workday', () => {
    expect(on('2026-10-01T10:00')).toEqual([]);
    expect(on('2026-10-08T10:00')).toEqual(['an']);
  });

  test('without the calendar the same Saturday is a weekend', () => {
    const plain = rosterOf(SHANGHAI, day);
    expect(onCall(plain, at('2026-02-14T10:00', SHANGHAI), book)).toEqual([]);
    expect(onCall(plain, at('2026-10-01T10:00', SHANGHAI), book)).toEqual(['an']);
  });

  test('a night that passes midnight belongs to the day on which it begins', () => {
    const night = rosterOf(
      SHANGHAI,
      { members: ['bo'], hours: [{ days: ['holiday'], from: '20:00', to: '08:00' }] },
      { calendar: 'china' },
    );
    const on = (text: string) => onCall(night, at(text, SHANGHAI), book);
    expect(on('2026-10-01T05:00')).toEqual([]);
    expect(on('2026-10-07T23:00')).toEqual(['bo']);
    expect(on('2026-10-08T07:59')).toEqual(['bo']);
    expect(on('2026-10-08T08:00')).toEqual([]);
  });
});

describe('where clocks are changed', () => {
  const zones = ['Europe/Berlin', 'America/New_York', SHANGHAI] as const;
  const shapes = fc.record({
    zone: fc.constantFrom(...zones),
    members: fc.integer({ min: 1, max: 3 }),
    handOff: fc.constantFrom('00:00', '01:00', '01:30', '02:00', '02:30', '03:00', '08:00'),
    every: fc.integer({ min: 1, max: 13 }),
    unit: fc.constantFrom('hours' as const, 'days' as const, 'weeks' as const),
  });
  /** Around both changes of the clocks in both zones, and anywhere else in the year. */
  const moments = fc.oneof(
    fc.integer({ min: Date.UTC(2026, 2, 7), max: Date.UTC(2026, 2, 30) }),
    fc.integer({ min: Date.UTC(2026, 9, 24), max: Date.UTC(2026, 10, 3) }),
    fc.integer({ min: Date.UTC(2026, 0, 10), max: Date.UTC(2026, 11, 20) }),
  );

  test('at every instant exactly those whose turn the wall clock shows, and in a repeated hour nobody fewer', () => {
    fc.assert(
      fc.property(shapes, moments, ({ zone, members, handOff, every, unit }, instant) => {
        const names = ['an', 'bo', 'chen'].slice(0, members);
        const roster = rosterOf(zone, { members: names, from: `2026-01-05T${handOff}`, every, unit });
        const found = onCall(roster, instant, book);
        const shown = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
        const first = Temporal.PlainDateTime.from(`2026-01-05T${handOff}`);
        const passed = first.until(shown.toPlainDateTime(), { largestUnit: 'hours' }).total('hours');
        const length = every * { hours: 1, days: 24, weeks: 168 }[unit];
        const turn = names[Math.floor(passed / length) % names.length];
        expect(found).toContain(turn);
        if (!repeats(shown)) expect(found).toEqual([turn]);
      }),
      { numRuns: 600 },
    );
  });

  test('a rotation that covers everything never leaves a gap', () => {
    fc.assert(
      fc.property(shapes, ({ zone, members, handOff, every, unit }) => {
        const names = ['an', 'bo', 'chen'].slice(0, members);
        const roster = rosterOf(zone, { members: names, from: `2026-01-05T${handOff}`, every, unit });
        const spring = { from: Date.UTC(2026, 2, 6), to: Date.UTC(2026, 2, 31) };
        const autumn = { from: Date.UTC(2026, 9, 23), to: Date.UTC(2026, 10, 4) };
        expect(gaps(roster, spring, book)).toEqual([]);
        expect(gaps(roster, autumn, book)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('a hand-over in the repeated hour overlaps: from its first occurrence until its last', () => {
    const zone = 'Europe/Berlin';
    const roster = rosterOf(zone, { members: ['an', 'bo'], from: '2026-10-24T02:30', unit: 'days' });
    const first = Date.parse('2026-10-25T00:30:00Z');
    const second = Date.parse('2026-10-25T01:30:00Z');
    expect(onCall(roster, first - 1, book)).toEqual(['an']);
    expect(onCall(roster, first, book).toSorted()).toEqual(['an', 'bo']);
    expect(onCall(roster, second - 1, book).toSorted()).toEqual(['an', 'bo']);
    expect(onCall(roster, second, book)).toEqual(['bo']);
  });

  test('a hand-over in the hour that is skipped happens once, right after it', () => {
    const zone = 'America/New_York';
    const roster = rosterOf(zone, { members: ['an', 'bo'], from: '2026-03-07T02:30', unit: 'days' });
    const handed = Date.parse('2026-03-08T07:30:00Z');
    expect(onCall(roster, handed - 1, book)).toEqual(['an']);
    expect(onCall(roster, handed, book)).toEqual(['bo']);
  });

  /** True when the wall clock shows this hour, or the end of it, twice that day. */
  function repeats(shown: Temporal.ZonedDateTime): boolean {
    const plain = shown.toPlainDateTime();
    const early = plain.toZonedDateTime(shown.timeZoneId, { disambiguation: 'earlier' });
    return !early.equals(plain.toZonedDateTime(shown.timeZoneId, { disambiguation: 'later' }));
  }
});

describe('coverage', () => {
  test('a day shift alone leaves every night open, to the minute', () => {
    const roster = rosterOf(SHANGHAI, { members: ['an'], hours: [{ from: '08:00', to: '20:00' }] });
    const from = at('2026-03-02T00:00', SHANGHAI);
    expect(gaps(roster, { from, to: from + DAY }, book)).toEqual([
      { from, to: from + 8 * HOUR },
      { from: from + 20 * HOUR, to: from + DAY },
    ]);
  });

  test('hours that need nobody are no gap', () => {
    const hours = [{ days: ['workday'], from: '09:00', to: '18:00' }];
    const roster = rosterOf(
      SHANGHAI,
      { members: ['an'], hours: [{ days: ['mon', 'tue'], from: '08:00', to: '20:00' }] },
      {
        calendar: 'china',
        covers: hours,
      },
    );
    const from = at('2026-03-02T00:00', SHANGHAI);
    expect(gaps(roster, { from, to: from + 2 * DAY }, book)).toEqual([]);
    expect(gaps(roster, { from, to: from + 3 * DAY }, book)).toEqual([
      { from: at('2026-03-04T09:00', SHANGHAI), to: at('2026-03-04T18:00', SHANGHAI) },
    ]);
  });
});

describe('notes', () => {
  test('the next shift reads what still matters, the newest first', () => {
    const note = (id: string, at: string, until?: string) => ({ id, at, text: id, ...(until && { until }) });
    const roster = rosterOf(
      SHANGHAI,
      {},
      {
        notes: [
          note('old', '2026-03-01T08:00:00+08:00'),
          note('pump', '2026-03-09T19:50:00+08:00'),
          note('over', '2026-03-09T08:00:00+08:00', '2026-03-09T12:00:00+08:00'),
          note('lift', '2026-03-09T19:55:00+08:00'),
        ],
      },
    );
    expect(notesAt(roster, at('2026-03-09T20:00', SHANGHAI)).map(({ id }) => id)).toEqual(['lift', 'pump']);
  });
});
