import { expect, test } from 'vitest';
import type { Store } from '../../ports.ts';
import { commitOf, keptOf, strangerOf, T0 } from '../store-samples.ts';
import type { DiskUnderTest } from './disk.ts';

/** What could not be used is kept within bounds, and found again. */
export function keepsQuarantine(disk: DiskUnderTest): void {
  test('quarantine keeps the bytes, cuts what is huge, and lets the oldest go', () => {
    disk.store.commit(commitOf({ quarantined: [keptOf(1), keptOf(2), keptOf(3, 100_000)] }));
    const { items, total } = disk.store.quarantine({ limit: 10 });
    expect(total).toBe(3);
    expect(items.map(({ id, topic, size, payload }) => [id, topic, size, payload.length])).toEqual([
      [3, 't/3', 100_000, 65_536],
      [2, 't/2', 3, 3],
      [1, 't/1', 3, 3],
    ]);
    expect([...(items[2]?.payload ?? [])]).toEqual([1, 1, 1]);
    expect(disk.store.quarantine({ before: 3, limit: 1 }).items.map(({ id }) => id)).toEqual([2]);
    disk.store.commit(commitOf({ quarantined: [4, 5, 6, 7].map((n) => keptOf(n)) }));
    expect(disk.store.quarantine({ limit: 10 }).items.map(({ id }) => id)).toEqual([7, 6, 5, 4, 3]);
    disk.store.commit(commitOf({ quarantined: [8, 9, 10].map((n) => keptOf(n, 65_536)) }));
    // 4 × 64 KiB are above the 200,000 bytes: id 3 is large too, and goes with its elders.
    expect(disk.store.quarantine({ limit: 10 }).items.map(({ id }) => id)).toEqual([10, 9, 8, 7, 6]);
    expect(disk.restart().quarantine({ limit: 1 }).total).toBe(5);
    expect(disk.store.sizes().quarantined).toBe(5);
  });

  test('a noisy source crowds out nobody but itself, and strangers never take the room of the others', () => {
    disk.store.commit(commitOf({ quarantined: [keptOf(1, 3, { device: 'quiet' })] }));
    const noisy = (n: number) => keptOf(n, 3, { device: 'noisy' });
    disk.store.commit(commitOf({ quarantined: [2, 3, 4, 5, 6, 7].map(noisy) }));
    expect(disk.store.quarantine({ limit: 10 }).items.map(({ id }) => id)).toEqual([7, 6, 5, 4, 1]);

    const from = (stranger: string, n: number, bytes = 3) => keptOf(n, bytes, { stranger, reason: null });
    disk.store.commit(commitOf({ quarantined: [from('shy', 8), from('big', 9, 290), from('big', 10, 290)] }));
    disk.store.commit(commitOf({ quarantined: [from('big', 11, 290)] }));
    expect([disk.store.keptFor('shy'), disk.store.keptFor('big'), disk.store.keptFor('nobody')]).toEqual([1, 2, 0]);
    // A long topic takes room like a long payload.
    const long = { stranger: 'long', topic: 't'.repeat(350) };
    disk.store.commit(commitOf({ quarantined: [keptOf(12, 3, long), keptOf(13, 3, long)] }));
    expect([disk.store.keptFor('long'), disk.store.keptFor('big')]).toEqual([1, 2]);
    disk.store.commit(commitOf({ forgotten: ['long'] }));
    const crowd = ['a', 'b'].flatMap((name) => [1, 2, 3, 4, 5].map((n) => from(name, 20 + n)));
    disk.store.commit(commitOf({ quarantined: crowd }));
    expect(['shy', 'big', 'a', 'b'].map((name) => disk.store.keptFor(name))).toEqual([1, 2, 2, 3]);
    expect(disk.store.quarantine({ limit: 10 }).items.map(({ id }) => id)).toEqual([7, 6, 5, 4, 1]);
    expect(disk.restart().sizes().quarantined).toBe(5);
    expect(disk.store.keptFor('b')).toBe(3);
  });

  test('what is kept can be asked for by stranger, by device and by what is wrong with it, and taken away', () => {
    const bad = (n: number, reason: string, part = {}) =>
      keptOf(n, 3, { device: 'meter', family: 'x', reason, ...part });
    disk.store.commit(
      commitOf({
        quarantined: [
          keptOf(1, 2, { stranger: 'new-1', reason: null, retain: true }),
          bad(2, '"abc" is no number at line 4'),
          bad(3, '"d" is no number at line 17', { size: 90 }),
          bad(4, 'not JSON'),
          keptOf(5, 2, { stranger: 'a/topic', topic: 'a/topic', family: null, reason: 'nobody knows' }),
          keptOf(6, 2, { stranger: 'b/topic', topic: 'b/topic', family: null, reason: 'nobody knows' }),
        ],
        strangers: [strangerOf('new-1')],
      }),
    );
    disk.restart();
    const ids = (query: Parameters<Store['kept']>[0]) => disk.store.kept(query).map(({ id }) => id);
    expect(disk.store.kept({ of: { stranger: 'new-1' }, limit: 9 })).toEqual([
      { id: 1, ...keptOf(1, 2, { stranger: 'new-1', reason: null, retain: true }) },
    ]);
    expect(ids({ of: { device: 'meter' }, limit: 9 })).toEqual([2, 3, 4]);
    expect(ids({ of: { device: 'a/topic' }, limit: 9 })).toEqual([5]);
    expect(ids({ of: 'rejected', limit: 9, newestFirst: true })).toEqual([6, 5, 4, 3, 2]);
    expect(ids({ of: 'rejected', limit: 9, after: 2, upTo: 4 })).toEqual([3, 4]);
    expect(ids({ of: { family: 'x' }, limit: 9 })).toEqual([2, 3, 4]);
    expect(disk.store.lastKept()).toBe(6);

    const groups = disk.store.quarantineGroups(9);
    expect(groups.map(({ pattern, device, topic, count, whole }) => [pattern, device, topic, count, whole])).toEqual([
      ['nobody knows', null, 'b/topic', 1, 1],
      ['nobody knows', null, 'a/topic', 1, 1],
      ['not JSON', 'meter', null, 1, 1],
      ['… is no number at line …', 'meter', null, 2, 1],
    ]);
    expect(groups[3]).toMatchObject({ firstAt: T0 + 2, lastAt: T0 + 3, newest: { id: 3, size: 90 } });
    expect(groups.map((group) => ids({ of: { group }, limit: 9 }))).toEqual([[6], [5], [4], [2, 3]]);

    disk.store.commit(commitOf({ released: [2, 4], forgotten: ['new-1'] }));
    expect(ids({ of: 'rejected', limit: 9 })).toEqual([3, 5, 6]);
    expect(disk.store.keptFor('new-1')).toBe(0);
    expect(disk.store.remember().strangers).toEqual([]);
    expect(disk.store.lastKept()).toBe(6);
  });
}
