import { describe, expect, test } from 'vitest';
import { rule, type Said, trial, TRIAL_START } from '../rules/trial.ts';
import { createRuleBook } from './evaluate.ts';
import type { Condition } from './rule.ts';
import { createRuleMemory } from './rule-memory.ts';
import { copyOf } from './testing/copy-of.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;
const WET: Condition = { kind: 'state', metric: 'leak', is: true };
const HIGH: Condition = { kind: 'threshold', metric: 'water_level_m', above: 1, clear: 0.8 };
const RAISED = (second: number) => [`${second} raised r critical`];
const CLEARED = (second: number) => [`${second} cleared r critical`];

describe('hold', () => {
  const held = [rule(WET, { forSeconds: 30, clearForSeconds: 60 })];

  test('raised when it has lasted, by the tick and not before', () => {
    const t = trial(held);
    expect(t.says(0, 'leak', true)).toEqual([]);
    expect(t.nextDue()).toBe(30);
    expect(t.ticks(29.999)).toEqual([]);
    expect(t.ticks(30)).toEqual(RAISED(30));
    expect(t.breaches[0]).toMatchObject({ firstSeenAt: TRIAL_START, deviceAt: TRIAL_START });
    expect(t.nextDue()).toBeNull();
  });

  test('an interruption starts it anew', () => {
    const t = trial(held);
    t.says(0, 'leak', true);
    t.says(20, 'leak', false);
    t.says(25, 'leak', true);
    expect(t.ticks(54)).toEqual([]);
    expect(t.ticks(55)).toEqual(RAISED(55));
  });

  test('cleared when it has been gone for long enough; wet again meanwhile goes on', () => {
    const t = trial(held);
    t.says(0, 'leak', true);
    t.ticks(30);
    t.says(40, 'leak', false);
    t.says(90, 'leak', true);
    t.says(100, 'leak', false);
    expect(t.ticks(159)).toEqual([]);
    expect(t.ticks(160)).toEqual(CLEARED(160));
  });

  test('a tick that comes late finds what the ticks before it would have found', () => {
    const t = trial(held);
    t.says(0, 'leak', true);
    expect(t.says(50, 'leak', false)).toEqual(RAISED(50));
    expect(t.ticks(500)).toEqual(CLEARED(500));
  });

  test('a restart in the middle of a hold changes nothing', () => {
    const t = trial(held);
    t.says(0, 'leak', true);
    t.restarts();
    expect(t.nextDue()).toBe(30);
    expect(t.ticks(30)).toEqual(RAISED(30));
    t.restarts();
    t.says(40, 'leak', false);
    t.restarts();
    expect(t.ticks(100)).toEqual(CLEARED(100));
  });

  test('a wrong device clock neither shortens nor lengthens it', () => {
    const t = trial(held);
    t.says(0, 'leak', true, { skew: -290 });
    expect(t.ticks(29)).toEqual([]);
    expect(t.ticks(30)).toEqual(RAISED(30));
    expect(t.breaches[0]).toMatchObject({ firstSeenAt: TRIAL_START, deviceAt: TRIAL_START - 290_000 });
  });

  test('a hold inside: a person who is lost for 10 s is still there', () => {
    const inside: Condition = { kind: 'state', metric: 'occupied', is: true, clearForSeconds: 10 };
    const t = trial([
      rule({ kind: 'all', of: [inside, { kind: 'state', metric: 'door', is: 'closed' }] }, { forSeconds: 30 }),
    ]);
    t.says(0, 'door', 'closed');
    t.says(0, 'occupied', true);
    t.says(12, 'occupied', false);
    t.says(20, 'occupied', true);
    expect(t.ticks(30)).toEqual(RAISED(30));
  });
});

describe('what never fires and never clears', () => {
  test.each([
    ['a failed read', { quality: 'bad' }],
    ['a null', { quality: 'unknown' }],
    ['what the broker had kept', { quality: 'cached' }],
    ['a stale value', { quality: 'stale' }],
    ['history', { historical: true }],
  ] as [string, Said][])('%s', (_, more) => {
    const t = trial([rule(WET)]);
    expect(t.says(0, 'leak', more.quality === 'unknown' ? null : true, more)).toEqual([]);
    expect(t.says(1, 'leak', true)).toEqual(RAISED(1));
    expect(t.says(2, 'leak', more.quality === 'unknown' ? null : false, more)).toEqual([]);
    expect(t.says(3, 'leak', false)).toEqual(CLEARED(3));
  });

  test('a device that nobody has registered', () => {
    expect(trial([rule(WET)]).says(0, 'leak', true, { device: 'stranger' })).toEqual([]);
  });

  test('a device outside its days on the asset, counted by the calendar of its site', () => {
    const t = trial([rule(WET)], { devices: [{ id: 'dev-1', from: '2026-03-03', to: '2026-03-04' }] });
    const midnight = 16 * HOUR;
    expect(t.says(midnight - 1, 'leak', true)).toEqual([]);
    expect(t.says(midnight, 'leak', true)).toEqual(RAISED(midnight));
    expect(t.says(midnight + DAY, 'leak', false)).toEqual([]);
  });

  test('a sensor that has left the asset: what it said last counts no more, beside one that says otherwise', () => {
    const devices = [{ id: 'dev-1', to: '2026-03-03' }, { id: 'dev-2' }];
    const t = trial([rule(WET)], { devices });
    t.says(0, 'leak', false, { device: 'dev-2' });
    t.says(1, 'leak', true);
    expect(t.nextDue()).toBe(16 * HOUR);
    expect(t.ticks(16 * HOUR)).toEqual(CLEARED(16 * HOUR));
  });

  test('a sensor that has left the asset proves nothing when it was the only one', () => {
    const t = trial([rule(WET)], { devices: [{ id: 'dev-1', to: '2026-03-03' }] });
    t.says(1, 'leak', true);
    expect(t.ticks(16 * HOUR)).toEqual([]);
  });

  test('an asset of another kind', () => {
    expect(trial([rule(WET, { assets: ['room'] })], { kind: 'sump' }).says(0, 'leak', true)).toEqual([]);
  });
});

describe('combinations', () => {
  const door: Condition = { kind: 'state', metric: 'door', is: 'closed' };
  const occupied: Condition = { kind: 'state', metric: 'occupied', is: true };

  test.each([
    ['all', { kind: 'all', of: [door, occupied] }, 'closed', true, true],
    ['all, one false', { kind: 'all', of: [door, occupied] }, 'open', true, false],
    ['any', { kind: 'any', of: [door, occupied] }, 'open', true, true],
    ['any, none true', { kind: 'any', of: [door, occupied] }, 'open', false, false],
    ['not', { kind: 'not', of: { kind: 'any', of: [door, occupied] } }, 'open', false, true],
  ] as const)('%s', (_, when, doorSays, occupiedSays, fires) => {
    const t = trial([rule(when as unknown as Condition)]);
    t.says(0, 'door', doorSays);
    t.says(0, 'occupied', occupiedSays);
    expect(t.breaches.at(-1)?.state === 'raised').toBe(fires);
  });

  test('what has never been heard is not known, and neither is its opposite', () => {
    expect(trial([rule({ kind: 'all', of: [door, { kind: 'not', of: occupied }] })]).says(0, 'door', 'closed')).toEqual(
      [],
    );
  });

  test('an alternative that this asset does not have is left out of `any`', () => {
    const t = trial([rule({ kind: 'any', of: [door, occupied] })]);
    t.says(0, 'door', 'closed');
    expect(t.says(1, 'door', 'open')).toEqual(CLEARED(1));
  });

  test('what is not known yet leaves `any` unknown, also beside an alternative that this asset does not have', () => {
    const rising: Condition = { kind: 'rate', metric: 'water_level_m', per: 'minute', overSeconds: 60, above: 1 };
    const t = trial([rule({ kind: 'not', of: { kind: 'any', of: [rising, occupied, WET] } })]);
    t.says(0, 'water_level_m', 0.5);
    t.says(1, 'leak', false);
    expect(t.breaches).toEqual([]);
    for (let second = 10; second <= 120; second += 10) t.says(second, 'water_level_m', 0.5);
    expect(t.breaches).toMatchObject([{ state: 'raised' }]);
  });

  test('quiet: not raised meanwhile, the hold counts from the end of it, and what was raised can clear', () => {
    const quietWhen: Condition = { kind: 'state', metric: 'mode', isNot: 'normal' };
    const t = trial([rule(WET, { quietWhen, forSeconds: 10 })]);
    t.says(0, 'mode', 'inspection');
    t.says(1, 'leak', true);
    expect(t.ticks(60)).toEqual([]);
    t.says(100, 'mode', 'normal');
    expect(t.ticks(110)).toEqual(RAISED(110));
    t.says(111, 'mode', 'inspection');
    expect(t.says(112, 'leak', false)).toEqual(CLEARED(112));
  });

  test('clearWhen: only that ends it', () => {
    const t = trial([rule(occupied, { clearWhen: { kind: 'state', metric: 'door', is: 'open' } })]);
    t.says(0, 'occupied', true);
    expect(t.says(1, 'occupied', false)).toEqual([]);
    expect(t.says(2, 'door', 'closed')).toEqual([]);
    expect(t.says(3, 'door', 'open')).toEqual(CLEARED(3));
    expect(t.says(4, 'occupied', true)).toEqual(RAISED(4));
  });
});

describe('the book', () => {
  test('a breach carries its evidence', () => {
    const t = trial([rule({ kind: 'all', of: [HIGH, { kind: 'state', metric: 'pump_running', is: false }] })]);
    t.says(0, 'water_level_m', 1.5, { skew: 1.7 });
    t.says(9, 'pump_running', false, { skew: null });
    expect(t.breaches).toEqual([
      {
        state: 'raised',
        source: 'rule:r',
        asset: 'asset-1',
        device: 'dev-1',
        fault: 'leak',
        severity: 'critical',
        vendorCode: null,
        summary: { en: 'Place: 1.5 of 1', zh: '地点：1.5/1' },
        deviceAt: null,
        firstSeenAt: TRIAL_START + 9000,
        evidence: [
          { metric: 'water_level_m', part: null, value: 1.5, at: TRIAL_START + 1700 },
          { metric: 'pump_running', part: null, value: false, at: TRIAL_START + 9000 },
        ],
      },
    ]);
  });

  test('two rules with one id are refused', () => {
    expect(() => trial([rule(WET), rule(HIGH)])).toThrow(/two rules are called r/);
  });

  test('a rule that is rewritten while raised still clears', () => {
    const t = trial([rule(HIGH)]);
    t.says(0, 'water_level_m', 2);
    t.restarts([rule({ ...HIGH, above: 1.2 })]);
    expect(t.ticks(1)).toEqual([]);
    expect(t.says(2, 'water_level_m', 1.5)).toEqual([]);
    expect(t.says(3, 'water_level_m', 0.5)).toEqual(CLEARED(3));
  });

  test('a registry that comes and goes loses no deadline', () => {
    const t = trial([rule(WET, { forSeconds: 30 })]);
    t.says(0, 'leak', true);
    t.restarts([rule(WET, { forSeconds: 30 }), rule(HIGH, { id: 'other' })]);
    t.ticks(1);
    t.restarts();
    expect(t.ticks(30)).toEqual(RAISED(30));
  });

  test('what is computed on a copy that is thrown away never happened', () => {
    const when = rule(WET, { forSeconds: 5 });
    const name = { en: 'x', zh: 'x' };
    const registry = {
      version: 1,
      sites: [{ id: 's', name, zone: 'Asia/Shanghai', kind: 'other' as const }],
      zones: [{ id: 'z', site: 's', name, clients: [] }],
      assets: [{ id: 'a', zone: 'z', kind: 'room' as const, name, traits: {} }],
      devices: [{ id: 'd', family: 'f', asset: 'a' }],
      people: [],
      crews: [],
      plans: [],
      calendars: [],
      rosters: [],
      contracts: [],
    };
    const book = createRuleBook([when], registry);
    const memory = createRuleMemory();
    const wet = {
      device: 'd',
      metric: 'leak',
      part: null,
      value: true,
      at: null,
      receivedAt: TRIAL_START,
      quality: 'good' as const,
      historical: false,
    };
    book.onReading(wet, TRIAL_START, memory);
    const before = structuredClone(new Map(memory.entries()));
    const lost = copyOf(memory);
    expect(book.onTick(TRIAL_START + 5000, lost)).toHaveLength(1);
    expect(book.nextDue(lost)).toBeNull();
    expect(new Map(memory.entries())).toEqual(before);
    expect(book.nextDue(memory)).toBe(TRIAL_START + 5000);
    expect(book.onTick(TRIAL_START + 5000, memory)).toHaveLength(1);
  });

  test('what is over is told by those who showed it, as they are now, and not by those who never did', () => {
    const t = trial([rule({ kind: 'threshold', metric: 'current_a', above: 10 })]);
    for (const part of ['a', 'b', 'c']) t.says(0, 'current_a', 3, { part });
    expect(t.says(1, 'current_a', 12, { part: 'b' })).toEqual(['1 raised r critical']);
    expect(t.says(2, 'current_a', 4, { part: 'b' })).toEqual(['2 cleared r critical']);
    const evidence = (value: number, second: number) => [
      { metric: 'current_a', part: 'b', value, at: TRIAL_START + second * 1000 },
    ];
    expect(t.breaches.map((it) => it.evidence)).toEqual([evidence(12, 1), evidence(4, 2)]);
  });

  test('a device that is taken down and put up again at its asset is one device, whose window goes on', () => {
    const opens = { kind: 'count', metric: 'door', to: 'open', atLeast: 2, withinSeconds: 600 } as const;
    const t = trial([rule(opens)], {
      devices: [
        { id: 'dev-1', to: '2026-03-03' },
        { id: 'dev-1', from: '2026-03-03' },
      ],
    });
    const midnight = 16 * 3600;
    for (const [second, door] of [
      [-20, 'closed'],
      [-10, 'open'],
      [10, 'closed'],
    ] as const)
      expect(t.says(midnight + second, 'door', door)).toEqual([]);
    expect(t.says(midnight + 20, 'door', 'open')).toEqual([`${midnight + 20} raised r critical`]);
    expect(t.memory().filter(([key]) => key.startsWith('h:'))).toHaveLength(1);
    t.restarts();
    expect(t.ticks(midnight + 1000)).toEqual([`${midnight + 1000} cleared r critical`]);
  });

  test('a device that invents parts without end does not fill the memory', () => {
    const t = trial([rule({ kind: 'rate', metric: 'active_power_w', per: 'hour', overSeconds: 60, above: 1 })]);
    for (let i = 0; i < 1000; i++) t.says(i, 'active_power_w', i, { part: `ch${i}` });
    expect(t.memory().length).toBeLessThan(100);
  });
});

describe('much that falls due in one instant', () => {
  const ROOMS = 200;
  const name = { en: 'Room', zh: '房间' };
  const ids = Array.from({ length: ROOMS }, (_, n) => `room-${n}`);
  const registry = {
    version: 1,
    sites: [{ id: 'site', name, zone: 'Asia/Shanghai', kind: 'other' as const }],
    zones: [{ id: 'zone', site: 'site', name, clients: [] }],
    assets: ids.map((id) => ({ id, zone: 'zone', kind: 'room' as const, name, traits: {} })),
    devices: ids.map((id) => ({ id: `leak-${id}`, family: 'mapped', asset: id })),
    people: [],
    crews: [],
    plans: [],
    rosters: [],
    calendars: [],
    contracts: [],
  };
  const says = (id: string, value: boolean, at: number) =>
    ({
      device: `leak-${id}`,
      metric: 'leak',
      part: null,
      value,
      at,
      receivedAt: at,
      quality: 'good',
      historical: false,
    }) as const;

  function flooded() {
    const book = createRuleBook([rule(WET, { forSeconds: 30 })], registry);
    const memory = createRuleMemory();
    for (const id of ids) book.onReading(says(id, true, TRIAL_START), TRIAL_START, memory);
    return { book, memory };
  }

  test('is worked off a few at a time, and all of it', () => {
    const { book, memory } = flooded();
    const due = TRIAL_START + 30_000;
    const raised: string[] = [];
    for (let ticks = 0; (book.nextDue(memory) ?? Infinity) <= due; ticks += 1) {
      const found = book.onTick(due, memory);
      expect(found.length).toBeLessThan(ROOMS);
      raised.push(...found.map(({ asset }) => asset));
    }
    expect(raised.toSorted()).toEqual(ids.toSorted());
  });

  test('what is heard of an asset does not overtake its own deadline', () => {
    const { book, memory } = flooded();
    const last = ids.at(-1) ?? '';
    const found = book.onReading(says(last, false, TRIAL_START + 40_000), TRIAL_START + 40_000, memory);
    expect(found.filter(({ asset }) => asset === last).map(({ state }) => state)).toEqual(['raised', 'cleared']);
  });
});
