import type { Incident, Page, Registry } from '@keepsite/edge-contract';
import { verifyChain } from '@keepsite/edge-evidence';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createNotifier } from './adapters/notifier.ts';
import { createSqliteStore } from './adapters/sqlite-store.ts';
import { createDirectory } from './domain/directory.ts';
import type { Store } from './ports.ts';
import { createMemoryDisk, createMemoryStore } from './testing/memory-store.ts';
import { campus, createStormBench } from './testing/storm-bench.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).toReversed()) close();
});

/** A disk that can be opened again. */
const DISKS: Readonly<Record<string, () => () => Store>> = {
  'a memory store': () => {
    const disk = createMemoryDisk();
    return () => createMemoryStore({ disk });
  },
  SQLite: () => {
    const dir = mkdtempSync(join(tmpdir(), 'storm-'));
    closing.push(() => rmSync(dir, { recursive: true }));
    return () => {
      const store = createSqliteStore({ path: join(dir, 'edge.sqlite') });
      closing.push(() => store.close());
      return store;
    };
  },
};

/** The newest page of an incident as its person reads it. */
async function textOf(incident: Incident, registry: Registry, now: number): Promise<string> {
  const heard: string[] = [];
  const notifier = createNotifier({
    edge: 'edge-1',
    directory: () => createDirectory(registry),
    people: () => registry.people,
    clock: { now: () => now },
    publish: (_, payload) => Promise.resolve(void heard.push(String(payload))),
    log: () => undefined,
    webhook: { url: null, secret: null },
    demo: true,
    publicUrl: () => null,
  });
  const page = incident.pages.at(-1) as Page;
  await notifier.deliver({ incident: incident.id, page, attempts: 0, notBefore: 0, urgency: 0 }, incident, () => true);
  await notifier.close();
  return (JSON.parse(heard[0] ?? '{}') as { text: string }).text;
}

const KINDS = ['safety_chain_open', 'door_lock_chain_open', 'tamper', 'pump_cycling', 'no_data', 'phase_loss'] as const;
const SIZE = { zones: 10, liftsPerZone: 97, sumpsPerZone: 1 } as const;

describe.each(Object.entries(DISKS))('a thousand devices fail in one second, in %s', (_, newDisk) => {
  test('one person gets a handful of pages that say what matters, and takes them all with one order', async () => {
    const open = newDisk();
    const registry = campus(SIZE);
    const edge = createStormBench(open(), registry);
    const devices = registry.devices.map(({ id }) => id);
    expect(devices).toHaveLength(1_000);
    devices.forEach((device, n) => {
      if (n % 100 === 0) edge.clock.advance(100);
      edge.fault(device, n === 640 ? 'leak' : (KINDS[n % KINDS.length] ?? 'tamper'));
    });
    for (let n = 0; n < 5; n += 1) await edge.settled();
    expect(edge.all()).toHaveLength(1_000);
    await edge.pass(90_000);
    const pages = edge.pagesOf('li');
    expect(pages.length).toBeLessThanOrEqual(6);
    const [head] = edge.all().filter(({ hold }) => hold === null);
    expect(edge.all().filter(({ hold }) => hold === null)).toHaveLength(1);
    expect(head).toMatchObject({ fault: 'leak', severity: 'critical', group: { count: 1_000 } });
    expect(head?.group?.text.en).toMatch(/^1000 incidents; .*; worst: Water leak, Lift z6-38; in Z6 ×100/);
    expect(head?.group?.text.zh).toMatch(/^共 1000 起；/);

    expect(await textOf(head as Incident, registry, edge.clock.now())).toMatch(
      /^\[紧急\] 漏水等 1000 起 · Campus · Z6 · Lift z6-38[^]*共 1000 起；[^]*\n\n\[CRITICAL\] Water leak and 999 more[^]*1000 incidents; .*; worst: Water leak/,
    );

    const answer = await edge.order('acknowledge', 'li', head as Incident);
    expect(answer).toMatchObject({ state: 'done' });
    await edge.settled();
    expect(new Set(edge.all().map(({ response, responder }) => `${response} ${responder}`))).toEqual(
      new Set(['acknowledged li']),
    );
    const told = edge
      .all()
      .find(({ id }) => id !== head?.id)
      ?.timeline.find(({ kind }) => kind === 'acknowledged');
    expect(told).toMatchObject({ by: { kind: 'person', id: 'li' }, detail: { through: head?.id } });
    await edge.pass(120_000);
    expect(edge.pagesOf('li')).toHaveLength(pages.length);
    expect(verifyChain(edge.store.events({ after: 0, limit: 100_000 })).ok).toBe(true);
    await edge.pipeline.stop();
  }, 120_000);

  test('a restart in the middle of it loses nothing, pages nobody twice, and the group goes on', async () => {
    const open = newDisk();
    const registry = campus(SIZE);
    const devices = registry.devices.map(({ id }) => id);
    const first = createStormBench(open(), registry);
    for (const device of devices.slice(0, 500)) first.fault(device, 'safety_chain_open');
    await first.settled();
    await first.settled();
    await first.pipeline.stop();
    const edge = createStormBench(open(), registry, { now: first.clock.now() + 500 });
    const before = edge.pagesOf('li').length;
    expect(edge.all()).toHaveLength(500);
    for (const device of devices.slice(400)) edge.fault(device, 'safety_chain_open');
    for (let n = 0; n < 5; n += 1) await edge.settled();
    expect(edge.all()).toHaveLength(1_000);
    await edge.pass(55_000);
    const leads = edge.all().filter(({ hold }) => hold === null);
    expect(leads).toHaveLength(1);
    expect(leads[0]?.group).toMatchObject({ count: 1_000 });
    const pages = edge.pagesOf('li');
    expect(pages.length).toBeLessThanOrEqual(6);
    expect(pages.length - before).toBe(1);
    await edge.order('acknowledge', 'li', leads[0] as Incident);
    await edge.settled();
    expect(edge.all().every(({ responder }) => responder === 'li')).toBe(true);
    await edge.pipeline.stop();
  }, 120_000);
});
