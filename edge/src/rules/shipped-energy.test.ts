import { describe, expect, test } from 'vitest';
import { RULES } from './shipped.ts';
import { each, type Line, play, trial, type Word } from './trial.ts';

describe('energy', () => {
  const traits = { contractDemandKw: 100, ratedVoltageV: 220 };
  const meter = (words: readonly Word[], until: number) => play(RULES, { kind: 'meter', traits }, words, until);
  const volts = (a: number, b: number, c: number): Word[] =>
    [a, b, c].map((v, i) => [0, 'voltage_v', v, { part: 'abc'[i] as string }]);

  test.each([
    [89_000, []],
    [92_000, ['360 raised energy.demand-near minor']],
    [101_000, ['360 raised energy.demand-near minor', '360 raised energy.demand-over major']],
  ])('demand at %i W of a contract of 100 kW', (watts, lines) => {
    expect(
      meter(
        each(0, 890, 10, 'active_power_w', () => watts, { part: 'total' }),
        890,
      ),
    ).toEqual(lines);
  });

  test('demand is over when the next block stays below', () => {
    const lines = meter(
      each(0, 1800, 10, 'active_power_w', (s) => (s < 900 ? 95_000 : 50_000)),
      2400,
    );
    expect(lines).toEqual([
      '360 raised energy.demand-near minor',
      expect.stringMatching(/^1[4-5]\d\d cleared energy.demand-near minor$/),
    ]);
  });

  test('phases are not added to their total', () => {
    expect(
      meter(
        each(0, 890, 10, 'active_power_w', () => 99_000, { part: 'a' }),
        890,
      ),
    ).toEqual([]);
  });

  test.each([
    ['220 V', volts(220, 220, 220), []],
    ['235.4 V, exactly the limit', volts(220, 235.4, 220), []],
    ['236 V on one phase', volts(220, 236, 220), ['60 raised energy.voltage minor']],
    ['197 V on one phase', volts(220, 220, 197), ['60 raised energy.voltage minor']],
    ['407 V between phases', [[0, 'voltage_v', 407, { part: 'bc' }]], ['60 raised energy.voltage minor']],
    ['353 V between phases', [[0, 'voltage_v', 353, { part: 'ca' }]], ['60 raised energy.voltage minor']],
    ['an undivided meter at 190 V', [[0, 'voltage_v', 190]], ['60 raised energy.voltage minor']],
    ['a lost phase', volts(220, 80, 221), ['5 raised energy.phase-loss major']],
    ['a power cut', volts(0, 0, 0), []],
    ['a failed read of a phase', [...volts(220, 220, 220), [1, 'voltage_v', 0, { part: 'b', quality: 'bad' }]], []],
  ] as [string, Word[], Line[]][])('voltage: %s', (_, words, lines) => {
    expect(meter(words, 100)).toEqual(lines);
  });

  test('another rated voltage has other limits', () => {
    expect(play(RULES, { kind: 'meter', traits: { ratedVoltageV: 120 } }, [[0, 'voltage_v', 121]], 100)).toEqual([]);
  });

  test('power factor below the target for half an hour, at a load that counts', () => {
    const loaded: Word[] = [
      [0, 'active_power_w', 50_000],
      [0, 'power_factor', -0.85],
    ];
    expect(meter(loaded, 2000)).toEqual(['1800 raised energy.power-factor minor']);
    expect(
      meter(
        [
          [0, 'active_power_w', 5000],
          [0, 'power_factor', 0.5],
        ],
        2000,
      ),
    ).toEqual([]);
  });

  // 00:00 in Shanghai is 16 hours after the start.
  test.each([
    ['four hours from midnight', 16, 4, 5000, ['energy.night-waste']],
    ['05:00 to 06:00', 21, 1, 5000, ['energy.night-waste']],
    ['21:00 to 22:00, an hour that is neither night nor long enough', 13, 1, 20_000, []],
    ['four hours from 10:00', 26, 4, 20_000, ['energy.overconsumption']],
  ])('usual for four weeks, then half as much again: %s', (_, fromHour, hours, extra, rules) => {
    const t = trial(RULES, { kind: 'meter', devices: [{ id: 'dev-1', expectEverySeconds: 1e7 }] });
    const lines: Line[] = [];
    const odd = 4 * 168 + fromHour;
    for (let minute = 0; minute < (odd + 24) * 60; minute += 10) {
      const hour = Math.floor(minute / 60);
      const usual = (hour + 8) % 24 >= 7 && (hour + 8) % 24 < 19 ? 40_000 : 10_000;
      const load = usual + (hour >= odd && hour < odd + hours ? extra : 0);
      lines.push(...t.ticks(minute * 60), ...t.says(minute * 60, 'active_power_w', load));
    }
    const told = rules.flatMap((rule) => [`raised ${rule} minor`, `cleared ${rule} minor`]);
    expect(lines.map((line) => line.replace(/^\d+ /, ''))).toEqual(told);
  });
});
