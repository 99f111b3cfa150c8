import { describe, expect, test } from 'vitest';
import { rule, trial, TRIAL_START } from '../rules/trial.ts';
import type { Condition } from './rule.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const RAISED = (second: number) => [`${second} raised r critical`];
const CLEARED = (second: number) => [`${second} cleared r critical`];

describe('increase of a counter', () => {
  const when: Condition = { kind: 'increase', metric: 'water_total_m3', withinSeconds: HOUR, atLeast: 10 };

  test('raised by growth within the window, over when it has left', () => {
    const t = trial([rule(when)]);
    t.says(0, 'water_total_m3', 1000);
    t.says(600, 'water_total_m3', 1006);
    expect(t.says(1200, 'water_total_m3', 1010)).toEqual(RAISED(1200));
    expect(t.ticks(HOUR)).toEqual(CLEARED(HOUR));
  });

  test('slow growth never adds up', () => {
    const t = trial([rule(when)]);
    for (let s = 0; s < 3 * DAY; s += 300) t.says(s, 'water_total_m3', 1000 + s / 600);
    expect(t.breaches).toEqual([]);
  });

  test('a momentary zero is not growth afterwards; a reset that lasts is believed and adds only what follows', () => {
    const t = trial([rule(when)]);
    t.says(0, 'water_total_m3', 1000);
    t.says(60, 'water_total_m3', 0);
    expect(t.says(120, 'water_total_m3', 1001)).toEqual([]);
    t.says(180, 'water_total_m3', 0);
    expect(t.says(240, 'water_total_m3', 1)).toEqual([]);
    expect(t.says(300, 'water_total_m3', 9)).toEqual(RAISED(300));
  });
});

describe('demand', () => {
  const when: Condition = {
    kind: 'demand',
    metric: 'active_power_w',
    blockMinutes: 15,
    above: { trait: 'contractDemandKw' },
    clear: 90,
  };
  const site = { traits: { contractDemandKw: 100 } };

  test('raised by the projection, before the block ends', () => {
    const t = trial([rule(when)], site);
    for (let s = 0; s < 900; s += 10) t.says(s, 'active_power_w', s < 300 ? 80_000 : 120_000);
    expect(t.breaches).toHaveLength(1);
    const at = ((t.breaches[0]?.firstSeenAt ?? 0) - TRIAL_START) / 1000;
    expect(at).toBeGreaterThan(300);
    expect(at).toBeLessThan(400);
  });

  test('a short peak in a quiet block is no demand peak', () => {
    const t = trial([rule(when)], site);
    for (let s = 0; s < 900; s += 10) t.says(s, 'active_power_w', s >= 840 ? 200_000 : 50_000);
    expect(t.breaches).toEqual([]);
  });

  test('exactly the contract is within the contract', () => {
    const t = trial([rule(when)], site);
    for (let s = 0; s < 1800; s += 10) t.says(s, 'active_power_w', 100_000);
    expect(t.breaches).toEqual([]);
  });

  test('a later block that stays below ends it', () => {
    const t = trial([rule(when)], site);
    for (let s = 0; s < 1800; s += 10) t.says(s, 'active_power_w', s < 900 ? 120_000 : 50_000);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised', 'cleared']);
    expect(t.breaches[0]?.summary.en).toBe('Place: 120 of 100');
  });

  test('half an hour in the dark is not demand, and the block after it is judged by itself', () => {
    const t = trial([rule(when)], site);
    t.says(0, 'active_power_w', 500_000);
    t.says(1700, 'active_power_w', 500_000);
    t.says(1710, 'active_power_w', 50_000);
    for (let s = 1800; s < 2700; s += 10) t.says(s, 'active_power_w', 50_000);
    expect(t.breaches).toEqual([]);
  });

  test('what was used before the block began does not count in it', () => {
    const t = trial([rule(when)], site);
    for (let s = 0; s < 700; s += 10) t.says(s, 'active_power_w', 50_000);
    t.says(700, 'active_power_w', 400_000);
    for (let s = 940; s < 1800; s += 10) t.says(s, 'active_power_w', 80_000);
    expect(t.breaches).toEqual([]);
  });

  test('from an energy counter', () => {
    const t = trial([rule({ ...when, metric: 'energy_import_kwh' })], site);
    for (let s = 0; s < 900; s += 10) t.says(s, 'energy_import_kwh', 5000 + (s / 3600) * 110);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised']);
    expect(t.breaches[0]?.summary.en).toBe('Place: 110 of 100');
  });
});
