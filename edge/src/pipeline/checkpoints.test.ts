import { expect, test, vi } from 'vitest';
import { SavedMemory, TextName } from '../domain/rule-memory.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { Checkpoints, piecesOf, savedIn } from './checkpoints.ts';

const MANY = 5_000;
const nobody = (error: unknown) => expect.unreachable(String(error));

function state() {
  const rules = new SavedMemory([['i:unclaimed', { due: null }]]);
  const names = Array.from({ length: MANY }, (_, n) => new TextName(`l:${n}`));
  for (const name of names) rules.set(name, [name.key, 'a window as long as that of a counter '.repeat(8)]);
  const notes = new Map([
    ['mode:lift-1', 'fire'],
    ['strangers', '3'],
  ]);
  const decode = new Map<string, unknown>(names.map(({ key }) => [key, { unit: 'kW' }]));
  return { rules, names, notes, decode };
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
  for (const name of now.names) now.rules.set(name, ['later']);
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
  now.rules.set(now.names[0] as TextName, ['later']);
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
