import type { ClientEnergy } from '@keepsite/cloud-contract';
import { expect, test } from 'vitest';
import { energyOf } from './energy.ts';
import { periodBefore, periodOf } from './period.ts';

type Row = ClientEnergy['days'][number];
const row = (day: string, asset: string, over: Partial<Row> = {}): Row => ({
  day,
  asset,
  kwh: 100,
  usualKwh: 120,
  peakKw: null,
  nightShare: 0.2,
  coverage: 1,
  ...over,
});

test('a client’s meters are summed by day, oldest first', () => {
  const days = energyOf([
    row('2026-11-02', 'a'),
    row('2026-11-01', 'a', { kwh: 50 }),
    row('2026-11-01', 'b'),
    row('2026-11-02', 'b'),
  ]);
  expect(days.map((day) => [day.day, day.kwh, day.usualKwh])).toEqual([
    ['2026-11-01', 150, 240],
    ['2026-11-02', 200, 240],
  ]);
});

test('a day with a missing meter is a gap and never a saving', () => {
  const days = energyOf([row('2026-11-01', 'a'), row('2026-11-01', 'b'), row('2026-11-02', 'a')]);
  expect(days[1]).toMatchObject({ kwh: null, gap: true, comparable: false });
});

test('a day that is only partly covered is a gap', () => {
  expect(energyOf([row('2026-11-01', 'a', { coverage: 0.6 })])[0]).toMatchObject({ gap: true, comparable: false });
});

test('the night share weighs each meter by what it used', () => {
  const [day] = energyOf([
    row('2026-11-01', 'a', { kwh: 300, nightShare: 0.1 }),
    row('2026-11-01', 'b', { kwh: 100, nightShare: 0.5 }),
  ]);
  expect(day?.nightShare).toBeCloseTo(0.2);
});

test('a month is the month of the contract’s zone', () => {
  const lastEvening = Date.UTC(2026, 10, 30, 17);
  expect(periodOf(lastEvening, 'Asia/Shanghai')).toBe('2026-12');
  expect(periodOf(lastEvening, 'Europe/London')).toBe('2026-11');
  expect([periodBefore('2026-12'), periodBefore('2026-01')]).toEqual(['2026-11', '2025-12']);
});
