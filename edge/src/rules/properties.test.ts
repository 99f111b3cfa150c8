import fc from 'fast-check';
import {
  ASSET_KINDS,
  METRICS,
  metricKind,
  QUALITIES,
  type Reading,
  type Registry,
  type Value,
} from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import type { Breach } from '../domain/breach.ts';
import { createRuleBook, type RuleBook } from '../domain/evaluate.ts';
import { Journal } from '../pipeline/journal.ts';
import { createRuleMemory, type RuleCell, SavedMemory } from '../domain/rule-memory.ts';
import { copyOf } from '../domain/testing/copy-of.ts';
import { RULES } from './shipped.ts';

const START = Date.UTC(2026, 2, 2);
const name = { en: 'x', zh: 'x' };
const traits = { criticalLevelM: 1, contractDemandKw: 100, ratedPowerW: 4000 };
const REGISTRY: Registry = {
  version: 1,
  sites: [{ id: 's', name, zone: 'Asia/Shanghai', kind: 'other' }],
  zones: [{ id: 'z', site: 's', name, clients: [] }],
  assets: ASSET_KINDS.map((kind) => ({ id: kind, zone: 'z', kind, name, traits })),
  // Two devices each, one of them with dates.
  devices: ASSET_KINDS.flatMap((kind) => [
    { id: `${kind}-1`, family: 'f', asset: kind, expectEverySeconds: 300 },
    { id: `${kind}-2`, family: 'f', asset: kind, expectEverySeconds: 900, from: '2026-03-01', to: '2026-03-03' },
  ]),
  people: [],
  crews: [],
  plans: [],
  calendars: [],
  rosters: [],
  contracts: [],
};
const BOOK = createRuleBook(RULES, REGISTRY);
/** Equal in all, and another. */
const TWIN = createRuleBook(RULES, REGISTRY);

/** What devices of each kind say: a story is about one asset, so that its parts meet. */
const SAY = {
  elevator: ['door', 'speed_mps', 'occupied', 'people', 'mode', 'direction', 'leveling_error_mm'],
  pump: ['pump_running', 'float_high', 'active_power_w', 'water_level_m', 'test'],
  sump: ['leak', 'float_high', 'water_level_m', 'pump_running', 'test'],
  meter: ['active_power_w', 'voltage_v', 'power_factor'],
} as const;
const KINDS = Object.keys(SAY) as (keyof typeof SAY)[];

function plausible(of: string): fc.Arbitrary<Value> {
  const kind = metricKind(of);
  if (kind?.type === 'boolean') return fc.boolean();
  if (kind?.type === 'text') return fc.constantFrom(...(kind.words ?? ['1', '2']));
  return fc.constantFrom<Value>(0, 0.5, 0.95, 2, 15, 25, 250, 50_000, 120_000);
}

interface Step {
  readonly afterMs: number;
  readonly reading: Omit<Reading, 'receivedAt' | 'at'> & { readonly skewMs: number | null };
}

function step(kind: keyof typeof SAY): fc.Arbitrary<Step> {
  const says = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom<string>(...SAY[kind]) },
    fc.constantFrom(...Object.keys(METRICS)),
  );
  const pause = fc.oneof(fc.nat(3000), fc.nat(100_000), fc.nat(2_000_000));
  return says.chain((metric) =>
    fc.record({
      afterMs: pause,
      reading: fc.record({
        device: fc.constantFrom(`${kind}-1`, `${kind}-1`, `${kind}-2`),
        metric: fc.constant(metric),
        part: kind === 'meter' ? fc.constantFrom(null, 'a', 'b', 'total') : fc.constant(null),
        value: plausible(metric),
        quality: fc.oneof({ weight: 9, arbitrary: fc.constant('good' as const) }, fc.constantFrom(...QUALITIES)),
        historical: fc.constantFrom(false, false, false, false, true),
        skewMs: fc.constantFrom(0, 0, null, 1700, -400_000),
      }),
    }),
  );
}
const story = fc
  .constantFrom(...KINDS)
  .chain((kind) => fc.array(step(kind), { minLength: 1, maxLength: 80, size: 'max' }));

/** Plays a story; `between` may tick, or swap the memory, at any instant between two readings. */
function play(steps: readonly Step[], between: Between = () => []): string[] {
  const lines: string[] = [];
  const journal = new Journal();
  const scene: Scene = { book: BOOK, memory: new SavedMemory([], journal), journal, now: START };
  const note = (found: readonly Breach[]) =>
    lines.push(...found.map((it) => `${it.state} ${it.source} ${it.asset} ${it.severity}`));
  note(scene.book.onTick(START, scene.memory));
  for (const { afterMs, reading } of steps) {
    const receivedAt = scene.now + afterMs;
    note(between(scene, receivedAt));
    scene.now = receivedAt;
    const { skewMs, ...rest } = reading;
    note(
      scene.book.onReading(
        { ...rest, receivedAt, at: skewMs === null ? null : receivedAt + skewMs },
        receivedAt,
        scene.memory,
      ),
    );
  }
  note(scene.book.onTick(scene.now + 4_000_000, scene.memory));
  return lines;
}

type Scene = { book: RuleBook; memory: SavedMemory; readonly journal: Journal; now: number };
type Between = (scene: Scene, until: number) => Breach[];

const thrice: Between = ({ memory, now }, until) =>
  [0.2, 0.5, 0.9].flatMap((share) => BOOK.onTick(Math.floor(now + share * (until - now)), memory));

const throughJson: Between = (scene) => {
  scene.memory = createRuleMemory(JSON.parse(JSON.stringify([...scene.memory.entries()])) as [string, RuleCell][]);
  return [];
};

/** Readings are heard, and taken back as when a commit fails. */
const takenBack: Between = ({ memory, journal }, until) => {
  journal.clear();
  for (const [device, metric, value] of AT_THE_LIMITS)
    BOOK.onReading(
      { device, metric, part: null, value, quality: 'good', historical: false, at: until, receivedAt: until },
      until,
      memory,
    );
  journal.undoAll();
  return [];
};
const AT_THE_LIMITS = [
  ...[true, false].map((value) => ['room-1', 'leak', value] as const),
  ...[9e5, 0].flatMap((value) => ['active_power_w', 'voltage_v'].map((metric) => ['meter-1', metric, value] as const)),
  ...[9, 0].map((value) => ['sump-1', 'water_level_m', value] as const),
  ...['open', 'closed'].map((value) => ['elevator-1', 'door', value] as const),
];

/** The other book goes on where this one stands, as after the registry was read again. */
const inTurns: Between = (scene) => {
  scene.book = scene.book === BOOK ? TWIN : BOOK;
  return [];
};

/** The same book is asked about another edge's memory. */
const aboutAnother: Between = (_, until) => {
  const other = createRuleMemory();
  BOOK.onTick(until, other);
  for (const [device, metric, value] of AT_THE_LIMITS)
    BOOK.onReading(
      { device, metric, part: null, value, quality: 'good', historical: false, at: until, receivedAt: until },
      until,
      other,
    );
  return [];
};

/** Looks at what is next on a copy, and throws it away. */
const inVain: Between = ({ memory }, until) => {
  BOOK.onTick(until, copyOf(memory));
  return [];
};

describe('for any story', () => {
  test('the same readings give the same breaches', () => {
    fc.assert(
      fc.property(story, (steps) => {
        expect(play(steps)).toEqual(play(steps));
      }),
    );
  });

  test.each([
    ['however often it is ticked in between', thrice],
    ['however often the memory goes to JSON and back', throughJson],
    ['whatever is computed in vain', inVain],
    ['whatever is taken back', takenBack],
    ['whichever of two books is asked', inTurns],
    ['whatever the book is asked of another memory', aboutAnother],
  ])('the breaches are the same %s', (_, between) => {
    fc.assert(
      fc.property(story, (steps) => {
        expect(play(steps, between)).toEqual(play(steps));
      }),
      { numRuns: 50 },
    );
  });

  test('nothing is raised twice without having cleared, and nothing clears that was not raised', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const active = new Set<string>();
        for (const line of play(steps, thrice)) {
          const [state, source, asset] = line.split(' ');
          const key = `${source} ${asset}`;
          expect(active.has(key)).toBe(state === 'cleared');
          if (state === 'cleared') active.delete(key);
          else active.add(key);
        }
      }),
    );
  });

  test('stories do raise and clear: the properties above are not empty', () => {
    const lines = fc.sample(story, { numRuns: 200, seed: 7 }).flatMap((steps) => play(steps));
    expect(new Set(lines.map((line) => line.split(' ')[0]))).toEqual(new Set(['raised', 'cleared', 'no_data']));
    expect(new Set(lines.map((line) => line.split(' ')[1]?.split(':')[1])).size).toBeGreaterThan(12);
  });

  test('the next deadline is never in the past once the ticks are done', () => {
    fc.assert(
      fc.property(story, (steps) => {
        play(steps, ({ memory, now }) => {
          expect(BOOK.nextDue(memory) ?? Infinity).toBeGreaterThan(now);
          return [];
        });
      }),
    );
  });

  test('no cell is larger than 10 kB, and none is ever changed', () => {
    fc.assert(
      fc.property(story, (steps) => {
        play(steps, ({ memory }) => {
          for (const [, cell] of memory.entries()) {
            deepFreeze(cell);
            expect(JSON.stringify(cell).length).toBeLessThan(10_000);
          }
          return [];
        });
      }),
      { numRuns: 20 },
    );
  });
});

test('no reading of the right type throws, whatever it says', () => {
  const any = fc.record({
    device: fc.oneof(fc.constantFrom(...REGISTRY.devices.map((it) => it.id)), fc.string()),
    metric: fc.oneof(
      fc.constantFrom(...Object.keys(METRICS)),
      fc.string(),
      fc.constantFrom('__proto__', 'constructor'),
    ),
    part: fc.option(fc.string()),
    value: fc.oneof(fc.double(), fc.boolean(), fc.string(), fc.constant(null)),
    at: fc.option(fc.integer({ min: -8.64e15, max: 8.64e15 })),
    receivedAt: fc.integer({ min: 0, max: 8.64e15 }),
    quality: fc.constantFrom(...QUALITIES),
    historical: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(any, { maxLength: 30 }), (readings) => {
      const memory = createRuleMemory();
      for (const reading of readings) BOOK.onReading(reading, reading.receivedAt, memory);
    }),
  );
});

function deepFreeze(cell: RuleCell): void {
  if (typeof cell !== 'object' || cell === null || Object.isFrozen(cell)) return;
  Object.freeze(cell);
  for (const part of Object.values(cell)) deepFreeze(part);
}
