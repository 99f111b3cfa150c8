import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { isEdgeError, storeError } from '../../errors.ts';
import { commitOf, eventOf, incidentOf, owedOf, readingOf, T0 } from '../../testing/store-samples.ts';
import { createSqliteStore } from '../sqlite-store.ts';
import { createReserve } from './reserve.ts';

const MIB = 1024 * 1024;
const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

test('it takes its room at once, keeps it over a restart, and gives it back slice by slice to what a full disk must take', () => {
  const path = join(directory(), 'reserve');
  expect(createReserve({ path, bytes: 2 * MIB }).status()).toEqual({ left: 2 * MIB, whole: 2 * MIB, trouble: null });
  expect(statSync(path)).toMatchObject({ size: 2 * MIB });
  expect(statSync(path).blocks * 512).toBeGreaterThanOrEqual(2 * MIB);

  const reserve = createReserve({ path, bytes: 2 * MIB });
  const wants = 1.2 * MIB;
  const fits = () => {
    if (2 * MIB - statSync(path).size < wants) throw storeError('STORE_FULL', 'The disk is full.');
    return 'written';
  };
  expect(reserve.draw(fits)).toBe('written');
  expect(reserve.status().left).toBe(0.5 * MIB);

  reserve.makeWhole();
  expect(statSync(path).size).toBe(2 * MIB);
});

test('used up it says so, and what is no lack of room costs nothing of it', () => {
  const path = join(directory(), 'reserve');
  const reserve = createReserve({ path, bytes: MIB });
  expect(() =>
    reserve.draw(() => {
      throw storeError('STORE_FAILED', 'No such table.');
    }),
  ).toThrow('No such table.');
  expect(reserve.status().left).toBe(MIB);
  expect(() =>
    reserve.draw(() => {
      throw storeError('STORE_FULL', 'The disk is full.');
    }),
  ).toThrow('The disk is full.');
  expect(reserve.status().left).toBe(0);
});

test('a disk without room for it is full for readings, and keeps what room it has', () => {
  const path = join(directory(), 'reserve');
  const reserve = createReserve({ path, bytes: 1e15 });
  expect(existsSync(path)).toBe(false);
  expect(() => reserve.makeWhole()).toThrow(expect.toSatisfy((error: unknown) => isEdgeError(error, 'STORE_FULL')));
  expect(reserve.status()).toEqual({ left: 0, whole: 1e15, trouble: null });
});

test('where it cannot be written for another reason, readings are kept all the same, and it says why', () => {
  const path = join(directory(), 'not', 'there', 'reserve');
  const reserve = createReserve({ path, bytes: MIB });
  reserve.makeWhole();
  expect(reserve.status()).toMatchObject({ left: 0, trouble: expect.stringContaining(path) });
});

test('at its ceiling the store takes no more readings, and incidents, pages and leases for long', () => {
  const path = join(directory(), 'store.sqlite');
  const store = createSqliteStore({ path, ceilingBytes: 2 * MIB, reserveBytes: 0.5 * MIB });
  cleanUps.push(() => store.close());
  const readings = [readingOf({ value: 'x'.repeat(20_000) })];
  for (let n = 0; fits(() => store.commit(commitOf({ readings }))); n += 1) expect(n).toBeLessThan(1_000);
  for (let n = 0; fits(() => store.saveCursor(`key-${n}`, 'x'.repeat(100))); n += 1) expect(n).toBeLessThan(100_000);

  let refused = 0;
  for (let seq = 1; seq <= 100; seq += 1) {
    const id = `inc-${seq}`;
    const told = { events: [eventOf(seq, id)], incidents: [incidentOf(id)], pages: [owedOf(`p-${seq}`, T0)] };
    if (fits(() => store.commit(commitOf(told)))) continue;
    refused += 1;
    store.commit(commitOf(told), 'reserve');
    expect(store.leasePages(T0, 60_000, 200).length).toBeGreaterThan(0);
  }
  expect(refused).toBeGreaterThan(20);
  expect(store.sizes()).toMatchObject({ events: 100, owedPages: 100 });
  expect(store.reserve().left).toBeLessThan(0.5 * MIB);
  expect(fits(() => store.commit(commitOf({ readings })))).toBe(false);
});

function fits(write: () => unknown): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (isEdgeError(error, 'STORE_FULL')) return false;
    throw error;
  }
}

function directory(): string {
  const made = mkdtempSync(join(tmpdir(), 'keepsite-reserve-'));
  cleanUps.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}
