import { expect, test, vi } from 'vitest';
import { SavedMemory } from '../domain/rule-memory.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { Checkpoints, piecesOf, savedIn } from './checkpoints.ts';

const MANY = 5_000;
const SHOWN = { truth: true, value: 7, deviceAt: null, at: 1, since: 1, figure: null, until: null };
const nobody = (error: unknown) => expect.unreachable(String(error));

function state() {
  const rules = new SavedMemory([['i:unclaimed', { due: null }]]);
  const cells = { keyOf: (number: number) => `l:${number}` };
  rules.serve({ cells, leaves: { keyOf: (leaf) => `l:leaf-${leaf}` } });
  rules.leaves.write(rules.leaves.add(3, 'lift-1', null), SHOWN);
  const numbers = Array.from({ length: MANY }, (_, number) => number);
  for (const number of numbers) rules.set(number, [number, 'a window as long as that of a counter '.repeat(8)]);
  const notes = new Map([
    ['mode:lift-1', 'fire'],
    ['strangers', '3'],
  ]);
  const decode = new Map<string, unknown>(numbers.map((number) => [cells.keyOf(number), { unit: 'kW' }]));
  return { rules, numbers, notes, decode };
}

function everything({ rules, decode }: ReturnType<typeof state>) {
  return { rules: new Map(rules.entries()), notes: new Map([['mode:lift-1', 'fire']]), decode: new Map(decode) };
}

test('all of it is saved as it was when it began, whatever happens between two pieces', async () => {
  const store = createMemoryStore();
  const checkpoints = new Checkpoints(store, nobody);
  const now = state();
  const asItWas = everything(now);
  checkpoints.begin(() => ({ state: now, block: 7 }));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(checkpoints.isSaving).toBe(true);
  for (const number of now.numbers) now.rules.set(number, ['later']);
  const { leaves } = now.rules;
  leaves.write(leaves.rowOf(3, 'lift-1', null), { ...SHOWN, value: 'later' });
  leaves.write(leaves.add(4, 'lift-2', null), SHOWN);
  now.decode.clear();
  await vi.waitFor(() => expect(checkpoints.isSaving).toBe(false));
  expect(store.bearings().checkpoint).toEqual({ block: 7 });
  expect([...piecesOf(store)].length).toBeGreaterThan(4);
  expect(savedIn(piecesOf(store))).toEqual(asItWas);
});

test('at the end all of it is saved at once, and what was being saved counts for nothing', async () => {
  const store = createMemoryStore();
  const checkpoints = new Checkpoints(store, nobody);
  const now = state();
  checkpoints.begin(() => ({ state: now, block: 7 }));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  now.rules.set(0, ['later']);
  checkpoints.end({ state: now, block: 9 });
  await new Promise(setImmediate);
  expect(store.bearings().checkpoint).toEqual({ block: 9 });
  expect(savedIn(piecesOf(store))).toEqual(everything(now));
});

test('on a disk that takes nothing the one before holds, and the next begins anew', async () => {
  const store = createMemoryStore();
  const given: unknown[] = [];
  const checkpoints = new Checkpoints(store, (error) => given.push(error));
  const now = state();
  checkpoints.end({ state: now, block: 1 });
  const again = new Checkpoints(store, (error) => given.push(error));
  again.begin(() => ({ state: now, block: 2 }));
  await new Promise(setImmediate);
  store.failWith('STORE_FULL');
  await vi.waitFor(() => expect(again.isSaving).toBe(false));
  expect(given).toHaveLength(1);
  expect(store.bearings().checkpoint).toEqual({ block: 1 });
  store.failWith(null);
  again.begin(() => null);
  await vi.waitFor(() => expect(again.isSaving).toBe(false));
  expect(store.bearings().checkpoint).toEqual({ block: 1 });
  again.begin(() => ({ state: now, block: 3 }));
  await vi.waitFor(() => expect(store.bearings().checkpoint).toEqual({ block: 3 }));
  expect(savedIn(piecesOf(store))).toEqual(everything(now));
});
