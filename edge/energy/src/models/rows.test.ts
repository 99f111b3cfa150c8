import { describe, expect, test } from 'vitest';
import type { Series } from '../series.ts';
import { zoneClock } from '../zone.ts';
import { billRows } from './bill-rows.ts';
import { dayRows, DAY_MS, HOUR_MS, hourRows } from './rows.ts';

function hours(from: number, count: number, value: (i: number) => number | null): Series {
  return Array.from({ length: count }, (_, i) => ({ at: from + i * HOUR_MS, value: value(i) }));
}

function days(zone: string, from: string, to: string, meter: Series, temperature: Series = meter) {
  const at = (day: string) => Temporal.PlainDate.from(day).toZonedDateTime(zone).epochMilliseconds;
  return dayRows({ meter, temperature, clock: zoneClock(zone) }, { from: at(from), to: at(to) });
}

describe('days', () => {
  test.each([
    ['Europe/Berlin', '2026-03-28', '2026-03-31', [24, 23, 24]],
    ['Australia/Sydney', '2026-04-04', '2026-04-07', [24, 25, 24]],
    ['America/Santiago', '2026-09-05', '2026-09-08', [24, 23, 24]],
    ['Asia/Kolkata', '2026-03-28', '2026-03-31', [24, 24, 24]],
  ])('%s: from midnight to midnight by the local clock', (zone, from, to, lengths) => {
    const start = Temporal.PlainDate.from(from).toZonedDateTime(zone).epochMilliseconds;
    const rows = days(
      zone,
      from,
      to,
      hours(start - DAY_MS, 24 * 6, () => 1),
    );
    expect(rows.map(({ usage }) => usage)).toEqual(lengths);
  });

  test('half of a day is enough, and stands for the whole of it', () => {
    const start = Date.UTC(2026, 0, 5);
    const known = (count: number) =>
      days(
        'UTC',
        '2026-01-05',
        '2026-01-06',
        hours(start, 24, (i) => (i < count ? 2 : null)),
      );
    expect(known(12)).toMatchObject([{ usage: 48, temperature: 2 }]);
    expect(known(11)).toMatchObject([{ usage: null, temperature: null }]);
  });

  test('a meter that is read by days keeps its days, also when they are stamped in UTC', () => {
    const daily = Array.from({ length: 5 }, (_, i) => ({ at: Date.UTC(2026, 0, 5 + i), value: i }));
    expect(days('America/Los_Angeles', '2026-01-05', '2026-01-08', daily).map(({ usage }) => usage)).toEqual([0, 1, 2]);
    expect(days('Asia/Shanghai', '2026-01-05', '2026-01-08', daily).map(({ usage }) => usage)).toEqual([0, 1, 2]);
  });

  test('weekdays begin with Monday', () => {
    expect(
      days(
        'UTC',
        '2026-01-04',
        '2026-01-06',
        hours(Date.UTC(2026, 0, 4), 48, () => 1),
      ).map(({ weekday }) => weekday),
    ).toEqual([6, 0]);
  });
});

describe('hours', () => {
  const start = Date.UTC(2026, 0, 5);
  const period = (count: number) => ({ from: start, to: start + count * HOUR_MS });

  test('quarters of an hour are added up, temperatures averaged, and an hour with a gap is unknown', () => {
    const quarters = Array.from({ length: 12 }, (_, i) => ({
      at: start + (i * HOUR_MS) / 4,
      value: i === 6 ? null : i,
    }));
    const rows = hourRows({ meter: quarters, temperature: quarters, clock: zoneClock('UTC') }, period(3));
    expect(rows.map(({ usage }) => usage)).toEqual([6, null, 38]);
    expect(rows.map(({ temperature }) => temperature)).toEqual([1.5, (4 + 5 + 7) / 3, 9.5]);
  });

  test('temperature is interpolated over six missing hours, not over seven', () => {
    const felt = (missing: number) => hours(start, 12, (i) => (i > 0 && i <= missing ? null : i));
    const rows = (missing: number) =>
      hourRows({ meter: hours(start, 12, () => 1), temperature: felt(missing), clock: zoneClock('UTC') }, period(12));
    expect(rows(6).map(({ temperature }) => temperature)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(rows(7).filter(({ temperature }) => temperature === null)).toHaveLength(7);
  });

  test('the hour of the week is the local one', () => {
    const meter = hours(start, 3, () => 1);
    const rows = hourRows({ meter, temperature: meter, clock: zoneClock('Asia/Shanghai') }, period(3));
    expect(rows.map(({ hourOfWeek, month }) => [hourOfWeek, month])).toEqual([
      [8, 1],
      [9, 1],
      [10, 1],
    ]);
  });
});

describe('bills', () => {
  const meter = [0, 30, 63, 91].map((day, i) => ({
    at: Date.UTC(2026, 0, 1) + day * DAY_MS,
    value: i === 3 ? null : 100 + i,
  }));
  const rows = (temperature: Series) =>
    billRows(
      { meter, temperature, clock: zoneClock('UTC') },
      { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1) + 91 * DAY_MS },
    );

  test('know their days and the temperature of each', () => {
    const found = rows(hours(Date.UTC(2026, 0, 1), 91 * 24, (i) => Math.floor(i / 24)));
    expect(found.map(({ days: count, usage }) => [count, usage])).toEqual([
      [30, 100],
      [33, 101],
      [28, 102],
    ]);
    expect(found[1]?.dayTemperatures).toEqual(Array.from({ length: 33 }, (_, i) => 30 + i));
    expect(found[1]?.temperature).toBe(46);
  });

  test('need nine tenths of their temperatures', () => {
    const missing = (count: number) =>
      rows(hours(Date.UTC(2026, 0, 1), 91 * 24, (i) => (i < count ? null : 50)))[0]?.temperature;
    expect(missing(3 * 24)).toBe(50);
    expect(missing(3 * 24 + 1)).toBeNull();
  });

  test('only those that lie within the period count', () => {
    const temperature = hours(Date.UTC(2026, 0, 1), 91 * 24, () => 50);
    const period = { from: Date.UTC(2026, 0, 2), to: Date.UTC(2026, 0, 1) + 91 * DAY_MS };
    expect(billRows({ meter, temperature, clock: zoneClock('UTC') }, period)).toHaveLength(2);
  });
});
