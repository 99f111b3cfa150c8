import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { type Reading, timeOf } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Bucket } from '../../ports.ts';
import { openTestStore, temporaryStorePath } from '../../testing/sqlite-file.ts';
import { commitOf, eventOf, incidentOf, owedOf, readingOf, T0 } from '../../testing/store-samples.ts';
import { createSqliteStore, type SqliteStore, type SqliteStoreOptions } from '../sqlite-store.ts';
import { maintain } from './maintenance.ts';
import { migrate } from './schema.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ALL = { device: 'pump-1', from: 0, to: T0 * 2, limit: 1_000_000 };
/** Its passes end only when there is nothing left to do. */
function open(path = temporaryStorePath(), options: Omit<SqliteStoreOptions, 'path'> = {}): SqliteStore {
  return openTestStore(path, { maintainBudgetMs: 60_000, ...options });
}

const EACH_COMMIT = 60;

/** So many readings, one `every` ms, some in each commit. The cloud has accepted all. */
function say(store: SqliteStore, count: number, valueAt: (n: number) => Reading['value'], every = MINUTE): void {
  for (let from = 0; from < count; from += EACH_COMMIT) {
    const readings = Array.from({ length: Math.min(EACH_COMMIT, count - from) }, (_, n) => {
      const at = T0 + (from + n) * every;
      return readingOf({ at, receivedAt: at, value: valueAt(from + n) });
    });
    store.commit(commitOf({ readings }));
  }
  store.saveCursor('uplink.blocks.low', '1000000');
}

function rowsIn(path: string, table: string): number {
  const db = new DatabaseSync(path, { readOnly: true });
  const count = db.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count'];
  db.close();
  return Number(count);
}

test('whatever a reading says comes back the same from raw blocks, pieces, hours and days', async () => {
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
    // Blocks are JSON, which has no −0.
    value: value.map((v) => (Object.is(v, -0) ? 0 : v)),
    at: fc.option(fc.integer({ min: T0 - 50 * HOUR, max: T0 + HOUR })),
    receivedAt: fc.integer({ min: T0, max: T0 + 10 * MINUTE }),
    quality: fc.constantFrom('good', 'stale', 'cached', 'bad', 'unknown'),
    historical: fc.boolean(),
  });
  const commits = fc.array(fc.array(reading, { minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(commits, async (said) => {
      const store = open();
      for (const readings of said) store.commit(commitOf({ readings }));
      for (const at of [0, T0 + HOUR, T0 + 5 * HOUR, T0 + 3 * DAY]) {
        await store.maintain(at);
        for (const device of ['pump-1', 'pump-2', 'a"b\\c', '电梯']) {
          const found = store.readings({ ...ALL, device });
          const expected = said.flat().filter((r) => r.device === device);
          expect(byText(found), String(at)).toEqual(byText(expected));
          expect(found.map(timeOf)).toEqual(found.map(timeOf).toSorted((a, b) => a - b));
        }
      }
      store.close();
    }),
    { numRuns: 8 },
  );
});

function byText(readings: readonly Reading[]): string[] {
  return readings.map((reading) => JSON.stringify(reading)).toSorted();
}

test('a day of a slow series becomes one chunk; what is told late enters it, too', async () => {
  const path = temporaryStorePath();
  const store = open(path);
  say(store, 3 * 24 * 60, (minute) => minute / 7);
  const before = store.readings(ALL);
  await store.maintain(T0 + 4 * DAY);
  expect(store.readings(ALL)).toEqual(before);
  expect([rowsIn(path, 'chunks'), rowsIn(path, 'pieces'), store.sizes().blocks]).toEqual([4, 0, 1]);

  const late = readingOf({ at: T0 + DAY + 30_000, receivedAt: T0 + 4 * DAY, value: 99, historical: true });
  store.commit(commitOf({ readings: [late] }));
  await store.maintain(T0 + 5 * DAY);
  expect(rowsIn(path, 'chunks')).toBe(4);
  expect(store.readings(ALL)).toEqual([...before, late].toSorted((a, b) => timeOf(a) - timeOf(b)));
});

test('a question with a limit reads no further than it must, and gets the earliest', async () => {
  const store = open();
  say(store, 3 * 24 * 60, (minute) => minute);
  const late = readingOf({ at: T0 + 30_000, receivedAt: T0 + 4 * DAY, value: -1, historical: true });
  store.commit(commitOf({ readings: [late] }));
  await store.maintain(T0 + 3 * DAY + HOUR);
  expect(store.readings({ ...ALL, limit: 3 }).map(({ value }) => value)).toEqual([0, -1, 1]);
  expect(store.readings({ ...ALL, from: T0 + DAY, limit: 2 }).map(({ value }) => value)).toEqual([1440, 1441]);
});

test('readings of one series and one instant stay in the order in which they came', async () => {
  const store = open();
  const said = ['first', 'second', 'third', 'fourth'].map((value, n) =>
    readingOf({ value, receivedAt: T0 + n * 30 * MINUTE }),
  );
  for (const [n, reading] of said.entries()) {
    store.commit(commitOf({ readings: [reading] }));
    // All but the newest lie in pieces then.
    await store.maintain(T0 + n * 30 * MINUTE);
    expect(store.readings(ALL)).toEqual(said.slice(0, n + 1));
  }
  await store.maintain(T0 + 3 * DAY);
  expect(store.readings(ALL)).toEqual(said);
  expect(store.latest('pump-1')).toEqual(said.slice(-1));
});

test('chunks of an older version are read as they are, and rewritten', async () => {
  const path = temporaryStorePath();
  const old = new DatabaseSync(path);
  migrate(old, 2);
  old.exec("INSERT INTO series (id, device, metric, part) VALUES (1, 'pump-1', 'temperature_c', '')");
  const add = old.prepare('INSERT INTO chunks (hour, series, kind, rows) VALUES (?, 1, ?, ?)');
  const hour = T0 / HOUR;
  add.run(hour, 1, '[0,40,21.5,0],[60000,40,"warm",1]');
  add.run(hour + 1, 0, '[5,null,null,8]');
  add.run(hour + 1, 0, '[10,-3,true,0]');
  old.close();

  const expected = [
    readingOf(),
    readingOf({ at: T0 + MINUTE, receivedAt: T0 + MINUTE + 40, value: 'warm', historical: true }),
    readingOf({ at: null, receivedAt: T0 + HOUR + 5, value: null, quality: 'unknown' }),
    readingOf({ at: T0 + HOUR + 10, receivedAt: T0 + HOUR + 7, value: true }),
  ];
  const store = open(path);
  expect(store.readings(ALL)).toEqual(expected);
  expect(store.latest('pump-1')).toEqual(expected.slice(-1));
  await store.maintain(T0 + 2 * DAY);
  expect(rowsIn(path, 'json_chunks')).toBe(0);
  expect(store.readings(ALL)).toEqual(expected);
});

test('above its bound the oldest days are thinned and marked so; the course still tells of all that was said', async () => {
  const path = temporaryStorePath();
  const count = 4 * 24 * 120;
  const store = open(path);
  say(store, count, (n) => Math.round(1000 * Math.sin(n)) / 10, MINUTE / 2);
  const end = T0 + 4 * DAY;
  await store.maintain(end + HOUR);
  const question = { device: 'pump-1', metric: 'temperature_c', from: T0, to: end, width: HOUR };
  const whole = store.readings(ALL);
  const course = store.course(question)[0]?.buckets ?? [];
  expect(whole).toHaveLength(count);
  expect(store.sizes().thinned).toBe(0);
  const bytes = store.sizes().inUse;
  store.close();

  const tight = open(path, { maxBytes: bytes - 4_096 });
  await tight.maintain(end + HOUR);
  const thinned = tight.readings(ALL);
  const gone = whole.length - thinned.length;
  expect(gone).toBeGreaterThan(0);
  expect(tight.sizes()).toMatchObject({ thinned: gone, undelivered: 0 });
  // The oldest first, the last of each quarter of an hour stays, and nothing is made up.
  const marked = thinned.filter((reading) => reading.thinned);
  expect(Math.max(...marked.map(timeOf))).toBeLessThan(Math.min(...thinned.filter((r) => !r.thinned).map(timeOf)));
  const said = new Set(whole.map((reading) => JSON.stringify(reading)));
  expect(thinned.filter((reading) => !said.has(JSON.stringify({ ...reading, thinned: undefined })))).toEqual([]);
  const kept = new Set(thinned.map(({ at }) => at));
  const lasts = whole.filter(({ at }) => ((at ?? 0) / MINUTE) % 15 === 14.5);
  expect(lasts.filter(({ at }) => !kept.has(at))).toEqual([]);
  const after = tight.course(question)[0]?.buckets ?? [];
  const told = (bucket: Bucket) => ({ ...bucket, mean: bucket.mean?.toFixed(9), thinned: null });
  expect(after.map(told)).toEqual(course.map(told));
  expect(after[0]?.thinned).toBe(true);
  expect(after.at(-1)?.thinned).toBeUndefined();
});

test('with no room at all every old metric goes, step by step; incidents and their evidence stay', async () => {
  const path = temporaryStorePath();
  const store = open(path);
  store.commit(commitOf({ events: [eventOf(1)], incidents: [incidentOf('inc-1')], pages: [owedOf('p-1', T0)] }));
  say(store, 4 * 24 * 60, (minute) => minute / 3);
  store.commit(commitOf({ events: [eventOf(2), eventOf(3)] }));
  await store.maintain(T0 + 4 * DAY + HOUR);
  store.close();

  const tight = open(path, { maxBytes: 1 });
  const end = T0 + 4 * DAY;
  await tight.maintain(end + HOUR);
  expect(tight.readings({ ...ALL, to: end - 2 * DAY })).toEqual([]);
  expect(tight.readings({ ...ALL, from: end - 16 * HOUR })).toHaveLength(16 * 60);
  expect(tight.events({ after: 0, limit: 10 })).toEqual([eventOf(1), eventOf(2), eventOf(3)]);
  expect(tight.incidents({ limit: 10 })).toEqual([incidentOf('inc-1')]);
  expect(tight.sizes().owedPages).toBe(1);
});

test('what waits for the cloud goes only when nothing else may, the oldest first, and is counted', async () => {
  const path = temporaryStorePath();
  const store = open(path);
  say(store, 4 * 24 * 60, (minute) => minute / 3);
  store.saveCursor('uplink.blocks.low', '1');
  const end = T0 + 4 * DAY;
  await store.maintain(end + HOUR);
  const bytes = store.sizes().inUse;
  const { blocks } = store.sizes();
  store.close();

  const tight = open(path, { maxBytes: bytes - 8_192 });
  await tight.maintain(end + HOUR);
  expect(tight.sizes()).toMatchObject({ blocks, undelivered: 0 });
  expect(tight.sizes().thinned).toBeGreaterThan(0);
  tight.close();

  const none = open(path, { maxBytes: 1 });
  await none.maintain(end + HOUR);
  expect(none.sizes().undelivered).toBe(blocks - 1);
  expect(none.blocks({ after: 0, limit: 9 }).map(({ seq }) => seq)).toEqual([blocks]);
});

test('whatever statement of maintenance is the last one, the disk holds every reading once', () => {
  const path = temporaryStorePath();
  const store = open(path);
  say(store, 3 * 48, (n) => n, 30 * MINUTE);
  store.commit(commitOf({ readings: [readingOf({ at: T0 + 1, receivedAt: T0 + 4 * DAY, value: 'late' })] }));
  const before = byText(store.readings(ALL));
  const db = new DatabaseSync(path, { timeout: 5_000 });
  onTestFinished(() => db.close());
  const seen = new Set<string>();
  // What another connection sees is what a process that is started now would find.
  db.function('look', (table) => {
    seen.add(String(table));
    expect(byText(store.readings(ALL))).toEqual(before);
    return null;
  });
  const written = ['blocks', 'pieces', 'chunks', 'marks'].flatMap((table) =>
    ['INSERT', 'UPDATE', 'DELETE'].map((verb) => [table, verb] as const),
  );
  for (const [table, verb] of written)
    db.exec(
      `CREATE TEMP TRIGGER look_${verb}_${table} AFTER ${verb} ON main.${table} BEGIN SELECT look('${verb} ${table}'); END`,
    );
  for (const hours of [1, 25, 60, 100]) maintain(db, T0 + hours * HOUR, { budgetMs: 60_000, pause: () => false });
  expect([...seen]).toEqual(
    expect.arrayContaining(['INSERT pieces', 'DELETE pieces', 'INSERT chunks', 'DELETE chunks', 'DELETE blocks']),
  );
  expect(rowsIn(path, 'pieces')).toBe(0);
});

test('kill -9 in the midst of maintenance loses and doubles nothing', { timeout: 60_000 }, async () => {
  const path = temporaryStorePath();
  let acknowledged = 0;
  for (let round = 0; round < 4; round++) {
    acknowledged = Math.max(acknowledged, await maintainAndKill(path, 110 + Math.floor(Math.random() * 200)));
    const store = createSqliteStore({ path });
    const { lastBlock } = store.remember();
    expect(store.opened.damaged).toBeNull();
    expect(lastBlock).toBeGreaterThanOrEqual(acknowledged);
    const values = store.readings(ALL).map(({ value }) => value);
    expect(values).toEqual(Array.from({ length: lastBlock * 20 }, (_, n) => n + 20));
    store.close();
  }
  expect(rowsIn(path, 'chunks')).toBeGreaterThan(0);
});

/** Answers with the last block that the killed process had acknowledged. */
async function maintainAndKill(path: string, afterCommits: number): Promise<number> {
  const script = fileURLToPath(new URL('fixtures/maintain-until-killed.ts', import.meta.url));
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

test('a store that is closed in the midst of a pass waits for one step, not for the pass', async () => {
  const path = temporaryStorePath();
  const store = open(path);
  say(store, 20 * 24 * 60, (minute) => minute);
  const before = store.readings(ALL);
  const pass = store.maintain(T0 + 30 * DAY);
  store.close();
  await pass;
  expect(rowsIn(path, 'blocks')).toBeGreaterThan(0);
  const again = open(path);
  await again.maintain(T0 + 30 * DAY);
  expect(again.readings(ALL)).toEqual(before);
});

test('a disk that takes nothing is told; what waits is compacted once there is room', async () => {
  const path = temporaryStorePath();
  const store = open(path);
  say(store, 10 * 24 * 60, (minute) => Math.sin(minute));
  const before = store.readings(ALL);
  const bytes = store.sizes().inUse;
  store.close();
  const full = open(path, { ceilingBytes: bytes });
  await expect(full.maintain(T0 + 11 * DAY)).rejects.toMatchObject({ code: 'STORE_FULL' });
  full.close();
  const roomy = open(path);
  expect(roomy.readings(ALL)).toEqual(before);
  await roomy.maintain(T0 + 11 * DAY);
  expect(roomy.readings(ALL)).toEqual(before);
});
