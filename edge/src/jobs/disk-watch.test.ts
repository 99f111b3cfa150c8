import { expect, test } from 'vitest';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createDiskWatch } from './disk-watch.ts';

test('a disk that is quick is no trouble, and how long it took is told', async () => {
  const { store, watch, takes, took } = bench();
  await takes(3);
  await takes(999);
  expect(took).toEqual([3, 999]);
  expect([watch.fault(), watch.trouble()]).toEqual([null, null]);
  expect(store.commits).toBe(0);
});

test('a slow one is told for five minutes, by its longest', async () => {
  const { watch, takes, passes } = bench();
  await takes(1_640);
  passes(200_000);
  await takes(1_000);
  expect(watch.trouble()).toContain('up to 1.6 s');
  passes(100_000);
  expect(watch.trouble()).toContain('up to 1.0 s');
  expect(watch.fault()).toBeNull();
  passes(200_000);
  expect(watch.trouble()).toBeNull();
});

test('one that takes nothing is at fault while it does, however long there was nothing to bring before', async () => {
  const { store, watch, passes } = bench();
  const disk = Promise.withResolvers<void>();
  store.syncWith(() => disk.promise);
  passes(60_000);
  const first = watch.watched(store).synced();
  passes(4_999);
  expect(watch.fault()).toBeNull();
  const second = watch.watched(store).synced();
  passes(7_001);
  expect(watch.fault()).toContain('for 12.0 s');
  disk.resolve();
  await Promise.all([first, second]);
  expect(watch.fault()).toBeNull();
});

test('much that waits is no fault as long as something comes there', async () => {
  const { store, watch, passes } = bench();
  const disk = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  let asked = 0;
  store.syncWith(() => disk[asked++ === 0 ? 0 : 1].promise);
  const [first] = [watch.watched(store).synced(), watch.watched(store).synced()];
  passes(4_000);
  disk[0].resolve();
  await first;
  passes(4_000);
  expect(watch.fault()).toBeNull();
  passes(1_000);
  expect(watch.fault()).toContain('for 5.0 s');
});

test('a disk that fails is no longer waited for', async () => {
  const { store, watch, passes } = bench();
  store.syncWith(() => Promise.reject(new Error('lost')));
  await expect(watch.watched(store).synced()).rejects.toThrow('lost');
  passes(60_000);
  expect(watch.fault()).toBeNull();
});

function bench() {
  let now = 1_000_000;
  const took: number[] = [];
  const store = createMemoryStore();
  const watch = createDiskWatch({ ticks: () => now, onSynced: (ms) => took.push(ms) });
  const passes = (ms: number) => void (now += ms);
  return {
    store,
    watch,
    took,
    passes,
    async takes(ms: number) {
      store.syncWith(async () => passes(ms));
      await watch.watched(store).synced();
    },
  };
}
