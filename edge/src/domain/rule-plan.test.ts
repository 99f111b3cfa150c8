import { type Asset, type Device, Registry } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { rule } from '../rules/trial.ts';
import type { Condition, Rule } from './rule.ts';
import type { WindowName } from './rule-instance.ts';
import { instanceAt, type Plan, planRules } from './rule-plan.ts';

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

test('an instance is the same whoever asks for it, and stands where the due index has it', () => {
  const plan = planOf(HOUSE);
  const asked = plan.places.flatMap((place) => place.slots.map((_, number) => place.instance(number)));
  expect(asked.map(({ index, rule, device }) => [index, rule.id, device?.device.id])).toEqual([
    [0, 'wet', undefined],
    [1, 'low', undefined],
    [2, 'silent', 'a'],
  ]);
  expect(asked.map((_, index) => instanceAt(plan, index))).toEqual(asked);
  expect(() => instanceAt(plan, plan.size)).toThrow(RangeError);
});

test('assets that are alike share what is looked at at them, and are told apart in the memory', () => {
  const plan = planOf({ ...HOUSE, devices: [...HOUSE.devices, { id: 'c', expectEverySeconds: 60, asset: 'pit-2' }] });
  const [pit, other] = plan.places;
  expect(plan.size).toBe(5);
  expect(pit?.slots).toHaveLength(3);
  expect(other).toMatchObject({ first: 3, slots: [{ rule: { id: 'wet' } }, { rule: { id: 'silent' }, device: 0 }] });
  const keys = plan.places.flatMap((place) => place.slots.map((slot) => place.keyOf(slot)));
  expect(new Set(keys).size).toBe(5);
  expect(plan.skipped).toContainEqual({
    rule: 'high',
    reason: 'the asset has no trait high',
    assets: ['pit', 'pit-2'],
  });
});

test('a leaf keeps windows of as many series as it remembers, whatever parts a device invents, and those it knows for ever', () => {
  const rising: Condition = { kind: 'rate', metric: 'water_level_m', per: 'hour', overSeconds: 60, above: 1 };
  const [binding] = planOf({ ...HOUSE, rules: [rule(rising, { id: 'rising' })] }).devices.get('a') ?? [];
  const windows = Array.from({ length: 1_000 }, (_, n) => binding?.routes.of('water_level_m', `p${n}`).targets[0]);
  expect(windows.filter((it) => it !== undefined)).toHaveLength(64);
  const last = windows[63] as WindowName;
  expect(last).toMatchObject({ device: 'a', part: 'p63' });
  expect(last.leaf.windowOf('a', 'p63')).toBe(last);
  expect(last.leaf.newWindow('a', 'p63')).toBe(last);
  expect(last.leaf.newWindow('a', 'p64')).toBeNull();
});
