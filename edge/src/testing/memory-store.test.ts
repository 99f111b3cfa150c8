import { expect, test } from 'vitest';
import { createMemoryDisk, createMemoryStore } from './memory-store.ts';
import { CONTRACT_QUARANTINE, storeContract } from './store-contract.ts';
import { commitOf, readingOf } from './store-samples.ts';

storeContract('memory', () => {
  const disk = createMemoryDisk();
  const open = () => createMemoryStore({ disk, quarantine: CONTRACT_QUARANTINE });
  return { store: open(), reopen: open, remove() {} };
});

test('a full disk can be played: nothing is written until it is free again', () => {
  const store = createMemoryStore();
  store.failWith('STORE_FULL');
  const commit = commitOf({ readings: [readingOf()] });
  expect(() => store.commit(commit)).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
  expect(store.sizes().blocks).toBe(0);
  store.failWith(null);
  expect(store.commit(commit)).toEqual({ block: 1 });
  expect(store.commits).toBe(1);
});
