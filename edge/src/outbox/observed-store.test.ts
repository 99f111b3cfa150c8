import { expect, test } from 'vitest';
import { createMemoryStore } from '../testing/memory-store.ts';
import { commitOf, eventOf, readingOf } from '../testing/store-samples.ts';
import { type Newest, observed } from './observed-store.ts';

test('what commits have made is told once it is on the disk, and once', async () => {
  const disk = createMemoryStore();
  const told: Newest[] = [];
  const store = observed(disk, (newest) => told.push(newest));
  const first = Promise.withResolvers<void>();
  disk.syncWith(() => first.promise);
  store.commit(commitOf({ readings: [readingOf()] }));
  store.commit(commitOf({ events: [eventOf(1)] }));
  const before = store.synced();
  disk.syncWith(() => Promise.resolve());
  store.commit(commitOf({ readings: [readingOf()], events: [eventOf(2)] }));
  expect(told).toEqual([]);
  first.resolve();
  await before;
  expect(told).toEqual([{ event: 1, block: 1 }]);
  await store.synced();
  await store.synced();
  expect(told).toEqual([
    { event: 1, block: 1 },
    { event: 2, block: 2 },
  ]);
});

test('of what the disk has lost nobody is told', async () => {
  const disk = createMemoryStore();
  const told: Newest[] = [];
  const store = observed(disk, (newest) => told.push(newest));
  store.commit(commitOf({ readings: [readingOf()] }));
  disk.syncWith(() => Promise.reject(new Error('lost')));
  await expect(store.synced()).rejects.toThrow('lost');
  expect(told).toEqual([]);
});
