import { describe, expect, test } from 'vitest';
import { type Verdict, Watch, type WatchState } from './watch.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const START = Date.parse('2026-03-02T00:00:00Z');

/** The same numbers on every run, evenly spread over -1 … 1. */
function noise(): () => number {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (2 * state) / 2_147_483_647 - 1;
  };
}

/** Every five minutes for `days` days. */
function heard(watch: Watch, days: number, valueAt: (at: number) => number | null): (Verdict & { at: number })[] {
  const verdicts: (Verdict & { at: number })[] = [];
  for (let at = START; at < START + days * DAY; at += 5 * MINUTE) {
    const verdict = watch.hear(at, valueAt(at));
    if (verdict) verdicts.push({ ...verdict, at });
  }
  return verdicts;
}

function warnedAt(verdicts: readonly (Verdict & { at: number })[]): number[] {
  return verdicts.filter(({ warning }) => warning).map(({ at }) => at);
}

const hour = (at: number) => ((at - START) % DAY) / 3_600_000;
const office = (at: number) => (hour(at) >= 8 && hour(at) < 19 ? 80 : 20);

describe('a watch', () => {
  test.each([
    ['a constant', () => 45],
    ['a working day', office],
    ['a ramp of the day', (at: number) => 10 * hour(at)],
  ])('has nothing to say of %s', (_, valueAt) => {
    expect(warnedAt(heard(new Watch('UTC'), 14, valueAt))).toEqual([]);
  });

  test('scatter alone makes fewer than fifteen warnings per 10,000 rows', () => {
    const next = noise();
    expect(warnedAt(heard(new Watch('UTC'), 70, (at) => office(at) + 4 * next())).length).toBeLessThan(30);
  });

  test.each([
    ['a spike', (at: number, from: number) => (at === from ? 400 : 0), 0],
    ['a level that stays', (at: number, from: number) => (at >= from ? 40 : 0), 3],
    [
      'a day that does not begin',
      (at: number, from: number) => (at >= from && at < from + DAY / 2 ? 20 - office(at) : 0),
      8 * 12 + 3,
    ],
  ])('warns of %s', (_, fault, rowsUntil) => {
    const next = noise();
    const from = START + 12 * DAY;
    const verdicts = heard(new Watch('UTC'), 13, (at) => office(at) + 3 * next() + fault(at, from));
    const warned = warnedAt(verdicts).filter((at) => at >= from);
    expect(warned[0]).toBeLessThanOrEqual(from + rowsUntil * 5 * MINUTE);
    expect(verdicts.find(({ at }) => at === warned[0])?.score).toBeGreaterThanOrEqual(0.5);
  });

  test('a day is the day of its zone: clocks that change do not warn', () => {
    const berlin = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', hour: 'numeric', hourCycle: 'h23' });
    const load = (at: number) => (Number(berlin.format(at)) >= 8 ? 80 : 20);
    expect(warnedAt(heard(new Watch('Europe/Berlin'), 35, load))).toEqual([]);
    expect(warnedAt(heard(new Watch('UTC'), 35, load))).not.toEqual([]);
  });

  test('a warning is told once, then the watch is quiet for a hundred rows', () => {
    const next = noise();
    const from = START + 10 * DAY;
    const verdicts = heard(new Watch('UTC'), 11, (at) => 20 + next() + (at >= from ? 30 : 0));
    const first = verdicts.findIndex(({ at, warning }) => warning && at >= from);
    const quiet = verdicts.slice(first + 1, first + 101);
    expect(quiet.every(({ score, warning }) => score < 0.5 && !warning)).toBe(true);
    expect(quiet[0]?.score).toBeGreaterThan(0.2);
  });

  test('a gap has no verdict and is no news', () => {
    const watch = new Watch('UTC');
    const load = (at: number) => (hour(at) > 3 && hour(at) < 5 ? null : office(at));
    expect(watch.hear(START, null)).toBeNull();
    expect(watch.hear(START, Number.NaN)).toBeNull();
    expect(warnedAt(heard(watch, 14, load))).toEqual([]);
  });

  test('its state is JSON of less than 10 kB after a year, and a watch goes on from it', () => {
    const next = noise();
    const load = (at: number) => office(at) * (1 + 0.3 * next()) * 1e6;
    const watch = new Watch('Asia/Shanghai');
    heard(watch, 365, load);
    const text = JSON.stringify(watch.state());
    expect(new TextEncoder().encode(text).length).toBeLessThan(10_000);
    const resumed = new Watch('Asia/Shanghai', JSON.parse(text) as WatchState);
    const at = START + 365 * DAY;
    expect(resumed.hear(at, 5e8)).toMatchObject({ warning: true });
    expect(resumed.hear(at, 5e8)?.score).toBeCloseTo(secondScore(watch, at), 4);
  });
});

function secondScore(watch: Watch, at: number): number {
  watch.hear(at, 5e8);
  return watch.hear(at, 5e8)?.score ?? Number.NaN;
}
