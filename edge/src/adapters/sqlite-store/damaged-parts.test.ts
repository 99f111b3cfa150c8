import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openTestStore, temporaryStorePath } from '../../testing/sqlite-file.ts';
import { commitOf, readingOf, T0 } from '../../testing/store-samples.ts';
import { Buckets, SLOT_MS, summaryOf } from './buckets.ts';
import { DamagedBytes, unsealed } from './checksum.ts';
import { type ChunkRow, rowsOfChunk } from './chunk.ts';
import { encodeRows } from './columns.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ALL = { device: 'pump-1', from: 0, to: T0 * 2, limit: 100_000 };
const COURSE = { device: 'pump-1', metric: 'temperature_c', from: T0, to: T0 + DAY, width: SLOT_MS };

const rows = Array.from({ length: 300 }, (_, n): ChunkRow => [n * 10_000, 40 + (n % 7), 20 + (n % 13) / 4, 0]);

test('one flipped bit anywhere in a chunk or in its summary is found', () => {
  for (const [bytes, read] of [
    [encodeRows(rows), (one: Uint8Array) => rowsOfChunk(one, 0, 0)],
    [encodeRows(rows.slice(0, 3), false), (one: Uint8Array) => rowsOfChunk(one, 0, 0)],
    [summaryOf(rows), (one: Uint8Array) => new Buckets(0, SLOT_MS).addSummary(one, 0, -Infinity, Infinity, false)],
  ] as const) {
    expect(() => read(bytes)).not.toThrow();
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Uint8Array.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => read(flipped), `bit ${bit}`).toThrow(DamagedBytes);
    }
  }
});

test('a chunk and a summary that were written without a checksum still read', () => {
  const [mark] = encodeRows(rows);
  expect(rowsOfChunk(unsealed(mark as number, encodeRows(rows)), 0, 0)).toEqual(rows);
  const told = new Buckets(0, SLOT_MS);
  const [sealedBy] = summaryOf(rows);
  told.addSummary(unsealed(sealedBy as number, summaryOf(rows)), 0, -Infinity, Infinity, false);
  expect(told.list()[0]?.count).toBe(90);
});

test('a damaged chunk is never shown: it is set aside and counted, and everything else is there', async () => {
  const { store, file } = await hours(3);
  const before = store.readings(ALL);
  file.flip('chunks', 'rows', 2);

  const left = store.readings(ALL);
  expect(left.length).toBeGreaterThan(0);
  const times = new Set(before.map(({ at, value }) => `${at} ${String(value)}`));
  expect(left.filter(({ at, value }) => !times.has(`${at} ${String(value)}`))).toEqual([]);
  expect(before.length - left.length).toBe(360);
  expect(store.sizes().damaged).toBe(1);
  expect(file.count('damaged_parts')).toBe(1);
  expect([store.readings(ALL), store.sizes().damaged]).toEqual([left, 1]);
  expect(store.course(COURSE)[0]?.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(left.length);
});

test('a damaged summary alone costs nothing: the rows tell the same', async () => {
  const { store, file } = await hours(3);
  const before = store.course(COURSE);
  file.flip('chunks', 'summary', 2);
  expect(store.course(COURSE)).toEqual(before);
  expect([store.sizes().damaged, store.readings(ALL).length]).toEqual([1, 3 * 360]);
});

test('maintenance takes no damaged piece or chunk into a new one', async () => {
  const { store, file, later } = await hours(3);
  for (const n of [1, 2]) {
    const at = later + n * 200_000;
    store.commit(commitOf({ readings: [readingOf({ at, receivedAt: at, value: n })] }));
    await store.maintain(at + 150_000);
  }
  expect(file.count('pieces')).toBe(2);
  file.flip('pieces', 'rows', 1);
  file.flip('chunks', 'rows', 1);

  await store.maintain(later + 2 * DAY);

  expect(file.count('pieces')).toBe(0);
  expect(store.sizes().damaged).toBe(2);
  expect(store.readings(ALL)).toHaveLength(2 * 360 + 1);
});

/** A store whose readings lie in a chunk an hour, of 360 each, and a hand in its file. */
async function hours(count: number) {
  const path = temporaryStorePath();
  const store = openTestStore(path, { maintainBudgetMs: 60_000 });
  for (let hour = 0; hour < count; hour += 1) {
    const readings = rows.concat(rows.slice(0, 60)).map(([, , value], n) => {
      const at = T0 + hour * HOUR + n * 10_000;
      return readingOf({ at, receivedAt: at + 40, value: value as number });
    });
    store.commit(commitOf({ readings }));
  }
  store.saveCursor('uplink.blocks.low', '1000000');
  const later = T0 + (count + 6) * HOUR;
  await store.maintain(later);
  return { store, later, file: hand(path) };
}

function hand(path: string) {
  const at = <T>(work: (db: DatabaseSync) => T): T => {
    const db = new DatabaseSync(path, { timeout: 5_000 });
    try {
      return work(db);
    } finally {
      db.close();
    }
  };
  return {
    count: (table: string) => at((db) => Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])),
    /** One bit in the middle of a blob of the table's nth row. */
    flip: (table: string, column: string, nth: number) =>
      at((db) => {
        const row = db.prepare(`SELECT id, ${column} AS bytes FROM ${table} ORDER BY id LIMIT 1 OFFSET ?`).get(nth - 1);
        const bytes = Uint8Array.from(row?.['bytes'] as Uint8Array);
        const middle = bytes.length >> 1;
        bytes[middle] = (bytes[middle] as number) ^ 16;
        db.prepare(`UPDATE ${table} SET ${column} = ? WHERE id = ?`).run(bytes, row?.['id'] as number);
      }),
  };
}
