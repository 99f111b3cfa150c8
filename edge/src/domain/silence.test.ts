import { describe, expect, test } from 'vitest';
import { rule, trial, TRIAL_START } from '../rules/trial.ts';
import type { Condition } from './rule.ts';

const WET: Condition = { kind: 'state', metric: 'leak', is: true };
const HIGH: Condition = { kind: 'threshold', metric: 'water_level_m', above: 1, clear: 0.8 };
const RAISED = (second: number) => [`${second} raised r critical`];

describe('silence', () => {
  const quiet = rule({ kind: 'silence', times: 2 }, { severity: 'minor' });
  const devices = [
    { id: 'dev-1', expectEverySeconds: 60 },
    { id: 'dev-2', expectEverySeconds: 3600 },
  ];

  test('is no_data, once, for the device that is silent; its next word clears it', () => {
    const t = trial([quiet], { devices });
    t.says(0, 'temperature_c', 20);
    t.says(0, 'temperature_c', 20, { device: 'dev-2' });
    expect(t.ticks(119)).toEqual([]);
    expect(t.ticks(120)).toEqual(['120 no_data r:dev-1 minor']);
    expect(t.breaches[0]).toMatchObject({
      fault: 'no_data',
      device: 'dev-1',
      firstSeenAt: TRIAL_START,
      deviceAt: null,
    });
    expect(t.ticks(4000)).toEqual([]);
    expect(t.says(4001, 'temperature_c', 20)).toEqual(['4001 cleared r:dev-1 minor']);
    expect(t.ticks(7200)).toEqual(['7200 no_data r:dev-1 minor', '7200 no_data r:dev-2 minor']);
  });

  test('a device that has never spoken is silent too, counted from when it was first expected', () => {
    const t = trial([quiet], { devices });
    expect(t.nextDue()).toBe(0);
    t.ticks(0);
    expect(t.nextDue()).toBe(120);
    expect(t.ticks(120)).toEqual(['120 no_data r:dev-1 minor']);
  });

  test('a failed read, a null and history prove life; a retained message and a last will do not', () => {
    const t = trial([quiet], { devices });
    t.ticks(0);
    t.says(100, 'temperature_c', null, { quality: 'unknown' });
    t.says(200, 'temperature_c', 1, { quality: 'bad' });
    t.says(300, 'temperature_c', 1, { historical: true });
    expect(t.ticks(419)).toEqual([]);
    t.says(400, 'temperature_c', 1, { quality: 'cached' });
    t.says(410, 'online', false);
    expect(t.ticks(420)).toEqual(['420 no_data r:dev-1 minor']);
  });

  test('a word without a reading proves life', () => {
    const t = trial([quiet], { devices });
    t.ticks(0);
    t.hears(100, 'dev-1');
    expect(t.ticks(219)).toEqual([]);
    t.ticks(220);
    expect(t.hears(230, 'dev-1')).toEqual(['230 cleared r:dev-1 minor']);
  });

  test('what the edge could not hear while it was off is no silence', () => {
    const t = trial([quiet], { devices: [devices[0]!] });
    t.says(0, 'temperature_c', 20);
    t.restarts([quiet], { listeningSince: TRIAL_START + 10_000_000 });
    expect(t.ticks(10_000)).toEqual([]);
    expect(t.ticks(10_120)).toEqual(['10120 no_data r:dev-1 minor']);
  });

  test('never clears what the silent device had raised, nor raises what was waiting', () => {
    const t = trial([quiet, rule(WET, { id: 'wet', forSeconds: 300 }), rule(HIGH, { id: 'high' })], {
      devices: [devices[0]!],
    });
    t.says(0, 'water_level_m', 2);
    t.says(0, 'leak', true);
    expect(t.ticks(1000)).toEqual(['1000 no_data r:dev-1 minor']);
    expect(t.says(1001, 'battery_pct', 5)).toEqual(['1001 cleared r:dev-1 minor']);
    t.says(1100, 'battery_pct', 5);
    t.says(1200, 'battery_pct', 5);
    t.says(1300, 'battery_pct', 5);
    expect(t.ticks(1301)).toEqual(['1301 raised wet critical']);
    expect(t.says(1302, 'water_level_m', 0.1)).toEqual(['1302 cleared high critical']);
  });

  test('without an expected interval nobody is silent, and the book says so', () => {
    const t = trial([quiet]);
    expect(t.skipped).toMatchObject([{ rule: 'r', reason: 'nobody says how often dev-1 speaks' }]);
    expect(trial([quiet], { options: { expectEverySeconds: () => 60 } }).skipped).toEqual([]);
  });
});

describe('a test', () => {
  test('is told as information, and clears as such', () => {
    const t = trial([rule(WET)]);
    t.says(0, 'test', true);
    expect(t.says(1, 'leak', true)).toEqual(['1 raised r info']);
    expect(t.breaches[0]?.summary).toEqual({ en: 'Test: Place: true of', zh: '测试：地点：true/' });
    expect(t.says(2, 'leak', false)).toEqual(['2 cleared r info']);
    t.says(3, 'test', false);
    expect(t.says(4, 'leak', true)).toEqual(RAISED(4));
  });

  test('that ends while it is still wet becomes the real thing', () => {
    const t = trial([rule(WET)]);
    t.says(0, 'test', true);
    t.says(1, 'leak', true);
    expect(t.says(2, 'test', false)).toEqual(['2 cleared r info', '2 raised r critical']);
  });

  test('that nobody ends is over after ten minutes', () => {
    const t = trial([rule(WET)]);
    t.says(0, 'test', true);
    t.says(1, 'leak', true);
    expect(t.nextDue()).toBe(600);
    expect(t.ticks(600)).toEqual(['600 cleared r info', '600 raised r critical']);
  });

  test('that ends while the device is silent waits for its next word, and keeps nobody busy meanwhile', () => {
    const quiet = rule({ kind: 'silence', seconds: 120 }, { id: 'quiet', severity: 'minor' });
    const t = trial([rule(WET), quiet]);
    t.says(0, 'test', true);
    t.says(1, 'leak', true);
    expect(t.ticks(10_000)).toEqual([
      '10000 no_data quiet:dev-1 info',
      '10000 cleared quiet:dev-1 info',
      '10000 no_data quiet:dev-1 minor',
    ]);
    expect(t.nextDue()).toBeNull();
    expect(t.says(10_001, 'battery_pct', 50)).toEqual([
      '10001 cleared r info',
      '10001 raised r critical',
      '10001 cleared quiet:dev-1 minor',
    ]);
  });

  test('of one device does not hush another', () => {
    const t = trial([rule(WET)], { devices: [{ id: 'dev-1' }, { id: 'dev-2' }] });
    t.says(0, 'test', true, { device: 'dev-2' });
    expect(t.says(1, 'leak', true)).toEqual(RAISED(1));
  });
});
