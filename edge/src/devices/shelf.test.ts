import { expect, test } from 'vitest';
import { createMemory } from './index.ts';
import { shelf } from './shelf.ts';

test('what was put is found by its name and kind alone, until it is dropped', () => {
  const memory = createMemory();
  const units = shelf<string>('units');
  units.put(memory, 'a', 'kW');
  units.put(memory, 'a', 'W');
  expect(units.find(memory, 'a')).toBe('W');
  expect(units.find(memory, '__proto__')).toBeUndefined();
  expect(shelf<string>('names').find(memory, 'a')).toBeUndefined();
  units.drop(memory, 'a');
  expect(units.find(memory, 'a')).toBeUndefined();
});

test('a flood of invented names keeps few of them, in few cells, and the newest is among them', () => {
  const cells = new Map<string, unknown>();
  const memory = {
    get: (key: string) => cells.get(key),
    set: (key: string, value: unknown) => void cells.set(key, value),
  };
  const devices = shelf<number>('devices');
  for (let i = 0; i < 50_000; i += 1) devices.put(memory, `device-${i}`, i);
  expect(cells.size).toBeLessThanOrEqual(256);
  expect(JSON.stringify([...cells]).length).toBeLessThan(400_000);
  expect(devices.find(memory, 'device-49999')).toBe(49_999);
  expect(devices.find(memory, 'device-0')).toBeUndefined();
});

test('records are replaced and never changed in place, so that a transaction can be undone', () => {
  const cells = new Map<string, unknown>();
  const memory = {
    get: (key: string) => cells.get(key),
    set: (key: string, value: unknown) => void cells.set(key, value),
  };
  const devices = shelf<number>('devices');
  devices.put(memory, 'a', 1);
  const before = structuredClone([...cells]);
  const kept = [...cells];
  devices.put(memory, 'a', 2);
  expect(kept).toEqual(before);
});
