import { expect, test } from 'vitest';
import { seriesOf, settle } from './apart.ts';
import { createMemory } from './index.ts';
import { pointNamed } from './naming.ts';

const point = (name: string) => ({ name, point: pointNamed(name) });

/** What the messages of a device, each with these names, come to be. */
function heard(...messages: readonly (readonly string[])[]): Record<string, string | null | undefined> {
  const memory = createMemory();
  let claims = {};
  for (const names of messages) claims = settle(memory, 'neuron', 'ahu', names.map(point));
  return Object.fromEntries(messages.flat().map((name) => [name, seriesOf(claims, point(name))?.part]));
}

test('what comes alone has no part', () => {
  expect(heard(['supply_temp_c', 'leak_zone_a', 'main_power_kw'])).toEqual({
    supply_temp_c: null,
    leak_zone_a: null,
    main_power_kw: null,
  });
});

test('names that come together and say the same are kept apart by their places, in any order', () => {
  const apart = { leak_kitchen: 'kitchen', leak_server_room: 'server_room' };
  expect(heard(['leak_kitchen', 'leak_server_room'])).toEqual(apart);
  expect(heard(['leak_server_room', 'leak_kitchen'])).toEqual(apart);
  expect(heard(['leak_zone_a', 'leak_zone_b'])).toEqual({ leak_zone_a: 'zone_a', leak_zone_b: 'zone_b' });
});

test('the one that names no place is the whole', () => {
  expect(heard(['chiller_power_kw', 'power_kw'])).toEqual({ chiller_power_kw: 'chiller', power_kw: null });
});

test('who was heard first keeps the series', () => {
  expect(heard(['supply_temp_c'], ['return_temp_c'], ['return_temp_c', 'supply_temp_c'])).toEqual({
    supply_temp_c: null,
    return_temp_c: 'return',
  });
});

test('names that tell no place stand for themselves', () => {
  expect(heard(['leak'], ['water_leak'])).toEqual({ leak: null, water_leak: 'water_leak' });
});

test('names that only differ in their spelling are no series together', () => {
  expect(heard(['leak_a', 'leakA', 'leak'])).toEqual({ leak: null, leak_a: undefined, leakA: undefined });
});

test('what is remembered of a device is bounded', () => {
  const memory = createMemory();
  const names = Array.from({ length: 1_200 }, (_, index) => point(`leak_at_${index}_${index}`));
  const claims = settle(memory, 'neuron', 'ahu', names);
  expect(Object.keys(claims)).toHaveLength(1_000);
  expect(settle(memory, 'neuron', 'ahu', names)).toBe(claims);
  const last = names.at(-1);
  expect(last && seriesOf(claims, last)).toBeUndefined();
});
