import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Incident, instantMillis, type Reading } from '@keepsite/edge-contract';
import { GENESIS, verifyChain } from '@keepsite/edge-evidence';
import { afterEach, expect, test, vi } from 'vitest';
import { createAedesInbox } from './adapters/aedes-inbox.ts';
import { createSqliteStore, type SqliteStore } from './adapters/sqlite-store.ts';
import { createPager } from './outbox/pager.ts';
import type { OwedPage, Store } from './ports.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { createHttpBench } from './testing/http-bench.ts';
import { createLonePipeline } from './testing/lone-pipeline.ts';
import { connectMqtt } from './testing/mqtt-device.ts';
import { commitOf, readingOf } from './testing/store-samples.ts';

const WAIT = { timeout: 15_000, interval: 5 } as const;
const CEILING = 1024 * 1024;
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

test('a full disk withholds acknowledgements and says so; the devices stay, the pages go out, and with space again everything is there once, each clock at its own instant', async () => {
  const edge = await start();
  const device = await connectMqtt(edge.mqttPort, { keepalive: 1 });
  cleanUps.push(() => device.endAsync(true));
  const say = (fault: string) =>
    device.publishAsync('keepsite/park/devices/lift-3/fault', JSON.stringify({ fault, state: 'raised' }), { qos: 1 });
  await say('entrapment');
  await say('overspeed');
  expect(await edge.ready()).toMatchObject({ status: 200, disk: null });
  const [entrapment, overspeed] = ['entrapment', 'overspeed'].map(edge.incidentOf);
  edge.fill();
  // Should the test fail, nobody waits for a disk that stays full.
  cleanUps.push(edge.freeSpace);

  const acknowledged = vi.fn<() => void>();
  const during = Promise.all([say('brake'), say('tamper')]).then(acknowledged);
  await vi.waitFor(() => expect(edge.pipeline.status().withheld).not.toBeNull(), WAIT);
  expect(await edge.ready()).toMatchObject({ status: 503, disk: expect.stringContaining('The disk is full') });
  expect(await edge.metric('withheld')).toBe(1);

  edge.pager.start();
  await vi.waitFor(() => expect(edge.sent).toHaveLength(2), WAIT);

  edge.clock.advance(300_000);
  const { waiting } = edge.pipeline.status();
  const arrived = edge.arrive(overspeed?.id ?? '');
  await vi.waitFor(() => expect(edge.pipeline.status().waiting).toBeGreaterThan(waiting), WAIT);
  edge.clock.advance(300_000);
  // The broker answers on the same connection, long after the device's own keep-alive would have run out.
  await vi.waitFor(() => expect(edge.pings(device)).toBeGreaterThan(1), WAIT);
  expect(device.connected).toBe(true);
  expect(acknowledged).not.toHaveBeenCalled();
  expect(edge.incidentOf('brake')).toBeUndefined();

  edge.freeSpace();
  await during;
  expect(await arrived).toMatchObject({ state: 'done' });
  await edge.pipeline.flush();
  expect(await edge.ready()).toMatchObject({ status: 200, disk: null });
  await vi.waitFor(() => expect(edge.pager.inFlight).toBe(0), WAIT);
  const faults = edge.incidents().map(({ fault, occurrences }) => [fault, occurrences]);
  expect(faults.toSorted()).toEqual([
    ['brake', 1],
    ['entrapment', 1],
    ['overspeed', 1],
    ['tamper', 1],
  ]);
  expect(onSite(edge.incidentOf('overspeed'))).toMatchObject({ verdict: 'met', seconds: 300 });
  expect(onSite(edge.incidentOf('entrapment'))).toMatchObject({ verdict: 'breached' });
  expect(breachedAfterSeconds(edge.incidentOf('entrapment'))).toBe(420);
  expect(edge.incidentOf('brake')?.openedAt).toBe(entrapment?.openedAt);
  expect(verifyChain(edge.events(), { seq: 0, hash: GENESIS })).toMatchObject({ ok: true });
});

test('with a reserve a fault that is first heard on a full disk pages, however many readings wait, and it is said', async () => {
  const edge = await start({ reserveBytes: CEILING / 2 });
  const [lift, ...meters] = await Promise.all([1, 2, 3].map(() => connectMqtt(edge.mqttPort)));
  for (const device of [lift, ...meters]) cleanUps.push(() => device?.endAsync(true));
  edge.fill();
  cleanUps.push(edge.freeSpace);

  const acknowledged = vi.fn<() => void>();
  const power = JSON.stringify({ metric: 'active_power_w', value: 1 });
  // As many as are in work at a time while all is well.
  const said = meters.flatMap((meter) =>
    Array.from({ length: 256 }, () =>
      meter.publishAsync('keepsite/park/devices/meter-1/reading', power, { qos: 1 }).then(acknowledged),
    ),
  );
  const during = Promise.all(said);
  await vi.waitFor(() => expect(edge.pipeline.status().withheld).not.toBeNull(), WAIT);
  const fault = JSON.stringify({ fault: 'entrapment', state: 'raised' });
  await vi.waitFor(() => expect(edge.pipeline.status().waiting).toBe(said.length), WAIT);
  await lift?.publishAsync('keepsite/park/devices/lift-3/fault', fault, { qos: 1 });
  edge.pager.start();
  await vi.waitFor(() => expect(edge.sent).toHaveLength(1), WAIT);

  expect(edge.sent[0]?.page.possibleDuplicate).toBe(false);
  expect(acknowledged).not.toHaveBeenCalled();
  expect(await edge.ready()).toMatchObject({ status: 503, disk: expect.stringContaining('The disk is full') });
  expect(await edge.metric('withheld')).toBe(1);
  expect(await edge.metric('reserve_bytes')).toBeLessThan(CEILING / 2);
  edge.freeSpace();
  await during;
  await edge.pipeline.flush();
  expect(await edge.ready()).toMatchObject({ status: 200, disk: null });
});

async function start(reserve: { readonly reserveBytes?: number } = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-full-'));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'store.sqlite');
  let disk: SqliteStore = createSqliteStore({ path, ceilingBytes: CEILING, ...reserve });
  cleanUps.push(() => disk.close());
  // The disk under a running gateway, which a test makes larger.
  const store = new Proxy({} as Store, {
    get: (_, name: keyof Store) => disk[name].bind(disk),
  });
  const clock = createFakeClock();
  const sent: OwedPage[] = [];
  const pipeline = createLonePipeline({ store, clock });
  const inbox = createAedesInbox({ clock, port: 0 });
  await inbox.start((message) => pipeline.receive(message));
  const pager = createPager({
    store,
    clock,
    pipeline,
    notifier: {
      deliver(owed) {
        sent.push(owed);
        return Promise.resolve({ outcome: 'accepted', reference: null });
      },
    },
    events: { pageSent() {}, pagesNotSettled() {}, workFailed() {} },
  });
  cleanUps.push(
    () => pager.stop(),
    () => inbox.stop(),
  );
  const faults = () => ({ broker: null, disk: pipeline.status().withheld });
  const { api } = await createHttpBench({ parts: { pipeline, store, clock, faults } });
  cleanUps.push(() => api.close());

  return {
    clock,
    pipeline,
    pager,
    sent,
    mqttPort: inbox.port ?? 0,
    incidents: () => store.incidents({ limit: 100 }),
    incidentOf: (fault: string) => store.incidents({ limit: 100 }).find((incident) => incident.fault === fault),
    events: () => store.events({ after: 0, limit: 10_000 }),
    /** Not one more reading fits. */
    fill() {
      for (let length = 60_000; length >= 1; length = Math.floor(length / 2)) while (fits(length)) continue;
    },
    freeSpace() {
      disk.close();
      disk = createSqliteStore({ path });
    },
    async ready() {
      const answer = await api.inject('/readyz');
      return { status: answer.statusCode, disk: answer.json<{ faults: { disk: string | null } }>().faults.disk };
    },
    async metric(name: string) {
      const { body } = await api.inject('/metrics');
      return Number(new RegExp(`^keepsite_edge_${name} (.+)$`, 'm').exec(body)?.[1]);
    },
    async arrive(id: string) {
      const payload = { commandId: 'arrive-0001', responder: 'li' };
      return (await api.inject({ method: 'POST', url: `/api/incidents/${id}/arrive`, payload })).json<object>();
    },
    /** How many of this device's pings the broker has answered. */
    pings: counted(),
  };

  function fits(length: number): boolean {
    const reading: Reading = readingOf({ device: 'meter-1', value: 'x'.repeat(length) });
    try {
      disk.commit(commitOf({ readings: [reading] }));
      return true;
    } catch {
      return false;
    }
  }
}

function counted() {
  const seen = new WeakMap<object, { count: number }>();
  return (client: Awaited<ReturnType<typeof connectMqtt>>): number => {
    const known = seen.get(client);
    if (known) return known.count;
    const counter = { count: 0 };
    seen.set(client, counter);
    client.on('packetreceive', ({ cmd }) => (counter.count += Number(cmd === 'pingresp')));
    return 0;
  };
}

function onSite(incident: Incident | undefined) {
  const clock = incident?.clocks.find(({ term }) => term === 'on_site');
  const seconds = clock?.metAt ? (instantMillis(clock.metAt) - instantMillis(clock.startedAt)) / 1000 : null;
  return { verdict: clock?.verdict, seconds };
}

function breachedAfterSeconds(incident: Incident | undefined): number | null {
  const breach = incident?.timeline.find(({ kind, detail }) => kind === 'clock' && detail['term'] === 'on_site');
  return breach && incident ? (instantMillis(breach.at) - instantMillis(incident.openedAt)) / 1000 : null;
}
