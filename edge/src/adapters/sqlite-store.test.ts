import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type Reading, timeOf } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { CONTRACT_QUARANTINE, storeContract } from '../testing/store-contract.ts';
import { commitOf, eventOf, incidentOf, owedOf, readingOf, T0 } from '../testing/store-samples.ts';
import { openDatabase } from './sqlite-store/open.ts';
import { migrate } from './sqlite-store/schema.ts';
import { createSqliteStore, type SqliteStore, type SqliteStoreOptions } from './sqlite-store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ALL = { device: 'pump-1', from: 0, to: T0 * 2, limit: 100_000 };
const cleanUps: (() => void)[] = [];

afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

function temporaryFile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-store-'));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'edge.db');
}

function open(path: string, options: Omit<SqliteStoreOptions, 'path'> = {}): SqliteStore {
  const store = createSqliteStore({ path, ...options });
  cleanUps.push(() => store.close());
  return store;
}

storeContract('sqlite', () => {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-store-'));
  const open = () => createSqliteStore({ path: join(directory, 'edge.db'), quarantine: CONTRACT_QUARANTINE });
  return { store: open(), reopen: open, remove: () => rmSync(directory, { recursive: true, force: true }) };
});

test('the file is in WAL mode, fully synchronous and can shrink', () => {
  const { writer, reader } = openDatabase(temporaryFile(), undefined);
  const pragma = (name: string) => Object.values(writer.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  const FULL = 2;
  const INCREMENTAL = 2;
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('auto_vacuum')]).toEqual(['wal', FULL, INCREMENTAL]);
  reader.close();
  writer.close();
});

test('kill -9 at any instant loses nothing that was acknowledged', { timeout: 60_000 }, async () => {
  const path = temporaryFile();
  let acknowledged = 0;
  for (let round = 0; round < 5; round++) {
    acknowledged = Math.max(acknowledged, await commitAndKill(path, 5 + Math.floor(Math.random() * 60)));
    const store = createSqliteStore({ path });
    const { lastBlock, lastEvent } = store.remember();
    const blocks = store.blocks({ after: 0, limit: 1_000_000 });
    expect(store.opened.damaged).toBeNull();
    expect(lastBlock).toBeGreaterThanOrEqual(acknowledged);
    expect(lastEvent?.seq).toBe(lastBlock);
    expect(blocks.map(({ seq }) => seq)).toEqual(Array.from({ length: lastBlock }, (_, n) => n + 1));
    expect(blocks.every(({ rows }) => rows.length === 10)).toBe(true);
    expect(store.sizes().owedPages).toBe(lastBlock);
    store.close();
    expect(integrityOf(path)).toBe('ok');
  }
  expect(acknowledged).toBeGreaterThan(25);
});

/** Answers with the last block that the killed process had acknowledged. */
async function commitAndKill(path: string, afterCommits: number): Promise<number> {
  const script = fileURLToPath(new URL('./sqlite-store/fixtures/commit-until-killed.ts', import.meta.url));
  const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let last = 0;
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    heard += 1;
    if (heard === afterCommits) child.kill('SIGKILL');
  }
  await exited;
  return last;
}

function integrityOf(path: string): unknown {
  const db = new DatabaseSync(path);
  const verdict = db.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
  db.close();
  return verdict;
}

test('a full disk refuses the commit whole, keeps what was there, and goes on once there is room', () => {
  const path = temporaryFile();
  const tight = createSqliteStore({ path, ceilingBytes: 1024 * 1024 });
  const readings = Array.from({ length: 500 }, (_, n) => readingOf({ at: T0 + n, value: `value ${n} of a full disk` }));
  let blocks = 0;
  let refusal: unknown;
  while (!refusal && blocks < 1_000) {
    try {
      tight.commit(commitOf({ readings, events: [eventOf(blocks + 1)] }));
      blocks += 1;
    } catch (error) {
      refusal = error;
    }
  }
  expect(refusal).toMatchObject({ code: 'STORE_FULL' });
  expect(tight.remember()).toMatchObject({ lastBlock: blocks, lastEvent: { seq: blocks } });
  expect(() => tight.commit(commitOf({ readings }))).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
  tight.close();
  expect(open(path).commit(commitOf({ readings, events: [eventOf(blocks + 1)] }))).toEqual({ block: blocks + 1 });
  expect(integrityOf(path)).toBe('ok');
});

test('a damaged file is set aside, a new one started, and what can be read is carried over', () => {
  const path = temporaryFile();
  const first = createSqliteStore({ path });
  first.commit(commitOf({ events: [eventOf(1)], incidents: [incidentOf('inc-1')], pages: [owedOf('p-1', T0)] }));
  for (let n = 0; n < 200; n++) {
    const readings = Array.from({ length: 100 }, (_, r) => readingOf({ at: T0 + r, value: n }));
    first.commit(commitOf({ readings }));
  }
  first.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, bytes.length - 300_000, bytes.length - 100_000);
  writeFileSync(path, bytes);

  const store = open(path);
  expect(store.opened.damaged).toMatch(/edge\.db\.damaged-\d{4}-/);
  expect(readdirSync(dirname(path)).some((name) => name.includes('.damaged-'))).toBe(true);
  expect(store.remember().lastEvent).toEqual({ seq: 1, hash: eventOf(1).hash });
  expect(store.incident('inc-1')).toEqual(incidentOf('inc-1'));
  expect(store.sizes().owedPages).toBe(1);
  expect(store.opened.rescued).toMatchObject({ events: 1, incidents: 1, pages: 1 });
  const { lastBlock } = store.remember();
  expect(lastBlock).toBeLessThanOrEqual(200);
  expect(store.commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: lastBlock + 1 });
  expect(integrityOf(path)).toBe('ok');
});

test('a file that is no database at all is set aside too', () => {
  const path = temporaryFile();
  writeFileSync(path, 'this was never a database, '.repeat(1_000));
  const store = open(path);
  expect(store.opened).toMatchObject({ damaged: expect.stringContaining('.damaged-'), rescued: {} });
  expect(store.commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 1 });
});

test('a file of the first version goes on: what it kept of strangers waits for them, the rest is quarantined', () => {
  const path = temporaryFile();
  const old = new DatabaseSync(path);
  migrate(old, 1);
  const add = old.prepare(
    'INSERT INTO quarantine (at, topic, device, family, reason, size, payload) VALUES (?, ?, ?, ?, ?, 2, ?)',
  );
  const bytes = new Uint8Array([1, 2]);
  add.run(T0, 'a', 'meter', 'tasmota', 'not JSON', bytes);
  add.run(T0, 'b', 'new-1', 'tasmota', 'a device that nobody has adopted', bytes);
  add.run(T0, 'c', null, null, 'no dialect recognises this message', bytes);
  old.close();

  const store = open(path);
  expect(store.quarantine({ limit: 9 }).items.map(({ topic, stranger }) => [topic, stranger])).toEqual([
    ['c', 'c'],
    ['a', null],
  ]);
  expect(store.kept({ of: { stranger: 'new-1' }, limit: 9 })).toMatchObject([
    { topic: 'b', reason: null, payload: bytes },
  ]);
  expect([store.keptFor('new-1'), store.keptFor('c')]).toEqual([1, 1]);
  store.commit(commitOf({ released: [2] }));
  expect(store.keptFor('new-1')).toBe(0);
});

test('a file of a newer version is left alone', () => {
  const path = temporaryFile();
  open(path).close();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 99');
  db.close();
  expect(() => createSqliteStore({ path })).toThrow(/newer Keepsite/);
  expect(readdirSync(dirname(path)).some((name) => name.includes('.damaged-'))).toBe(false);
});

test('above its bound the oldest metrics are thinned, then dropped; incidents and events stay', () => {
  const path = temporaryFile();
  const store = open(path, { maxBytes: 100_000, maintainBudgetMs: 10_000 });
  store.commit(commitOf({ events: [eventOf(1)], incidents: [incidentOf('inc-1')] }));
  for (let minute = 0; minute < 3 * 24 * 60; minute += 30) {
    const readings = Array.from({ length: 30 }, (_, n) => {
      const at = T0 + (minute + n) * MINUTE;
      return readingOf({ at, receivedAt: at, value: (minute + n) / 7 });
    });
    store.commit(commitOf({ readings }));
  }
  store.saveCursor('uplink.blocks.low', '1000');
  const end = T0 + 3 * DAY;
  store.maintain(end + HOUR);
  expect(store.readings(ALL)).toHaveLength(3 * 24 * 60);
  store.maintain(end + HOUR);
  const old = store.readings({ ...ALL, from: T0, to: T0 + DAY });
  expect(old).toHaveLength(24 * 4);
  expect(old.map((reading) => ((timeOf(reading) - T0) / MINUTE) % 15)).toEqual(old.map(() => 0));
  expect(store.readings({ ...ALL, from: end - 12 * HOUR })).toHaveLength(12 * 60);
  for (let n = 0; n < 10; n++) store.maintain(end + HOUR);
  expect(store.readings({ ...ALL, to: T0 + DAY })).toEqual([]);
  expect(store.readings({ ...ALL, from: end - 12 * HOUR })).toHaveLength(12 * 60);
  expect(store.events({ after: 0, limit: 10 })).toHaveLength(1);
  expect(store.incidents({ limit: 10 })).toHaveLength(1);
});

test('whatever a reading says comes back the same from raw blocks and from chunks', () => {
  const value = fc.oneof(
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.boolean(),
    fc.string(),
    fc.constant(null),
  );
  const reading: fc.Arbitrary<Reading> = fc.record({
    device: fc.constantFrom('pump-1', 'pump-2', 'a"b\\c', '电梯'),
    metric: fc.constantFrom('temperature_c', 'leak'),
    part: fc.constantFrom(null, 'a', 'ch1'),
    value: value.map((v) => (Object.is(v, -0) ? 0 : v)),
    at: fc.option(fc.integer({ min: T0 - 5 * HOUR, max: T0 + HOUR })),
    receivedAt: fc.integer({ min: T0, max: T0 + 10 * MINUTE }),
    quality: fc.constantFrom('good', 'stale', 'cached', 'bad', 'unknown'),
    historical: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(fc.array(reading, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 8 }),
      (commits) => {
        const store = open(temporaryFile());
        for (const readings of commits) store.commit(commitOf({ readings }));
        for (const round of ['raw', 'chunks']) {
          for (const device of ['pump-1', 'pump-2', 'a"b\\c', '电梯']) {
            const expected = commits.flat().filter((r) => r.device === device);
            const found = store.readings({ ...ALL, device });
            expect(byText(found), round).toEqual(byText(expected));
            expect(found.map(timeOf)).toEqual(found.map(timeOf).toSorted((a, b) => a - b));
          }
          store.maintain(T0 + HOUR);
        }
        store.close();
      },
    ),
    { numRuns: 25 },
  );
});

function byText(readings: readonly Reading[]): string[] {
  return readings.map((reading) => JSON.stringify(reading)).toSorted();
}

test('more readings than a block may hold become several blocks of one commit', () => {
  const store = open(temporaryFile());
  const readings = Array.from({ length: 45_000 }, (_, n) => readingOf({ at: T0 + n }));
  expect(store.commit(commitOf({ readings }))).toEqual({ block: 3 });
  expect(store.blocks({ after: 0, limit: 9 }).map(({ rows }) => rows.length)).toEqual([20_000, 20_000, 5_000]);
});
