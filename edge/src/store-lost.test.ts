import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Batch } from '@keepsite/edge-contract';
import { GENESIS, verifyChain } from '@keepsite/edge-evidence';
import { beforeEach, expect, test } from 'vitest';
import { createSqliteStore } from './adapters/sqlite-store.ts';
import { EPOCH_KEY, epochOf, incidentPrefix } from './domain/epoch.ts';
import { goOnBeyond, lostTrouble } from './stores.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { createLonePipeline, messageOf } from './testing/lone-pipeline.ts';
import { createLoneRelay } from './testing/lone-relay.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

let directory: string;
beforeEach(() => {
  directory = temporaryFolder();
});

test('an edge whose store was lost sends numbers from 1 under another epoch, and no incident takes the id of an old one', async () => {
  const before = await worked(directory);
  const restarted = await worked(directory);
  rmSync(directory, { recursive: true });
  const after = await worked(directory);

  expect(restarted.epoch).toBe(before.epoch);
  expect(after.epoch).not.toBe(before.epoch);
  expect([before, after].map(({ events }) => events[0]?.seq)).toEqual([1, 1]);
  expect(restarted.events[0]?.seq).toBe((before.events.at(-1)?.seq ?? 0) + 1);
  for (const { events } of [before, after]) expect(verifyChain(events, { seq: 0, hash: GENESIS }).ok).toBe(true);
  const ids = [before, after].map(({ events }) => events[0]?.incident);
  expect(ids).toEqual([`edge-1-${before.epoch}-1`, `edge-1-${after.epoch}-1`]);
});

test('a store of an older version has no epoch and is given none: its numbers and ids go on as they were', () => {
  const path = join(directory, 'store.sqlite');
  createSqliteStore({ path }).close();
  const old = new DatabaseSync(path);
  old.exec(`DELETE FROM cursors WHERE key = '${EPOCH_KEY}'`);
  old.close();
  const store = createSqliteStore({ path });
  expect(incidentPrefix('edge-1', epochOf(store.cursor(EPOCH_KEY)))).toBe('edge-1');
  store.close();
});

test('a store that ends before what the cloud has of it says so, counts no verdict, and numbers on far beyond at its next start', async () => {
  const path = join(directory, 'store.sqlite');
  const told = await worked(directory);
  const last = told.events.at(-1)?.seq ?? 0;
  const store = createSqliteStore({ path });
  const behind: { readonly event: number; readonly block: number }[] = [];
  const known = { event: last + 5, block: 0 };
  const sent: Batch[] = [];
  const relay = createLoneRelay({
    epoch: told.epoch,
    store,
    uplink: {
      send(batch) {
        sent.push(batch);
        const results = batch.events.map(({ seq }) => ({
          kind: 'event' as const,
          seq,
          verdict: 'duplicate' as const,
          reason: null,
        }));
        return Promise.resolve({ results, known });
      },
    },
    onBehind: (more) => void behind.push(more),
  });
  const pipeline = createLonePipeline({ store, clock: createFakeClock() });
  const message = messageOf('keepsite/park/devices/lift-3/fault', { fault: 'brake', state: 'raised' }, 0);
  pipeline.receive(message);
  await pipeline.flush();
  relay.committed({ event: last + 2, block: null });

  expect(await relay.step()).toBe('failed');
  expect(behind).toEqual([known]);
  expect(relay.status().waiting.events).toBe(2);
  expect(goOnBeyond(store, known, 'now').message).toContain(`event ${last + 5}`);
  await pipeline.stop();
  store.close();

  const after = createSqliteStore({ path });
  expect(after.bearings().lastEvent?.seq).toBeGreaterThan(last + 1_000_000);
  expect(lostTrouble(after)).toContain(`event ${last + 5}`);
  after.close();
});

/** Hears a fault that lasts or comes again, sends all there is, and ends in order; answers what the cloud got. */
async function worked(dir: string) {
  const store = createSqliteStore({ path: join(dir, 'store.sqlite') });
  const clock = createFakeClock();
  const epoch = epochOf(store.cursor(EPOCH_KEY));
  const pipeline = createLonePipeline({ incidentPrefix: incidentPrefix('edge-1', epoch), store, clock });
  for (const state of ['raised', 'cleared', 'raised'])
    pipeline.receive(messageOf('keepsite/park/devices/lift-3/fault', { fault: 'entrapment', state }, clock.now()));
  await pipeline.flush();
  const sent: Batch[] = [];
  await send(store, epoch, sent);
  await pipeline.stop();
  store.close();
  expect(new Set(sent.map((batch) => batch.epoch))).toEqual(new Set([epoch]));
  return { epoch, events: sent.flatMap(({ events }) => events) };
}

async function send(store: ReturnType<typeof createSqliteStore>, epoch: string, sent: Batch[]): Promise<void> {
  const relay = createLoneRelay({
    epoch,
    store,
    uplink: {
      send(batch) {
        sent.push(batch);
        const verdict = 'accepted' as const;
        const events = batch.events.map(({ seq }) => ({ kind: 'event' as const, seq, verdict, reason: null }));
        const blocks = batch.blocks.map(({ seq }) => ({ kind: 'block' as const, seq, verdict, reason: null }));
        return Promise.resolve({ results: [...events, ...blocks] });
      },
    },
  });
  while (relay.status().waiting.events > 0) await relay.step();
}
