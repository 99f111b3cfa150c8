import { type Asset } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { RULES } from './shipped.ts';
import { each, play, trial, type Word } from './trial.ts';

describe('flood', () => {
  const SUMP = { criticalLevelM: 1 };
  const at =
    (kind: Asset['kind'], traits: Asset['traits'] = SUMP) =>
    (words: readonly Word[], until: number) =>
      play(RULES, { kind, traits }, words, until);
  const room = at('room');
  const sump = at('sump');
  const pump = at('pump');

  test('a leak of three seconds, dry for thirty; a splash is none', () => {
    expect(
      room(
        [
          [0, 'leak', true],
          [20, 'leak', false],
        ],
        100,
      ),
    ).toEqual(['3 raised flood.leak critical', '50 cleared flood.leak critical']);
    expect(
      room(
        [
          [0, 'leak', true],
          [2, 'leak', false],
        ],
        100,
      ),
    ).toEqual([]);
  });

  test('a leak that the broker had kept, or that is history, or null, pages nobody', () => {
    const words: Word[] = [
      [0, 'leak', true, { quality: 'cached' }],
      [1, 'leak', true, { historical: true }],
      [2, 'leak', null, { quality: 'unknown' }],
    ];
    expect(room(words, 100)).toEqual([]);
  });

  test('a leak under test is information', () => {
    expect(
      room(
        [
          [0, 'leak', true],
          [0, 'test', true],
        ],
        60,
      ),
    ).toEqual(['3 raised flood.leak info']);
  });

  test('level high at four fifths, over at 70 %', () => {
    const words: Word[] = [
      [0, 'water_level_m', 0.81],
      [60, 'water_level_m', 0.75],
      [100, 'water_level_m', 0.69],
    ];
    expect(sump(words, 200)).toEqual(['5 raised flood.level-high critical', '160 cleared flood.level-high critical']);
    expect(sump([[0, 'water_level_m', 0.8]], 60)).toEqual([]);
  });

  test('a sump without a critical level has no level rules, and the book says so', () => {
    const t = trial(RULES, { kind: 'sump' });
    expect(t.skipped.map((it) => it.rule)).toEqual(expect.arrayContaining(['flood.level-high', 'flood.level-rising']));
  });

  test('a high float', () => {
    expect(
      sump(
        [
          [0, 'float_high', true],
          [60, 'float_high', false],
        ],
        200,
      ),
    ).toEqual(['5 raised flood.float-high critical', '120 cleared flood.float-high critical']);
  });

  test('water that will be critical before a crew is there pages before the level is high', () => {
    const lines = sump(
      each(0, 400, 10, 'water_level_m', (s) => 0.3 + s * 0.001),
      400,
    );
    expect(lines).toEqual(['110 raised flood.level-rising critical']);
  });

  test('an ordinary filling and emptying is no emergency', () => {
    const level = (s: number) => 0.2 + 0.15 * Math.abs(((s / 300) % 2) - 1);
    expect(sump(each(0, 3600, 10, 'water_level_m', level), 3600)).toEqual([]);
  });

  test('a sensor that speaks every 20 minutes is judged too', () => {
    const lines = sump(
      each(0, 4800, 1200, 'water_level_m', (s) => 0.3 + s * 0.000125),
      4800,
    );
    expect(lines).toEqual(['4800 raised flood.level-rising critical']);
  });

  test('the pump runs and the level still rises', () => {
    const words: Word[] = [[0, 'pump_running', true], ...each(0, 600, 20, 'water_level_m', (s) => 0.1 + s * 0.0004)];
    expect(sump(words, 600)).toContain('280 raised flood.pump-no-effect critical');
    const works: Word[] = [[0, 'pump_running', true], ...each(0, 600, 20, 'water_level_m', (s) => 0.35 - s * 0.0002)];
    expect(sump(works, 600)).toEqual([]);
  });

  test('the pump runs and the float stays up; or does not run at all', () => {
    expect(
      pump(
        [
          [0, 'pump_running', true],
          [10, 'float_high', true],
        ],
        60,
      ),
    ).toContain('40 raised flood.pump-overwhelmed critical');
    expect(
      pump(
        [
          [0, 'pump_running', false],
          [10, 'float_high', true],
        ],
        60,
      ),
    ).toContain('25 raised flood.pump-not-started critical');
    expect(
      pump(
        [
          [0, 'pump_running', false],
          [10, 'float_high', true],
          [20, 'pump_running', true],
          [30, 'float_high', false],
        ],
        60,
      ),
    ).toEqual(['15 raised flood.float-high critical']);
  });

  test('a pump that draws half of its power, and one whose messages sometimes carry none', () => {
    const rated = at('pump', { ratedPowerW: 4000 });
    const words: Word[] = [[0, 'pump_running', true], ...each(0, 200, 20, 'active_power_w', () => 1300)];
    expect(rated(words, 200)).toEqual(['120 raised flood.pump-idles major']);
    const partial = each(0, 200, 20, 'active_power_w', (s) => (s % 40 ? null : 3900), { quality: 'good' });
    expect(rated([[0, 'pump_running', true], ...partial], 200)).toEqual([]);
  });

  test('a pump that never pauses', () => {
    expect(pump([[0, 'pump_running', true]], 1900)).toEqual(['1800 raised flood.pump-runs-long major']);
  });

  test('a pump that starts fifteen times in an hour, and one that does so all day', () => {
    const run = (every: number, to: number) =>
      each(0, to, every, 'pump_running', () => false).concat(each(every - 60, to, every, 'pump_running', () => true));
    expect(pump(run(200, 3500), 3500)).toEqual(['2940 raised flood.pump-starts-burst minor']);
    expect(pump(run(600, 86_400), 86_400)).toEqual(['71940 raised flood.pump-cycling minor']);
    expect(pump(run(3600, 86_400), 86_400)).toEqual([]);
  });
});
