import { describe, expect, test } from 'vitest';
import { rule, trial, TRIAL_START } from '../rules/trial.ts';
import type { Condition } from './rule.ts';

const WET: Condition = { kind: 'state', metric: 'leak', is: true };
const HIGH: Condition = { kind: 'threshold', metric: 'water_level_m', above: 1, clear: 0.8 };
const RAISED = (second: number) => [`${second} raised r critical`];
const CLEARED = (second: number) => [`${second} cleared r critical`];

describe('state', () => {
  test.each([
    ['is, a boolean', WET, [false, true]],
    ['is, a word', { kind: 'state', metric: 'mode', is: 'fire' }, ['normal', 'fire']],
    ['is, one of several words', { kind: 'state', metric: 'door', is: ['open', 'opening'] }, ['closed', 'opening']],
    ['is not', { kind: 'state', metric: 'mode', isNot: 'normal' }, ['normal', 'seismic']],
  ] as const)('%s: raised once, cleared once', (_, when, [off, on]) => {
    const t = trial([rule(when as Condition)]);
    const metric = (when as { metric: string }).metric;
    expect(t.says(0, metric, off)).toEqual([]);
    expect(t.says(1, metric, on)).toEqual(RAISED(1));
    expect(t.says(2, metric, on)).toEqual([]);
    expect(t.says(3, metric, off)).toEqual(CLEARED(3));
    expect(t.says(4, metric, off)).toEqual([]);
  });

  test('several sensors on one asset: wet while one of them is', () => {
    const t = trial([rule(WET)], { devices: [{ id: 'dev-1' }, { id: 'dev-2' }] });
    t.says(0, 'leak', true, { device: 'dev-1' });
    expect(t.says(1, 'leak', true, { device: 'dev-2' })).toEqual([]);
    expect(t.says(2, 'leak', false, { device: 'dev-1' })).toEqual([]);
    expect(t.says(3, 'leak', false, { device: 'dev-2' })).toEqual(CLEARED(3));
  });

  test('with `match: every`, all of them have to say so', () => {
    const t = trial([rule({ ...WET, match: 'every' })], { devices: [{ id: 'dev-1' }, { id: 'dev-2' }] });
    t.says(0, 'leak', false, { device: 'dev-2' });
    expect(t.says(1, 'leak', true, { device: 'dev-1' })).toEqual([]);
    expect(t.says(2, 'leak', true, { device: 'dev-2' })).toEqual(RAISED(2));
  });

  test('parts that the rule does not name are not heard', () => {
    const t = trial([rule({ kind: 'threshold', metric: 'voltage_v', parts: ['a', null], below: 198 })]);
    expect(t.says(0, 'voltage_v', 0, { part: 'b' })).toEqual([]);
    expect(t.says(1, 'voltage_v', 0, { part: 'a' })).toEqual(RAISED(1));
  });
});

describe('threshold', () => {
  test('hysteresis: raised above the limit, cleared at the clear level and not between', () => {
    const t = trial([rule(HIGH)]);
    expect(t.says(0, 'water_level_m', 1)).toEqual([]);
    expect(t.says(1, 'water_level_m', 1.01)).toEqual(RAISED(1));
    expect(t.says(2, 'water_level_m', 0.9)).toEqual([]);
    expect(t.says(3, 'water_level_m', 0.8)).toEqual(CLEARED(3));
    expect(t.says(4, 'water_level_m', 0.9)).toEqual([]);
  });

  test('below, and without regard to the sign', () => {
    const t = trial([rule({ kind: 'threshold', metric: 'power_factor', absolute: true, below: 0.9, clear: 0.95 })]);
    expect(t.says(0, 'power_factor', -0.97)).toEqual([]);
    expect(t.says(1, 'power_factor', -0.5)).toEqual(RAISED(1));
    expect(t.says(2, 'power_factor', 0.92)).toEqual([]);
    expect(t.says(3, 'power_factor', -0.96)).toEqual(CLEARED(3));
  });

  test('limits from the asset: its trait, a default, times and plus', () => {
    const limit = { trait: 'criticalLevelM', default: 2, times: 0.5, plus: 0.1 };
    const rules = [rule({ kind: 'threshold', metric: 'water_level_m', above: limit })];
    expect(trial(rules, { traits: { criticalLevelM: 1 } }).says(0, 'water_level_m', 0.61)).toEqual(RAISED(0));
    expect(trial(rules).says(0, 'water_level_m', 0.61)).toEqual([]);
    expect(trial(rules).says(0, 'water_level_m', 1.11)).toEqual(RAISED(0));
  });

  test('an asset without the trait is passed over, and the book says so', () => {
    const t = trial([rule({ kind: 'threshold', metric: 'water_level_m', above: { trait: 'criticalLevelM' } })]);
    expect(t.says(0, 'water_level_m', 99)).toEqual([]);
    expect(t.skipped).toEqual([{ rule: 'r', assets: ['asset-1'], reason: 'the asset has no trait criticalLevelM' }]);
  });

  test('a value of another type says nothing', () => {
    const t = trial([rule(HIGH)]);
    t.says(0, 'water_level_m', 2);
    expect(t.says(1, 'water_level_m', 'low')).toEqual([]);
    expect(t.says(2, 'water_level_m', false)).toEqual([]);
  });
});

describe('rate of change', () => {
  const rising = [
    rule({ kind: 'rate', metric: 'water_level_m', per: 'minute', overSeconds: 120, above: 0.1, clear: 0.05 }),
  ];

  test('raised by a steady rise, cleared by a level that stays', () => {
    const t = trial(rising);
    for (let s = 0; s <= 120; s += 10) t.says(s, 'water_level_m', 0.3 + (s / 60) * 0.2);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised']);
    expect(t.breaches[0]?.summary.en).toBe('Place: 0.2 of 0.1');
    for (let s = 130; s <= 300; s += 10) t.says(s, 'water_level_m', 0.7);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised', 'cleared']);
  });

  test('one wild value does not raise it', () => {
    const t = trial(rising);
    for (let s = 0; s <= 300; s += 10) t.says(s, 'water_level_m', s === 150 ? 5 : 0.3);
    expect(t.breaches).toEqual([]);
  });

  test('across a gap nothing is known, so a slow rise in the dark does not raise it', () => {
    const t = trial(rising);
    for (let s = 0; s <= 120; s += 10) t.says(s, 'water_level_m', 0.3);
    for (let s = 4000; s <= 4120; s += 10) t.says(s, 'water_level_m', 20);
    expect(t.breaches).toEqual([]);
  });

  test('goes by the device’s clock while it is sane, so a burst after a short outage has its true slope', () => {
    const t = trial(rising);
    for (let i = 0; i <= 12; i++) t.says(120 + i / 100, 'water_level_m', 0.3 + i * 0.001, { skew: -120 + i * 10 });
    expect(t.breaches).toEqual([]);
  });
});

describe('time to critical', () => {
  const when: Condition = {
    kind: 'time_to',
    metric: 'water_level_m',
    level: { trait: 'criticalLevelM' },
    withinSeconds: 605,
    overSeconds: 60,
    minRisePerHour: 0.1,
  };
  const site = { traits: { criticalLevelM: 1 } };

  test('raised when the level will be there sooner than a crew, and says in how many minutes', () => {
    const t = trial([rule(when)], site);
    for (let s = 0; s <= 120; s += 10) t.says(s, 'water_level_m', 0.2 + s * 0.001);
    expect(t.breaches).toEqual([]);
    for (let s = 130; s <= 240; s += 10) t.says(s, 'water_level_m', 0.2 + s * 0.001);
    expect(t.breaches).toHaveLength(1);
    expect(t.breaches[0]?.firstSeenAt).toBe(TRIAL_START + 200_000);
    expect(t.breaches[0]?.summary.en).toBe('Place: 10 of 1');
  });

  test('cleared when it falls', () => {
    const t = trial([rule(when)], site);
    for (let s = 0; s <= 240; s += 10) t.says(s, 'water_level_m', 0.2 + s * 0.001);
    for (let s = 250; s <= 400; s += 10) t.says(s, 'water_level_m', 0.44 - (s - 240) * 0.001);
    expect(t.breaches.map((it) => it.state)).toEqual(['raised', 'cleared']);
  });

  test('raised at once when the level is there already', () => {
    expect(trial([rule(when)], site).says(0, 'water_level_m', 1)).toEqual(RAISED(0));
  });

  test('a drift below the least rise is none', () => {
    const t = trial([rule(when)], site);
    for (let s = 0; s <= 90; s += 10) t.says(s, 'water_level_m', 0.9999 + s * 1e-6);
    expect(t.breaches).toEqual([]);
  });
});

describe('count', () => {
  const starts: Condition = {
    kind: 'count',
    metric: 'pump_running',
    to: true,
    atLeast: 3,
    withinSeconds: 600,
    clearBelow: 2,
  };

  test('changes count, repeated values do not; over when enough have left the window', () => {
    const t = trial([rule(starts)]);
    for (const s of [0, 100, 200]) {
      t.says(s, 'pump_running', false);
      t.says(s + 10, 'pump_running', true);
      t.says(s + 20, 'pump_running', true);
    }
    expect(t.breaches.map((it) => [it.state, it.firstSeenAt])).toEqual([['raised', TRIAL_START + 210_000]]);
    expect(t.nextDue()).toBe(710);
    expect(t.says(650, 'pump_running', false)).toEqual([]);
    expect(t.ticks(709)).toEqual([]);
    expect(t.ticks(710)).toEqual(CLEARED(710));
  });

  test('the first value ever heard is no change', () => {
    const t = trial([rule({ ...starts, atLeast: 1, clearBelow: 1 })]);
    expect(t.says(0, 'pump_running', true)).toEqual([]);
    t.says(1, 'pump_running', false);
    expect(t.says(2, 'pump_running', true)).toEqual(RAISED(2));
  });

  test('from: a door that opens at a landing is no reopening', () => {
    const reopens: Condition = {
      kind: 'count',
      metric: 'door',
      from: 'closing',
      to: ['opening', 'open'],
      atLeast: 1,
      withinSeconds: 60,
    };
    const t = trial([rule(reopens)]);
    for (const [s, door] of ['closed', 'opening', 'open', 'closing'].entries()) t.says(s, 'door', door);
    expect(t.breaches).toEqual([]);
    expect(t.says(5, 'door', 'opening')).toEqual(RAISED(5));
    expect(t.says(6, 'door', 'open')).toEqual([]);
  });

  test('a restart keeps what was counted', () => {
    const t = trial([rule(starts)]);
    for (const s of [0, 100]) for (const on of [false, true]) t.says(s + (on ? 10 : 0), 'pump_running', on);
    t.restarts();
    t.says(200, 'pump_running', false);
    expect(t.says(210, 'pump_running', true)).toEqual(RAISED(210));
  });
});
