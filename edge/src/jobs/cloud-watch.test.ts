import { expect, test } from 'vitest';
import type { Breach } from '../domain/breach.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createCloudWatch } from './cloud-watch.ts';

const MINUTE = 60_000;

/** A cloud that answers, or not, and an edge that looks every ten seconds. */
function bench(store = createMemoryStore(), gateway: { id: string } | null = { id: 'edge-1' }) {
  const raised: Breach[] = [];
  const time = { now: 0 };
  const cloud = { answers: true, failures: 0, lastAcceptedAt: null as string | null };
  const watch = createCloudWatch({
    relay: () => cloud,
    silenceMs: 5 * MINUTE,
    gateway: () => gateway ?? undefined,
    store,
    pipeline: { raise: (found) => Promise.resolve(void raised.push(found)) },
    now: () => time.now,
    ticks: () => time.now,
    log: { warn: () => undefined },
  });
  const pass = async (ms: number) => {
    for (const end = time.now + ms; time.now < end;) {
      time.now += 10_000;
      if (cloud.answers) Object.assign(cloud, { failures: 0, lastAcceptedAt: new Date(time.now).toISOString() });
      else cloud.failures += 1;
      await watch.look();
    }
  };
  return { raised, cloud, watch, pass, store, states: () => raised.map(({ state }) => state) };
}

test('a cloud that does not answer for five minutes is a minor incident about the gateway, once', async () => {
  const { cloud, pass, raised, watch } = bench();
  await pass(10 * MINUTE);
  cloud.answers = false;
  await pass(5 * MINUTE - 10_000);
  expect([raised, watch.trouble()]).toEqual([[], null]);
  await pass(60 * MINUTE);

  expect(raised).toMatchObject([
    { state: 'raised', asset: 'edge-1', severity: 'minor', fault: 'no_data', vendorCode: 'cloud_silent' },
  ]);
  expect(watch.trouble()).toContain('does not answer');
});

test('one that was configured and never answered is told like one that fell silent', async () => {
  const { cloud, pass, states } = bench();
  cloud.answers = false;
  await pass(6 * MINUTE);
  expect(states()).toEqual(['raised']);
});

test('it is cleared once the cloud has answered for a minute; one that comes and goes stays one incident', async () => {
  const { cloud, pass, states, watch } = bench();
  cloud.answers = false;
  await pass(6 * MINUTE);
  for (let i = 0; i < 20; i += 1) {
    cloud.answers = i % 2 === 0;
    await pass(30_000);
  }
  expect(states()).toEqual(['raised']);
  cloud.answers = true;
  await pass(2 * MINUTE);
  expect([states(), watch.trouble()]).toEqual([['raised', 'cleared'], null]);
});

test('an edge that starts again neither forgets that it told, nor tells again', async () => {
  const before = bench();
  before.cloud.answers = false;
  await before.pass(6 * MINUTE);
  const after = bench(before.store);
  after.cloud.answers = false;
  await after.pass(20 * MINUTE);
  expect(after.states()).toEqual([]);
  after.cloud.answers = true;
  await after.pass(2 * MINUTE);
  expect(after.states()).toEqual(['cleared']);
});

test('without a gateway in the registry the trouble is told all the same', async () => {
  const { cloud, pass, raised, watch } = bench(createMemoryStore(), null);
  cloud.answers = false;
  await pass(6 * MINUTE);
  expect([raised, watch.trouble()]).toEqual([[], expect.stringContaining('does not answer')]);
});
