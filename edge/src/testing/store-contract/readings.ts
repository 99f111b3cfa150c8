import type { Reading } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { commitOf, readingOf, T0 } from '../store-samples.ts';
import type { DiskUnderTest } from './disk.ts';

const MINUTE = 60_000;
const CHECKPOINT = '{"rules":[],"notes":[]}';
/** All readings of one device. */
const ALL = { device: 'pump-1', from: 0, to: T0 * 2, limit: 1_000 };
const minutes = (count: number) =>
  Array.from({ length: count }, (_, n) => readingOf({ at: T0 + n * MINUTE, receivedAt: T0 + n * MINUTE, value: n }));

/** The history: readings, newest values, courses, and how long raw blocks stay. */
export function keepsReadings(disk: DiskUnderTest): void {
  test('readings come in the order of their own time, by device, metric and range', () => {
    const late = readingOf({ at: T0 - MINUTE, receivedAt: T0 + 5 * MINUTE, historical: true, quality: 'cached' });
    const timeless = readingOf({ at: null, receivedAt: T0 + MINUTE, value: null, quality: 'unknown' });
    const other = readingOf({ metric: 'leak', value: true, at: T0 + 1 });
    disk.store.commit(commitOf({ readings: [readingOf(), other, readingOf({ device: 'pump-2' })] }));
    disk.store.commit(
      commitOf({ readings: [late, timeless, readingOf({ part: 'ch1', at: T0 + 2 * MINUTE, value: 'up' })] }),
    );
    expect(disk.store.readings(ALL)).toEqual([
      late,
      readingOf(),
      other,
      timeless,
      readingOf({ part: 'ch1', at: T0 + 2 * MINUTE, value: 'up' }),
    ]);
    expect(disk.store.readings({ ...ALL, metric: 'leak' })).toEqual([other]);
    expect(disk.store.readings({ ...ALL, from: T0, to: T0 + 1 })).toEqual([readingOf()]);
    expect(disk.store.readings({ ...ALL, limit: 2 })).toEqual([late, readingOf()]);
    expect(disk.store.readings({ ...ALL, device: 'pump' })).toEqual([]);
  });

  test('maintenance changes no answer', async () => {
    for (const reading of minutes(90))
      disk.store.commit(commitOf({ readings: [reading, { ...reading, metric: 'leak', value: true }] }));
    disk.store.commit(
      commitOf({ readings: [readingOf({ at: T0 + 30_500, receivedAt: T0 + 90 * MINUTE, historical: true })] }),
    );
    const before = disk.store.readings(ALL);
    for (let quarter = 4; quarter < 24; quarter++) {
      await disk.store.maintain(T0 + quarter * 15 * MINUTE);
      expect(disk.store.readings(ALL)).toEqual(before);
    }
    expect(disk.store.readings({ ...ALL, from: T0 + 10 * MINUTE, to: T0 + 12 * MINUTE, metric: 'leak' })).toHaveLength(
      2,
    );
    expect(disk.store.readings({ ...ALL, limit: 7 })).toEqual(before.slice(0, 7));
    expect(disk.restart().readings(ALL)).toEqual(before);
  });

  test('the newest reading of every series is known, however old it is', async () => {
    const phase = readingOf({ metric: 'active_power_w', part: 'a', value: 700 });
    const late = { ...phase, at: T0 - 60 * MINUTE, receivedAt: T0 + MINUTE, value: 9, historical: true };
    disk.store.commit(commitOf({ readings: [readingOf({ at: T0 - 1, value: 1 }), readingOf(), phase, late] }));
    disk.store.commit(commitOf({ readings: [readingOf({ device: 'pump-2' })] }));
    expect(disk.store.latest('pump-1')).toEqual([phase, readingOf()]);
    for (const hours of [1, 4, 100]) {
      await disk.store.maintain(T0 + hours * 60 * MINUTE);
      expect(disk.store.latest('pump-1')).toEqual([phase, readingOf()]);
    }
    const word = readingOf({ at: T0 + 200 * 60 * MINUTE, receivedAt: T0 + 200 * 60 * MINUTE, value: 'up' });
    disk.store.commit(commitOf({ readings: [word] }));
    expect(disk.restart().latest('pump-1')).toEqual([phase, word]);
    expect(disk.store.latest('nobody')).toEqual([]);
  });

  test('the course of a metric tells of good numbers, counts the others, and leaves gaps', async () => {
    const at = (minute: number, part: Partial<Reading>) =>
      readingOf({ at: T0 + minute * MINUTE, receivedAt: T0 + minute * MINUTE, ...part });
    const course = (width: number) =>
      disk.store.course({ device: 'pump-1', metric: 'temperature_c', from: T0 + 1, to: T0 + 60 * MINUTE, width });
    disk.store.commit(commitOf({ readings: minutes(15) }));
    disk.store.commit(
      commitOf({
        readings: [
          at(31, { value: null, quality: 'bad' }),
          at(32, { value: true }),
          at(33, { value: 'off' }),
          at(34, { part: 'ch1', value: 7 }),
        ],
      }),
    );
    const none = { min: null, max: null, mean: null };
    const expected = [
      {
        part: null,
        buckets: [
          { from: T0, count: 15, good: 15, min: 0, max: 14, mean: 7, last: 14 },
          { from: T0 + 30 * MINUTE, count: 3, good: 2, min: 1, max: 1, mean: 1, last: 'off' },
        ],
      },
      { part: 'ch1', buckets: [{ from: T0 + 30 * MINUTE, count: 1, good: 1, min: 7, max: 7, mean: 7, last: 7 }] },
    ];
    const narrow = { from: T0 + 31 * MINUTE, count: 1, good: 0, ...none, last: null };
    expect(course(15 * MINUTE)).toEqual(expected);
    expect(course(MINUTE)[0]?.buckets[15]).toEqual(narrow);
    for (const hours of [1, 4, 100]) {
      await disk.store.maintain(T0 + hours * 60 * MINUTE);
      expect(course(15 * MINUTE)).toEqual(expected);
      expect(course(MINUTE)[0]?.buckets[15]).toEqual(narrow);
    }
  });

  test('a raw block stays until it is old, accepted by the cloud, and behind the checkpoint', async () => {
    for (const reading of minutes(10)) disk.store.commit(commitOf({ readings: [reading] }));
    const seqs = () => disk.store.blocks({ after: 0, limit: 100 }).map(({ seq }) => seq);
    const much = async () => {
      for (let n = 0; n < 3; n++) await disk.store.maintain(T0 + 60 * MINUTE);
    };
    await much();
    expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    disk.store.saveCursor('uplink.blocks.low', '5');
    disk.store.saveCheckpoint({ number: 0, state: CHECKPOINT, block: 2 });
    await much();
    expect(seqs()).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
    disk.store.saveCheckpoint({ number: 0, state: CHECKPOINT, block: 10 });
    await much();
    expect(seqs()).toEqual([5, 6, 7, 8, 9, 10]);
    disk.store.saveCursor('uplink.blocks.low', '11');
    await much();
    expect(disk.store.readings(ALL)).toHaveLength(10);
    expect(disk.restart().remember().lastBlock).toBe(10);
    expect(disk.store.commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 11 });
  });

  test('a young block stays even when the cloud has it', async () => {
    for (const reading of minutes(2)) disk.store.commit(commitOf({ readings: [reading] }));
    disk.store.saveCursor('uplink.blocks.low', '3');
    for (let n = 0; n < 3; n++) await disk.store.maintain(T0 + 1.5 * MINUTE);
    expect(disk.store.sizes().blocks).toBe(2);
  });
}
