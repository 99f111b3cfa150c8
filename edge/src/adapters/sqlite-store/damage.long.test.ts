import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Incident, type IncidentEvent, ReadingBlock } from '@keepsite/edge-contract';
import { GENESIS, hashOf } from '@keepsite/edge-evidence';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EPOCH_KEY, epochOf } from '../../domain/epoch.ts';
import { DAMAGE_KEY, damageOf } from '../../domain/store-damage.ts';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createLonePipeline, messageOf } from '../../testing/lone-pipeline.ts';
import { createLoneRelay } from '../../testing/lone-relay.ts';
import { commitOf } from '../../testing/store-samples.ts';
import { createSqliteStore, type SqliteStore } from '../sqlite-store.ts';

/** What a gateway had written when it was killed: the file, and its log beside it. */
interface Left {
  readonly file: Buffer;
  readonly log: Buffer;
  readonly events: readonly IncidentEvent[];
}

let root: string;
let left: Left;
let copies = 0;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'keepsite-damage-'));
  left = await aGatewayThatWasKilled(join(root, 'first.sqlite'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('whatever bytes of the file or of its log are damaged, the gateway starts, works, numbers on, and starts again', async () => {
  const places = fc.record({
    where: fc.constantFrom('file' as const, 'log' as const),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.constantFrom(1, 1, 3, 64, 4_096, 40_000),
    xor: fc.integer({ min: 1, max: 255 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(places, { minLength: 1, maxLength: 3 }), async (damages) => {
      const path = place(left, (bytes, where) => {
        for (const damage of damages.filter((one) => one.where === where)) flip(bytes, damage);
      });
      const first = await worked(path);
      expect(first.added.every(isLinkedTo(first.before))).toBe(true);
      expect(first.open).toBeGreaterThanOrEqual(1);

      const second = await worked(path);
      expect(second.damaged).toBeNull();
      expect(second.before).toEqual(first.after);
    }),
    { numRuns: 25 },
  );
}, 120_000);

test.each([
  ['its header', 0, 100],
  ['the page of its schema', 100, 3_000],
])('a file whose damage is in %s is set aside, kept, counted and told', async (_, from, length) => {
  const path = closedInOrder();
  const whole = readFileSync(path);
  writeFileSync(path, Buffer.from(whole).fill(0xa5, from, from + length));
  const { damage } = await worked(path);
  expect(damage).toMatchObject({ times: 1, told: false, file: expect.stringContaining('.damaged-') });
  expect(readFileSync(damage?.file ?? '')).toHaveLength(whole.length);
});

test('an incident whose row is lost is folded anew from its events, and what it still owes is owed as a possible duplicate', () => {
  const path = place(left);
  const db = new DatabaseSync(path);
  db.exec(`UPDATE incidents SET json = '{' || json; DELETE FROM pages`);
  db.close();
  const store = createSqliteStore({ path });
  const damage = damageOf(store.cursor(DAMAGE_KEY));
  expect(damage).toMatchObject({ unusable: 1, rebuilt: 1, numbersGoOn: true });
  const [incident] = store.incidents({ state: 'open', limit: 9 });
  expect(incident).toMatchObject({ fault: 'entrapment', response: 'open' });
  const [page] = store.duePages(Infinity, 9);
  expect(page).toMatchObject({ incident: incident?.id, page: { possibleDuplicate: true, to: { person: 'li' } } });
  store.close();
});

test.each([
  ['no JSON', `UPDATE checkpoint_pieces SET state = '{' WHERE n = 2`],
  ['no piece', `UPDATE checkpoint_pieces SET state = '{"rules":[[1]],"notes":[]}' WHERE n = 3`],
])('of a checkpoint one piece of which is %s nothing counts: what is left would contradict itself', (_, damage) => {
  const path = place(left);
  const db = new DatabaseSync(path);
  db.exec(`
    DELETE FROM checkpoint_pieces;
    INSERT INTO checkpoint_pieces (n, state)
      SELECT value, '{"rules":[],"notes":[]}' FROM json_each('[1, 2, 3, 4]');
    INSERT OR REPLACE INTO checkpoint (one, block, first, last) VALUES (1, 5, 2, 3);
  `);
  db.close();
  const sound = createSqliteStore({ path });
  expect(sound.opened.damaged).toBeNull();
  expect(sound.bearings().checkpoint).toEqual({ block: 5 });
  sound.close();
  const again = new DatabaseSync(path);
  again.exec(damage);
  again.close();
  const store = createSqliteStore({ path });
  expect(store.opened.damaged).toContain('.damaged-');
  expect(store.bearings().checkpoint).toBeNull();
  expect(store.checkpointPiece(0)).toBeUndefined();
  store.close();
});

test('the rows behind a damaged page are rescued as well as those before it, and the numbers go on', () => {
  const path = join(root, 'many.sqlite');
  const store = createSqliteStore({ path });
  const [event] = left.events as [IncidentEvent];
  const events = Array.from({ length: 2_000 }, (_, n) => ({ ...event, seq: n + 1, incident: `i-${n + 1}` }));
  store.commit(commitOf({ events }));
  store.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 5_000);
  writeFileSync(path, bytes);
  const again = createSqliteStore({ path });
  const seqs = again.events({ after: 0, limit: 10_000 }).map(({ seq }) => seq);
  expect([seqs[0], seqs.at(-1)]).toEqual([1, 2_000]);
  expect(seqs.length).toBeGreaterThan(1_500);
  expect(damageOf(again.cursor(DAMAGE_KEY))?.numbersGoOn).toBe(true);
  again.close();
});

test('damage that shows while the store is in use is told once, and the next start trusts the file no more', () => {
  const path = place(left);
  const told: string[] = [];
  const store = createSqliteStore({ path, onDamaged: ({ code }) => told.push(code) });
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4_096);
  writeFileSync(path, bytes);
  const read = () => store.events({ after: 0, limit: 10_000 });
  expect(read).toThrow(expect.objectContaining({ code: 'STORE_DAMAGED' }));
  expect(read).toThrow();
  expect(told).toEqual(['STORE_DAMAGED']);
  store.close();

  copyFileSync(path, `${path}.kept`);
  writeFileSync(path, left.file);
  const again = createSqliteStore({ path });
  expect(again.opened.damaged).toContain('.damaged-');
  again.close();
  expect(createClosed(path)).toBeNull();
});

test('who is killed while it rescues rescues again, and who is killed at the last step has all of it', () => {
  const path = closedInOrder();
  writeFileSync(path, readFileSync(path).fill(0xa5, 0, 100));
  writeFileSync(`${path}.rescued`, 'half a successor');
  const store = createSqliteStore({ path });
  expect(store.opened.damaged).not.toBeNull();
  store.close();

  const whole = place(left);
  createSqliteStore({ path: whole }).close();
  const last = join(root, 'last.sqlite');
  copyFileSync(whole, `${last}.rescued`);
  const renamed = createSqliteStore({ path: last });
  expect(renamed.events({ after: 0, limit: 10_000 }).length).toBe(left.events.length);
  renamed.close();
});

test('where the newest rows are lost, numbers leap beyond all that was ever given, and stay in their epoch', () => {
  const path = join(root, 'tail.sqlite');
  const store = createSqliteStore({ path });
  const epoch = store.cursor('epoch');
  const [event] = left.events as [IncidentEvent];
  const events = Array.from({ length: 2_000 }, (_, n) => ({ ...event, seq: n + 1, incident: `i-${n + 1}` }));
  store.commit(commitOf({ events }));
  store.saveCursor('uplink.events', '[[7,8],[1990,null]]');
  store.close();
  const db = new DatabaseSync(path);
  db.exec(`UPDATE events SET json = 'gone' WHERE seq > 1995`);
  db.close();

  const again = createSqliteStore({ path });
  expect(damageOf(again.cursor(DAMAGE_KEY))).toMatchObject({ unusable: 5, numbersGoOn: false });
  expect(again.remember().lastEvent).toEqual({ seq: 1_001_995, hash: event.hash });
  expect(again.cursor('uplink.events')).toBe('[[7,8],[1990,1995],[1001996,null]]');
  expect([again.cursor('epoch'), epoch]).toEqual([epoch, expect.stringMatching(/^"[a-z0-9]{10}"$/)]);
  again.commit(commitOf({ events: [{ ...event, seq: 1_001_996 }] }));
  expect(again.remember().lastEvent?.seq).toBe(1_001_996);
  again.close();
});

test('a store that is gone, or of which nothing is left, numbers from 1 in a new epoch', () => {
  const path = closedInOrder();
  const before = readEpoch(path);
  rmSync(path);
  const wiped = readEpoch(path);
  writeFileSync(path, 'this was never a database, '.repeat(1_000));
  const ruined = readEpoch(path);
  expect(new Set(['', before, wiped, ruined]).size).toBe(4);
  expect(readEpoch(path)).toBe(ruined);
});

// ------------------------------------------------------------------------------------ helpers

const LEAP = 1_000_000;

function readEpoch(path: string): string {
  const store = createSqliteStore({ path });
  const epoch = epochOf(store.cursor(EPOCH_KEY));
  store.close();
  return epoch;
}

function createClosed(path: string): string | null {
  const store = createSqliteStore({ path });
  store.close();
  return store.opened.damaged;
}

/** A copy of what was left behind, with a way to damage it. */
function place(what: Left, damage: (bytes: Buffer, where: 'file' | 'log') => void = () => undefined): string {
  const path = join(root, `copy-${(copies += 1)}.sqlite`);
  const file = Buffer.from(what.file);
  const log = Buffer.from(what.log);
  damage(file, 'file');
  damage(log, 'log');
  writeFileSync(path, file);
  writeFileSync(`${path}-wal`, log);
  return path;
}

/** A store whose log is in its file. */
function closedInOrder(): string {
  const path = place(left);
  createSqliteStore({ path }).close();
  return path;
}

function flip(bytes: Buffer, { from, length, xor }: { from: number; length: number; xor: number }): void {
  const start = Math.floor(from * (bytes.length - 1));
  for (let at = start; at < Math.min(bytes.length, start + length); at += 1) bytes[at] = (bytes[at] ?? 0) ^ xor;
}

const fault = (state: string) => ({ fault: 'entrapment', state });

function gateway(store: SqliteStore) {
  const clock = createFakeClock();
  const pipeline = createLonePipeline({ store, clock });
  const say = (path: string, body: object) =>
    pipeline.receive(messageOf(`keepsite/park/devices/${path}`, body, clock.now()));
  return { clock, pipeline, say };
}

/** Half of what it has written stands in the file, half in its log. */
async function aGatewayThatWasKilled(path: string): Promise<Left> {
  const store = createSqliteStore({ path });
  const { clock, pipeline, say } = gateway(store);
  for (let n = 0; n < 60; n += 1) {
    say('lift-3/fault', fault(n % 2 === 0 ? 'raised' : 'cleared'));
    for (let r = 0; r < 20; r += 1) say('meter-1/reading', { metric: 'active_power_w', value: n * r });
    await pipeline.flush();
    clock.advance(10);
    if (n === 20)
      store.saveCheckpoint({ number: 0, state: '{"rules":[],"notes":[]}', block: store.remember().lastBlock });
    if (n === 25) for (const kind of ['events', 'blocks']) store.saveCursor(`uplink.${kind}`, '[[5,9],[21,null]]');
    if (n === 26) store.saveCursor('uplink.refused', '{"total":3,"gone":2,"items":[]}');
    if (n === 30) checkpointFile(path);
  }
  const found = {
    file: readFileSync(path),
    log: readFileSync(`${path}-wal`),
    events: store.events({ after: 0, limit: 10_000 }),
  };
  await pipeline.stop();
  store.close();
  return found;
}

function checkpointFile(path: string): void {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  db.close();
}

/** Starts on it, hears a fault, and ends in order. */
async function worked(path: string) {
  const store = createSqliteStore({ path });
  const events = () => store.events({ after: 0, limit: 10_000 });
  const before = events();
  const { pipeline, say } = gateway(store);
  const uplink = { send: () => Promise.reject(new Error('away')) };
  createLoneRelay({ store, uplink });
  say('lift-3/fault', fault('raised'));
  say('meter-1/reading', { metric: 'active_power_w', value: 1 });
  await pipeline.flush();
  const after = events();
  const blocks = store.blocks({ after: 0, limit: 10_000 });
  expect(blocks.every((block) => ReadingBlock.safeParse(block).success)).toBe(true);
  const open = store
    .incidents({ state: 'open', limit: 9 })
    .filter(({ fault: name }: Incident) => name === 'entrapment');
  const damage = damageOf(store.cursor(DAMAGE_KEY));
  await pipeline.stop();
  store.close();
  expect(readdirSync(root).some((name) => name.endsWith('.suspect'))).toBe(false);
  const added = after.filter(({ seq }) => seq > (before.at(-1)?.seq ?? 0));
  return { before, after, added, open: open.length, damage, damaged: store.opened.damaged };
}

function isLinkedTo(before: readonly IncidentEvent[]) {
  return (event: IncidentEvent, index: number, added: readonly IncidentEvent[]): boolean => {
    const last = added[index - 1] ?? before.at(-1);
    const leapt = index === 0 && event.seq > LEAP;
    const isNext = (leapt || event.seq === (last?.seq ?? 0) + 1) && event.prev === (last?.hash ?? GENESIS);
    return isNext && hashOf(event) === event.hash;
  };
}
