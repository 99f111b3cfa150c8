import { Registry, type Reading } from '@keepsite/edge-contract';
import { describe, expect, test, vi } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createDailyEnergyJob } from './daily-energy.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REGISTRY = Registry.parse({
  version: 1,
  sites: [{ id: 'park', name: { en: 'Park', zh: '园区' }, zone: 'Europe/Berlin', kind: 'office-park' }],
  zones: [{ id: 'z', site: 'park', name: { en: 'Z', zh: 'Z' } }],
  assets: [
    { id: 'board', zone: 'z', kind: 'switchboard', name: { en: 'Board', zh: '配电' } },
    { id: 'lift', zone: 'z', kind: 'elevator', name: { en: 'Lift', zh: '电梯' } },
  ],
  devices: [
    { id: 'meter-1', family: 'f', asset: 'board' },
    { id: 'meter-2', family: 'f', asset: 'board' },
    { id: 'monitor', family: 'f', asset: 'lift' },
  ],
});
/** The night in which Berlin's clocks go forward. */
const DAY = '2026-03-29';
const FROM = Date.parse('2026-03-28T23:00:00Z');

function bench() {
  const store = createMemoryStore();
  const clock = createFakeClock(Date.parse('2026-03-30T00:30:00Z'));
  const days: string[] = [];
  const events = {
    dayReckoned: () => undefined,
    workFailed: (_: string, error: unknown) => {
      throw error;
    },
  };
  const job = createDailyEnergyJob({
    registry: () => REGISTRY,
    store,
    clock,
    events,
    onDays: (list) => days.push(...list),
  });
  const say = (readings: readonly Reading[]) => store.commit({ ...EMPTY, readings });
  return { store, clock, days, job, say };
}

/** A series every five minutes from an hour before the day to an hour after it. */
function series(device: string, metric: string, part: string | null, valueAt: (minutes: number) => number): Reading[] {
  const readings: Reading[] = [];
  for (let at = FROM - HOUR; at <= FROM + 24 * HOUR; at += 5 * MINUTE)
    readings.push({
      device,
      metric,
      part,
      value: valueAt((at - FROM) / MINUTE),
      at,
      receivedAt: at,
      quality: 'good',
      historical: false,
    });
  return readings;
}

/** The same of a later day. */
function later(reading: Reading, from: number): Reading {
  const at = (reading.at ?? 0) - FROM + from;
  return { ...reading, at, receivedAt: at };
}

describe('daily energy', () => {
  test('at ten past midnight of the zone, by edge time, the day before is reckoned, night after night', async () => {
    const { job, say, clock, days } = bench();
    say([...series('meter-1', 'active_power_w', null, () => 10_000)]);
    job.start();
    job.start();
    await vi.waitFor(() => expect(days).toEqual([DAY]));
    const day = (n: number, from = FROM + 24 * HOUR - HOUR) => from + n * 24 * HOUR;
    for (const n of [0, 1]) say(series('meter-1', 'active_power_w', null, () => 10_000).map((it) => later(it, day(n))));
    clock.advanceTo(Date.parse('2026-03-30T22:09:59Z'));
    await new Promise(setImmediate);
    expect(days).toEqual([DAY]);
    clock.advance(1_000);
    await vi.waitFor(() => expect(days).toEqual([DAY, '2026-03-30']));
    clock.advanceTo(Date.parse('2026-03-31T22:10:00Z'));
    await vi.waitFor(() => expect(days).toEqual([DAY, '2026-03-30', '2026-03-31']));
    job.stop();
    expect(clock.pending).toBe(0);
  });

  test('a 23-hour day of a constant load, with a reset in it, is 23 hours of that load', async () => {
    const { job, say, store, days } = bench();
    say(series('meter-1', 'energy_import_kwh', null, (m) => (m < 600 ? 5_000 : 5_000 - 5_100) + m / 6));
    const rows = await job.reckon('Europe/Berlin', DAY);
    expect(rows).toEqual([
      {
        asset: 'board',
        device: 'meter-1',
        day: DAY,
        kwh: expect.closeTo(230, 6),
        peakKw: expect.closeTo(10, 6),
        peakAt: '2026-03-28T23:00:00.000Z',
        nightShare: expect.closeTo(7 / 23, 6),
        usualKwh: null,
        coverage: expect.closeTo(1 - 5 / 1380, 6),
      },
      {
        asset: 'board',
        device: 'meter-2',
        day: DAY,
        kwh: null,
        peakKw: null,
        peakAt: null,
        nightShare: null,
        usualKwh: null,
        coverage: 0,
      },
    ]);
    expect(store.daily({ from: DAY, to: DAY })).toEqual(rows);
    expect(days).toEqual([DAY]);
  });

  test('phases are added, the whole goes before its parts, and a power stands in for a counter', async () => {
    const { job, say } = bench();
    const phases = ['a', 'b', 'c'].flatMap((part) => series('meter-1', 'energy_import_kwh', part, (m) => 100 + m / 60));
    say([
      ...phases,
      ...series('meter-2', 'active_power_w', 'total', () => 4_000),
      ...series('meter-2', 'active_power_w', 'a', () => 1_000),
    ]);
    const kwh = (await job.reckon('Europe/Berlin', DAY)).map((row) => row.kwh);
    expect(kwh).toEqual([expect.closeTo(69, 6), expect.closeTo(92, 6)]);
  });

  test('the usual use comes from the same weekdays before', async () => {
    const { job, say, store } = bench();
    const row = (day: string, kwh: number) => ({
      asset: 'board',
      device: 'meter-1',
      day,
      kwh,
      peakKw: null,
      peakAt: null,
      nightShare: null,
      usualKwh: null,
      coverage: 1,
    });
    store.saveDaily([row('2026-03-22', 100), row('2026-03-15', 140), row('2026-03-21', 900)]);
    say(series('meter-1', 'energy_import_kwh', null, (m) => 100 + m / 60));
    expect((await job.reckon('Europe/Berlin', DAY))[0]?.usualKwh).toBe(120);
  });

  test('what was missed is made up for, from the newest known day to yesterday', async () => {
    const { job, say, store, days } = bench();
    await job.catchUp('Europe/Berlin');
    expect(days).toEqual([DAY]);
    days.length = 0;
    await job.catchUp('Europe/Berlin');
    expect(days).toEqual([]);

    const late = bench();
    late.store.saveDaily(store.daily({ from: DAY, to: DAY }).map((row) => ({ ...row, day: '2026-03-26' })));
    await late.job.catchUp('Europe/Berlin');
    expect(late.days).toEqual(['2026-03-27', '2026-03-28', DAY]);
    say([]);
  });
});

const EMPTY = {
  at: 0,
  readings: [],
  events: [],
  incidents: [],
  live: [],
  pages: [],
  settledPages: [],
  quarantined: [],
  released: [],
  strangers: [],
  forgotten: [],
  sourceIds: [],
  devices: [],
  commands: [],
};
