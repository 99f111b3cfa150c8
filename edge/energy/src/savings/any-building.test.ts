import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Method } from '../models/model.ts';
import { seededRandom } from '../statistics/random.ts';
import { BUILDING_FROM, period } from '../testing/building.ts';
import { zoneClock } from '../zone.ts';
import { proposeEvents } from './events.ts';
import { reckonSavings } from './savings.ts';

const DAY = 86_400_000;
const DAYS = 730;

/** What meters and thermometers do in the wild, day by day. */
const METERS: Readonly<Record<string, (i: number, chance: number) => number | null>> = {
  constant: () => 24,
  'mostly zero': (_, chance) => (chance < 0.9 ? 0 : 50),
  'zero but for one day': (i) => (i === 40 ? 10 : 0),
  negative: (_, chance) => -chance * 10,
  'net of its own generation': (i) => 20 * Math.cos(i / 58) + 5,
  spiky: (i, chance) => (i % 97 === 0 ? 1e7 : 10 + chance),
  tiny: (_, chance) => chance * 1e-9,
  huge: (_, chance) => 1e12 + chance * 1e10,
  'weekly steps': (i) => (i % 7 < 5 ? 100 : 20),
  'often silent': (i, chance) => (chance < 0.4 ? null : 10 + (i % 7)),
  rising: (i) => 10 + i / 10,
};
const WEATHERS: Readonly<Record<string, (i: number, chance: number) => number | null>> = {
  constant: () => 60,
  'two values': (i) => (i % 2 === 0 ? 40 : 41),
  'as the weekday': (i) => 50 + (i % 7),
  seasons: (i, chance) => 55 - 30 * Math.cos(i / 58) + 10 * chance,
  tropics: (_, chance) => 82 + chance,
  arctic: (i) => -20 + 10 * Math.sin(i / 58),
  'often silent': (i, chance) => (chance < 0.2 ? null : 55 - 30 * Math.cos(i / 58)),
  'jumps after the baseline': (i) => (i < 365 ? 50 + (i % 20) : 150 + (i % 20)),
};
const METHODS: readonly Method[] = ['towt-daily', 'caltrack-daily', 'caltrack-billing'];

function series(value: (i: number, chance: number) => number | null, seed: number, every: number) {
  const random = seededRandom(seed);
  const days = Array.from({ length: DAYS }, (_, i) => ({ at: BUILDING_FROM + i * DAY, value: value(i, random()) }));
  return days.filter((_, i) => i % every === 0);
}

test('whatever a building does: finite numbers, or a refusal that says why', () => {
  const one = <T>(of: Readonly<Record<string, T>>) => fc.constantFrom(...Object.keys(of));
  const options = fc.record({
    method: fc.constantFrom(...METHODS),
    meter: one(METERS),
    weather: one(WEATHERS),
    fuel: fc.constantFrom('electricity' as const, 'gas' as const),
    evenIfInsufficient: fc.boolean(),
    baselineDays: fc.constantFrom(20, 100, 365),
    seed: fc.nat(1000),
  });
  fc.assert(
    fc.property(options, ({ method, meter, weather, fuel, evenIfInsufficient, baselineDays, seed }) => {
      const savings = reckonSavings({
        method,
        measured: {
          meter: series(METERS[meter]!, seed, method === 'caltrack-billing' ? 30 : 1),
          temperature: series(WEATHERS[weather]!, seed + 1, 1),
          clock: zoneClock('Asia/Shanghai'),
        },
        baseline: period(365 - baselineDays, 365),
        reporting: period(365, 730),
        fuel,
        evenIfInsufficient,
        confidence: 0.9,
        draws: 50,
        random: seededRandom(seed),
      });
      if (!savings.ok) {
        expect(savings.reasons.length).toBeGreaterThan(0);
        return;
      }
      const bad: string[] = [];
      JSON.stringify([savings, proposeEvents(method, savings.rows)], (key, value) => {
        if (typeof value === 'number' && !Number.isFinite(value)) bad.push(key);
        return value;
      });
      expect(bad).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
