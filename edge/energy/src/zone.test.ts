import { expect, test } from 'vitest';
import { wallDay, wallWeekday, zoneClock } from './zone.ts';

const HOUR = 3_600_000;

test.each(['UTC', 'Asia/Shanghai', 'America/Los_Angeles', 'Australia/Lord_Howe', 'America/Santiago', 'Asia/Kathmandu'])(
  '%s: the wall clock is the one that the zone tables know, in any order of asking',
  (zone) => {
    const clock = zoneClock(zone);
    const instants = Array.from({ length: 500 }, (_, i) => Date.UTC(2024, 0, 1) + ((i * 37) % 500) * 41 * HOUR);
    for (const at of instants) {
      const { offsetNanoseconds } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
      expect(clock.wall(at) - at).toBe(offsetNanoseconds / 1e6);
      expect(clock.instants(clock.wall(at))).toContain(at);
    }
  },
);

test('a time that clocks skip never happens, one that they repeat happens twice', () => {
  const clock = zoneClock('Europe/Berlin');
  expect(clock.instants(Date.UTC(2026, 2, 29, 2, 30))).toEqual([]);
  expect(clock.instants(Date.UTC(2026, 9, 25, 2, 30))).toEqual([
    Date.UTC(2026, 9, 25, 0, 30),
    Date.UTC(2026, 9, 25, 1, 30),
  ]);
});

test('the change of the clocks is taken at its very instant', () => {
  const clock = zoneClock('Europe/Berlin');
  const change = Date.UTC(2026, 2, 29, 1);
  expect([clock.wall(change - 1), clock.wall(change)]).toEqual([change - 1 + HOUR, change + 2 * HOUR]);
});

test('weekdays count from Monday, also before 1970', () => {
  expect(wallWeekday(Date.UTC(2026, 10, 23))).toBe(0);
  expect(wallWeekday(Date.UTC(2026, 10, 22, 23))).toBe(6);
  expect(wallWeekday(Date.UTC(1969, 11, 29))).toBe(0);
  expect(wallDay(Date.UTC(1969, 11, 31, 23))).toBe(-1);
});

test('an unknown zone is refused', () => {
  expect(() => zoneClock('Mars/Olympus')).toThrow(RangeError);
});
