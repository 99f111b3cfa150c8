import { type Asset, type Device, Registry } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { rule } from '../rules/trial.ts';
import type { Condition, Rule } from './rule.ts';
import type { CellRows } from './cell-rows.ts';
import { Instance } from './rule-instance.ts';
import { createRuleMemory } from './rule-memory.ts';
import { instanceAt, type Plan, planRules } from './rule-plan.ts';
import type { SeriesWindow } from './rule-windows.ts';

const WET: Condition = { kind: 'state', metric: 'leak', is: true };
const SILENT: Condition = { kind: 'silence', times: 2 };
const over = (trait: string): Condition => ({ kind: 'threshold', metric: 'water_level_m', above: { trait } });

interface House {
  readonly rules: readonly Rule[];
  readonly asset: Partial<Asset>;
  readonly devices: readonly Partial<Device>[];
}

const HOUSE: House = {
  rules: [
    rule(WET, { id: 'wet' }),
    rule(over('low'), { id: 'low' }),
    rule(over('high'), { id: 'high' }),
    rule(SILENT, { id: 'silent' }),
  ],
  asset: { traits: { low: 1 } },
  devices: [{ id: 'a', expectEverySeconds: 60 }, { id: 'b' }],
};

/** What tells the due index that its places are still those of the same instances. */
function shapeOf(house: House): string {
  return planOf(house).shape;
}

function planOf({ rules, asset, devices }: House): Plan {
  const name = { en: 'Pit', zh: '井' };
  const registry = Registry.parse({
    version: 1,
    sites: [{ id: 's', name, zone: 'Asia/Shanghai', kind: 'other' }],
    zones: [{ id: 'z', site: 's', name, clients: [] }],
    assets: [
      { id: 'pit', zone: 'z', kind: 'sump', name, traits: {}, ...asset },
      { id: 'pit-2', zone: 'z', kind: 'sump', name, traits: {} },
    ],
    devices: devices.map((device, i) => ({ id: `d${i}`, family: 'mapped', asset: asset.id ?? 'pit', ...device })),
  });
  return planRules(rules, registry, () => undefined);
}

test('equal rules on equal assets have one shape', () => {
  expect(shapeOf(structuredClone(HOUSE))).toBe(shapeOf(HOUSE));
});

test.each<[string, Partial<House>]>([
  ['a condition was rewritten', { rules: HOUSE.rules.map((it) => (it.id === 'wet' ? { ...it, forSeconds: 5 } : it)) }],
  ['a rule has another name', { rules: HOUSE.rules.map((it) => (it.id === 'wet' ? { ...it, id: 'damp' } : it)) }],
  ['the rules stand in another order', { rules: HOUSE.rules.toReversed() }],
  ['the asset is another', { asset: { ...HOUSE.asset, id: 'pit-2' } }],
  ['another rule can be looked at, as many as before', { asset: { traits: { high: 1 } } }],
  ['a device is another', { devices: [HOUSE.devices[0]!, { id: 'c' }] }],
  ['a device came on another day', { devices: [HOUSE.devices[0]!, { id: 'b', from: '2026-01-01' }] }],
  ['it is another device whose silence is told', { devices: [{ id: 'a' }, { id: 'b', expectEverySeconds: 60 }] }],
])('it is another when %s', (_what, change) => {
  expect(shapeOf({ ...HOUSE, ...change })).not.toBe(shapeOf(HOUSE));
});

test('an instance stands where the due index has it', () => {
  const plan = planOf(HOUSE);
  const asked = plan.places.flatMap((place) => place.slots.map((_, number) => new Instance(place, number)));
  expect(asked.map(({ index, rule, device }) => [index, rule.id, device?.device.id])).toEqual([
    [0, 'wet', undefined],
    [1, 'low', undefined],
    [2, 'silent', 'a'],
  ]);
  const found = asked.map((_, index) => instanceAt(plan, index));
  expect(found.map(({ cell, rule }) => [cell, rule.id])).toEqual(asked.map(({ cell, rule }) => [cell, rule.id]));
  expect(() => instanceAt(plan, plan.size)).toThrow(RangeError);
});

test('assets that are alike share what is looked at at them, and are told apart in the memory', () => {
  const plan = planOf({
    ...HOUSE,
    rules: [rule(WET, { id: 'wet' }), rule(SILENT, { id: 'silent' })],
    devices: [
      { id: 'a', expectEverySeconds: 60 },
      { id: 'b', expectEverySeconds: 60, asset: 'pit-2' },
    ],
  });
  const [pit, other] = plan.places;
  expect(other?.slots).toBe(pit?.slots);
  expect(plan.places.map(({ firstIndex }) => firstIndex)).toEqual([0, 2]);
  const leaves = keysOf(plan.leaves).map((key) => key.replace(/:[^:]+(?=:0:)/, ''));
  expect(leaves.join(' ')).toBe('l:wet:0:pit l:silent:0:pit l:wet:0:pit-2 l:silent:0:pit-2');
  expect(keysOf(plan.cells).join(' ')).toBe(
    ['h:a h:b t:a t:b', 'i:wet:pit i:silent:pit:a: i:wet:pit-2 i:silent:pit-2:b:', 'due due:0:0'].join(' '),
  );
});

test('assets whose traits come to other numbers share nothing, and what is missing is said of each', () => {
  const plan = planOf({ ...HOUSE, devices: [...HOUSE.devices, { id: 'c', expectEverySeconds: 60, asset: 'pit-2' }] });
  const [pit, other] = plan.places;
  expect(plan.size).toBe(5);
  expect(pit?.slots).toHaveLength(3);
  expect(other).toMatchObject({
    firstIndex: 3,
    slots: [{ rule: { id: 'wet' } }, { rule: { id: 'silent' }, device: 0 }],
  });
  expect(plan.skipped).toContainEqual({
    rule: 'high',
    reason: 'the asset has no trait high',
    assets: ['pit', 'pit-2'],
  });
});

test('alike assets whose limits differ each have their own', () => {
  const two = planOf({
    rules: [rule({ kind: 'threshold', metric: 'water_level_m', above: { trait: 'low', default: 9 } }, { id: 'low' })],
    asset: { traits: { low: 1 } },
    devices: [{ id: 'a' }, { id: 'b', asset: 'pit-2' }],
  });
  expect(two.places.map(({ slots }) => slots[0]?.leaves[0]?.limits)).toEqual([{ above: 1 }, { above: 9 }]);
});

test('a leaf keeps windows of as many series as it remembers, whatever parts a device invents, and those it knows for ever', () => {
  const rising: Condition = { kind: 'rate', metric: 'water_level_m', per: 'hour', overSeconds: 60, above: 1 };
  const [binding] = planOf({ ...HOUSE, rules: [rule(rising, { id: 'rising' })] }).devices.get('a') ?? [];
  const windows = Array.from({ length: 1_000 }, (_, n) => binding?.routes.of('water_level_m', `p${n}`).targets[0]);
  expect(windows.filter((it) => it !== undefined)).toHaveLength(64);
  const last = windows[63] as SeriesWindow;
  expect(last).toMatchObject({ device: 'a', part: 'p63' });
  expect(last.place.windowOf(last.leaf, 'a', 'p63')).toBe(last);
  expect(last.place.newWindow(last.leaf, 'a', 'p63')).toBe(last);
  expect(last.place.newWindow(last.leaf, 'a', 'p64')).toBeNull();
});

test('a window that is saved under its text is found again by the next plan, whatever appeared before it there', () => {
  const rising: Condition = { kind: 'rate', metric: 'water_level_m', per: 'hour', overSeconds: 60, above: 1 };
  const house = { ...HOUSE, rules: [rule(rising, { id: 'rising' })] };
  const windowIn = (plan: Plan, part: string | null) =>
    plan.devices.get('a')?.[0]?.routes.of('water_level_m', part).targets[0] as SeriesWindow;
  const [plan, next] = [planOf(house), planOf(house)];
  const memory = createRuleMemory();
  memory.serve(plan);
  for (const [n, part] of ['x', null].entries()) {
    const { cell, archive, gathered } = windowIn(plan, part);
    for (const number of [cell, archive, gathered]) memory.set(number, [n, number - cell]);
  }
  const again = createRuleMemory(JSON.parse(JSON.stringify([...memory.entries()])) as [string, number[]][]);
  again.serve(next);
  for (const [n, part] of [null, 'x'].entries()) {
    const { cell, archive, gathered } = windowIn(next, part);
    expect([cell, archive, gathered].map((number) => again.get(number))).toEqual([0, 1, 2].map((of) => [1 - n, of]));
  }
});

function keysOf(cells: CellRows): string[] {
  return Array.from({ length: cells.count }, (_, number) => cells.keyOf(number));
}
