import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openTestStore, temporaryStorePath } from '../testing/sqlite-file.ts';
import { CONTRACT_QUARANTINE, storeContract } from '../testing/store-contract.ts';
import { commitOf, eventOf, incidentOf, owedOf, readingOf, T0 } from '../testing/store-samples.ts';
import { createWays } from './sqlite-store/connection.ts';
import { openDatabase } from './sqlite-store/open.ts';
import { migrate } from './sqlite-store/schema.ts';
import { createSqliteStore } from './sqlite-store.ts';

storeContract('sqlite', () => {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-store-'));
  const open = () => createSqliteStore({ path: join(directory, 'edge.db'), quarantine: CONTRACT_QUARANTINE });
  return { store: open(), reopen: open, remove: () => rmSync(directory, { recursive: true, force: true }) };
});

test('the file is in WAL mode, fully synchronous and can shrink', () => {
  const { writer, reader } = openDatabase(temporaryStorePath(), undefined);
  const pragma = (name: string) => Object.values(writer.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  const FULL = 2;
  const INCREMENTAL = 2;
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('auto_vacuum')]).toEqual(['wal', FULL, INCREMENTAL]);
  reader.close();
  writer.close();
});

test('what others wait for is on the disk when it returns; what is synced beside it leaves the connection as it was', () => {
  const { writer, reader } = openDatabase(temporaryStorePath(), undefined);
  const synchronous = () => writer.prepare('PRAGMA synchronous').get()?.['synchronous'];
  let quick = 0;
  const { durably, quickly } = createWays(writer, () => (quick += 1));
  const [NORMAL, FULL] = [1, 2];
  expect([quickly(synchronous), durably(synchronous), quickly(synchronous), durably(synchronous)]).toEqual([
    NORMAL,
    FULL,
    NORMAL,
    FULL,
  ]);
  expect(quick).toBe(2);
  expect(() => quickly(() => writer.exec('no such thing'))).toThrow('syntax error');
  expect(quick).toBe(2);
  expect(durably(synchronous)).toBe(FULL);
  reader.close();
  writer.close();
});

test('a disk that does not keep what was written is told of once, and the next start trusts the file no more', async () => {
  const path = temporaryStorePath();
  const told: string[] = [];
  const failing = createSqliteStore({
    path,
    sync: () => Promise.reject(new Error('EIO: i/o error, fdatasync')),
    onDamaged: ({ message }) => told.push(message),
  });
  failing.commit(commitOf({ events: [eventOf(1)], readings: [readingOf()] }));
  for (const synced of [failing.synced(), failing.synced()])
    await expect(synced).rejects.toMatchObject({ code: 'STORE_DAMAGED' });
  expect(told).toEqual([expect.stringContaining('EIO: i/o error')]);
  failing.close();
  const store = openTestStore(path);
  expect(store.opened).toMatchObject({
    damaged: expect.stringContaining('.damaged-'),
    rescued: { events: 1, blocks: 1 },
  });
});

test('the log is shortened by a thread of its own as it grows', async () => {
  const path = temporaryStorePath();
  const store = openTestStore(path);
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  const inFile = () => other.prepare('PRAGMA wal_checkpoint(NOOP)').get()?.['checkpointed'];
  const state = JSON.stringify('x'.repeat(100_000));
  for (let n = 0; n < 60; n += 1) store.saveCheckpoint({ number: 0, state, block: 1 });
  await vi.waitUntil(() => Number(inFile()) > 1_000, { timeout: 20_000, interval: 5 });
});

test('what is forgotten stands in no file any more', () => {
  const path = temporaryStorePath();
  const store = createSqliteStore({ path });
  for (let n = 0; n < 50; n += 1) store.saveCursor(`reporter.${n}`, `"someone ${n}, 1380000${n}"`);
  store.saveCursor('reporter.wu', '"吴女士 13812345678"');
  store.forgetCursor('reporter.wu');
  const files = readdirSync(dirname(path)).map((name) => readFileSync(join(dirname(path), name)).toString('latin1'));
  expect(files.join('')).not.toContain('13812345678');
  expect(files.join('')).toContain('someone 49');
  store.close();
});

test('kill -9 at any instant loses nothing that was acknowledged', { timeout: 60_000 }, async () => {
  const path = temporaryStorePath();
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
  const path = temporaryStorePath();
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
  expect(openTestStore(path).commit(commitOf({ readings, events: [eventOf(blocks + 1)] }))).toEqual({
    block: blocks + 1,
  });
  expect(integrityOf(path)).toBe('ok');
});

test('a damaged file is set aside, a new one started, and what can be read is carried over', () => {
  const path = temporaryStorePath();
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

  const store = openTestStore(path);
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
  const path = temporaryStorePath();
  writeFileSync(path, 'this was never a database, '.repeat(1_000));
  const store = openTestStore(path);
  expect(store.opened).toMatchObject({ damaged: expect.stringContaining('.damaged-'), rescued: {} });
  expect(store.commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 1 });
});

test('a file of the first version goes on: what it kept of strangers waits for them, the rest is quarantined', () => {
  const path = temporaryStorePath();
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

  const store = openTestStore(path);
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

test('the checkpoint of a file that kept it in one row goes on as one piece', () => {
  const path = temporaryStorePath();
  const old = new DatabaseSync(path);
  migrate(old, 5);
  old.exec(`INSERT INTO checkpoint (one, block, state) VALUES (1, 12, '{"rules":[["r",1]],"notes":[]}')`);
  old.close();
  const store = openTestStore(path);
  expect(store.bearings().checkpoint).toEqual({ block: 12 });
  expect([0, 1].map((number) => store.checkpointPiece(number))).toEqual(['{"rules":[["r",1]],"notes":[]}', undefined]);
});

test('half a checkpoint that a full disk refused gives its room back, to the commits and after a kill to the next one', () => {
  const path = temporaryStorePath();
  const tight = createSqliteStore({ path, ceilingBytes: 1024 * 1024 });
  const state = JSON.stringify({ rules: [['r', 'x'.repeat(60_000)]], notes: [] });
  const save = (number: number, block: number | null) => tight.saveCheckpoint({ number, state, block });
  save(0, 1);
  const before = tight.sizes().inUse;
  const fill = () => Array.from({ length: 100 }, (_, number) => save(number, null));
  expect(fill).toThrow(expect.objectContaining({ code: 'STORE_FULL' }));
  expect(tight.sizes().inUse).toBeLessThanOrEqual(before + 8_192);
  expect(tight.bearings().checkpoint).toEqual({ block: 1 });
  for (let number = 0; number < 5; number += 1) save(number, null);
  save(0, 2);
  expect(tight.bearings().checkpoint).toEqual({ block: 2 });
  // The one before goes with the pieces of the next.
  expect(tight.sizes().inUse).toBeLessThanOrEqual(before + 60_000 + 8_192);
  tight.close();
});

test('a file of a newer version is left alone', () => {
  const path = temporaryStorePath();
  openTestStore(path).close();
  const db = new DatabaseSync(path);
  db.exec('PRAGMA user_version = 99');
  db.close();
  expect(() => createSqliteStore({ path })).toThrow(/newer Keepsite/);
  expect(readdirSync(dirname(path)).some((name) => name.includes('.damaged-'))).toBe(false);
});

test('more readings than a block may hold become several blocks of one commit', () => {
  const store = openTestStore();
  const readings = Array.from({ length: 45_000 }, (_, n) => readingOf({ at: T0 + n }));
  expect(store.commit(commitOf({ readings }))).toEqual({ block: 3 });
  expect(store.blocks({ after: 0, limit: 9 }).map(({ rows }) => rows.length)).toEqual([20_000, 20_000, 5_000]);
});
