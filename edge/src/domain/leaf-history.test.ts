import { describe, expect, test } from 'vitest';
import { rule, trial, TRIAL_START } from '../rules/trial.ts';
import type { Condition } from './rule.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

describe('unusual for the hour of the week', () => {
  const when: Condition = {
    kind: 'unusual',
    metric: 'active_power_w',
    direction: 'above',
    weeks: 4,
    minWeeks: 3,
    scale: 4,
    minShare: 0.2,
    minDifference: 500,
  };

  /** 20 kW by day, 5 kW by night, a little noise that differs by week. */
  function usual(s: number): number {
    const hour = Math.floor(s / HOUR + 8) % 24;
    return (hour >= 7 && hour < 19 ? 20_000 : 5000) * (1 + 0.01 * (Math.floor(s / WEEK) % 3));
  }

  const hourOf = (at: number) => (at - TRIAL_START) / 1000 / HOUR;

  function week(t: ReturnType<typeof trial>, number: number, load = usual): void {
    for (let s = number * WEEK; s < (number + 1) * WEEK; s += 600) t.says(s, 'active_power_w', load(s));
  }

  test('says nothing until it has seen enough weeks, then tells of a night that is not like the nights before', () => {
    const night = { from: 22, to: 6 };
    const t = trial([rule({ ...when, hours: night })]);
    const extra = (s: number) => usual(s) + 3000;
    week(t, 0);
    week(t, 1, extra);
    week(t, 2);
    expect(t.breaches).toEqual([]);
    const start = 3 * WEEK + 14 * HOUR;
    for (let s = 3 * WEEK; s < start; s += 600) t.says(s, 'active_power_w', usual(s) * 3);
    expect(t.breaches).toEqual([]);
    for (let s = start; s < start + 9 * HOUR; s += 600)
      t.says(s, 'active_power_w', s < start + 4 * HOUR ? extra(s) : usual(s));
    expect(t.breaches.map((it) => [it.state, hourOf(it.firstSeenAt) - (3 * WEEK) / HOUR])).toEqual([
      ['raised', 15],
      ['cleared', 15],
    ]);
  });

  const past = (t: ReturnType<typeof trial>, told: number, s: number, value: number) =>
    t.says(told, 'active_power_w', value, { skew: s - told, historical: true });

  test('learns the weeks before from a history that comes late; an hour that was heard live stays as heard', () => {
    const t = trial([rule({ ...when, minWeeks: 2 })]);
    const start = 3 * WEEK;
    t.says(start, 'active_power_w', usual(start));
    for (let s = WEEK; s < start; s += 900) past(t, start + 1, s, usual(s));
    expect(t.breaches).toEqual([]);
    for (let s = start + 2; s < start + 2 * HOUR; s += 600) t.says(s, 'active_power_w', usual(s) * 3);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised']);
    const heard = () =>
      JSON.stringify(t.memory().find(([key]) => key.endsWith(':archive'))).match(/\[\d+,\d+,\d+,\d+\]/g);
    const [row] = heard() ?? [];
    expect(row).toBeDefined();
    for (let s = start; s < start + HOUR + 1; s += 600) past(t, start + 3 * HOUR, s, 1);
    expect(heard()).toEqual([row]);
  });

  test('history alone says nothing, however unusual it is', () => {
    const t = trial([rule({ ...when, minWeeks: 2 })]);
    for (let s = 0; s < 4 * WEEK; s += 900) past(t, 5 * WEEK, s, usual(s) * (s > 3 * WEEK ? 9 : 1));
    expect(t.breaches).toEqual([]);
  });

  test('keeps within 10 kB however long it runs, and a restart forgets nothing', () => {
    const t = trial([rule({ ...when, weeks: 6 })]);
    for (let w = 0; w < 8; w++) {
      week(t, w);
      t.restarts();
    }
    expect(t.breaches).toEqual([]);
    const largest = Math.max(...t.memory().map(([, cell]) => JSON.stringify(cell).length));
    expect(largest).toBeLessThan(10_000);
    expect(largest).toBeGreaterThan(4000);
    for (let s = 8 * WEEK; s <= 8 * WEEK + HOUR; s += 600) t.says(s, 'active_power_w', 40_000);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised']);
  });

  test('an hour with too few values is neither judged nor remembered', () => {
    const t = trial([rule(when)]);
    for (const w of [0, 1, 2]) week(t, w);
    t.says(3 * WEEK, 'active_power_w', 90_000);
    t.says(3 * WEEK + HOUR, 'active_power_w', 20_000);
    expect(t.breaches).toEqual([]);
  });
});

describe('trend', () => {
  const when: Condition = {
    kind: 'trend',
    metric: 'vibration_mps2',
    absolute: true,
    relative: true,
    overDays: 14,
    minDays: 7,
    above: 2,
    clear: 1,
  };

  function days(t: ReturnType<typeof trial>, from: number, to: number, value: (day: number) => number): void {
    for (let d = from; d < to; d++)
      for (let h = 0; h < 24; h += 2) t.says(d * DAY + h * HOUR, 'vibration_mps2', h % 4 ? value(d) : -value(d));
  }

  test('a growth of 4 % a day is told after a week, in percent', () => {
    const t = trial([rule(when)]);
    days(t, 0, 10, (d) => 0.1 + 0.004 * d);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised']);
    expect((t.breaches[0]?.firstSeenAt ?? 0) - TRIAL_START).toBe(6 * DAY * 1000 + 16 * HOUR * 1000);
    expect(t.breaches[0]?.summary.en).toMatch(/^Place: 3\.\d+ of 2$/);
  });

  test('days that are handed in late join the days before', () => {
    const t = trial([rule(when)]);
    const told = 8 * DAY;
    for (let d = 0; d < 8; d++)
      for (let h = 0; h < 24; h += 2)
        t.says(told, 'vibration_mps2', 0.1 + 0.004 * d, { skew: d * DAY + h * HOUR - told, historical: true });
    expect(t.breaches).toEqual([]);
    days(t, 8, 10, (d) => 0.1 + 0.004 * d);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised']);
  });

  test('one wild day is no trend, and a level that stays ends one', () => {
    const t = trial([rule(when)]);
    days(t, 0, 14, (d) => (d === 10 ? 1 : 0.1));
    expect(t.breaches).toEqual([]);
    days(t, 14, 24, (d) => 0.1 + 0.005 * (d - 13));
    days(t, 24, 50, () => 0.15);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised', 'cleared']);
  });
});
