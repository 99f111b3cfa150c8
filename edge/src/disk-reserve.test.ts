import { GENESIS, verifyChain } from '@keepsite/edge-evidence';
import { afterEach, expect, test, vi } from 'vitest';
import { Rule } from './domain/rule.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { createLonePipeline, messageOf } from './testing/lone-pipeline.ts';
import { createMemoryDisk, createMemoryStore } from './testing/memory-store.ts';
import type { Delivery, InboxMessage, Pipeline } from './ports.ts';

const WAIT = { timeout: 15_000, interval: 5 } as const;
const RESERVE = { reserve: 1_000 };
const leakRule = Rule.parse({
  id: 'leak',
  fault: 'leak',
  severity: 'critical',
  assets: ['sump'],
  summary: { en: 'Water in the pump room', zh: '泵房进水' },
  when: { kind: 'state', metric: 'leak', is: true, forSeconds: 10 },
});
const pipelines: Pipeline[] = [];

afterEach(async () => {
  for (const pipeline of pipelines.splice(0)) await pipeline.stop();
});

test('a fault that is first heard on a full disk opens its incident, pages and is acknowledged; readings wait', async () => {
  const edge = await full();

  const reading = edge.power(1);
  const fault = edge.fault('raised');
  await vi.waitFor(() => expect(fault.acknowledged).toBe(true), WAIT);

  expect(edge.open()).toMatchObject([{ fault: 'entrapment', openedAt: edge.now() }]);
  expect(edge.owed()).toBe(1);
  expect(edge.pipeline.status()).toMatchObject({ withheld: expect.stringMatching(/./), waiting: 1, readings: 0 });
  expect(reading.acknowledged).toBe(false);
  expect(edge.powers()).toEqual([]);

  edge.store.failWith(null);
  await edge.pipeline.flush();
  expect(reading.acknowledged).toBe(true);
  expect(edge.powers()).toEqual([1]);
  expect(edge.pipeline.status()).toMatchObject({ withheld: null, waiting: 0, readings: 1 });
});

test('readings that wait are heard all the same: a rule that needs many of them opens its incident in time', async () => {
  const edge = await full();
  const wet = Array.from({ length: 3 }, () => edge.leak(true));
  await edge.turns();
  expect(edge.pipeline.status().waiting).toBe(3);
  const since = edge.now();

  edge.clock.advance(10_000);
  await vi.waitFor(() => expect(edge.open()).toMatchObject([{ fault: 'leak' }]), WAIT);

  edge.leak(false);
  await vi.waitFor(() => expect(edge.open()).toMatchObject([{ fault: 'leak', condition: 'cleared' }]), WAIT);
  expect(wet.map(({ acknowledged }) => acknowledged)).toEqual([false, false, false]);
  expect(edge.open()[0]?.openedAt).toBe(new Date(Date.parse(since) + 10_000).toISOString());
});

test('clocks run, orders count, pages are settled while readings wait, and the evidence is one chain', async () => {
  const edge = await full();
  edge.power(1);
  const fault = edge.fault('raised');
  await vi.waitFor(() => expect(fault.acknowledged).toBe(true), WAIT);
  const incident = edge.open()[0]?.id ?? '';

  const [owed] = edge.store.leasePages(edge.clock.now(), 60_000, 9);
  const delivery: Delivery = { outcome: 'accepted', reference: null };
  if (owed) await edge.pipeline.settle([{ owed, delivery, at: edge.clock.now() }]);
  edge.clock.advance(421_000);
  const answer = await edge.pipeline.order({
    commandId: 'arrive-0001',
    incident,
    verb: 'arrive',
    responder: 'li',
    receivedAt: edge.now(),
    via: 'edge',
    note: null,
    proof: 'declared',
    to: null,
  });

  expect(answer).toMatchObject({ state: 'done' });
  expect(edge.open()[0]).toMatchObject({ sla: 'breached', response: 'on_site', pages: [{ state: 'accepted' }, {}] });
  expect(edge.powers()).toEqual([]);
  edge.store.failWith(null);
  await edge.pipeline.flush();
  expect(edge.powers()).toEqual([1]);
  expect(verifyChain(edge.store.events({ after: 0, limit: 1_000 }), { seq: 0, hash: GENESIS })).toMatchObject({
    ok: true,
  });
});

test('what comes a second time while the first waits is a duplicate, and is acknowledged after it', async () => {
  const edge = await full();
  const delivery = { id: 'c 7', again: false };
  const first = edge.power(1, { qos: 2, delivery });
  await vi.waitFor(() => expect(edge.pipeline.status().waiting).toBe(1), WAIT);
  const second = edge.power(1, { qos: 2, delivery: { ...delivery, again: true } });
  const fault = edge.fault('raised');
  await vi.waitFor(() => expect(fault.acknowledged).toBe(true), WAIT);
  expect([first.acknowledged, second.acknowledged]).toEqual([false, false]);

  edge.store.failWith(null);
  await edge.pipeline.flush();
  expect([first.acknowledged, second.acknowledged]).toEqual([true, true]);
  expect(edge.powers()).toEqual([1]);
  expect(edge.pipeline.status().duplicates).toBe(1);
});

test('beyond the bound QoS 0 readings are dropped and counted, and a fault by QoS 0 still pages', async () => {
  const edge = await full();
  const readings: ReturnType<typeof edge.power>[] = [];
  while (readings.length < 21_000) {
    for (let n = 0; n < 1_000; n += 1) readings.push(edge.power(n, { qos: 0 }));
    await edge.turns();
  }
  expect(edge.pipeline.status().waiting).toBe(20_000);
  edge.fault('raised', { qos: 0 });
  await vi.waitFor(() => expect(edge.open()).toHaveLength(1), WAIT);
  expect(readings.filter(({ acknowledged }) => acknowledged)).toHaveLength(1_000);
  expect(edge.pipeline.status()).toMatchObject({ rejected: 1_000, readings: 0 });
});

test('when the reserve is used up too, nothing has happened until there is room, and then each thing once', async () => {
  const edge = await full();
  edge.store.failWith('STORE_FULL');
  const reading = edge.power(1);
  const fault = edge.fault('raised');
  const order = edge.pipeline.flush();
  await vi.waitFor(() => expect(edge.pipeline.status().waiting).toBe(3), WAIT);
  expect([fault.acknowledged, edge.open().length]).toEqual([false, 0]);

  edge.store.failWith(null);
  await order;
  expect([reading.acknowledged, fault.acknowledged]).toEqual([true, true]);
  expect(edge.open()).toMatchObject([{ fault: 'entrapment', occurrences: 1 }]);
  expect(edge.powers()).toEqual([1]);
});

test('killed on a full disk, the gateway has its incidents, and hears what it had not acknowledged again', async () => {
  const edge = await full();
  edge.power(1);
  const fault = edge.fault('raised');
  await vi.waitFor(() => expect(fault.acknowledged).toBe(true), WAIT);

  const after = start(edge.disk, edge.clock.now() + 1_000);
  await after.pipeline.flush();
  expect(after.open()).toMatchObject([{ fault: 'entrapment' }]);
  const again = after.power(1);
  await after.pipeline.flush();
  expect(again.acknowledged).toBe(true);
  expect(after.powers()).toEqual([1]);
});

/** An edge whose disk takes incidents only. */
async function full() {
  const edge = start();
  await edge.pipeline.flush();
  edge.store.failWith('STORE_FULL', RESERVE);
  return edge;
}

function start(disk = createMemoryDisk(), now = Date.UTC(2026, 2, 2, 8, 0, 0)) {
  const store = createMemoryStore({ disk });
  const clock = createFakeClock(now);
  let owed = 0;
  const pipeline = createLonePipeline({ store, clock, rules: [leakRule], onPagesOwed: () => (owed += 1) });
  pipelines.push(pipeline);
  const say = (topic: string, body: object, part: Partial<InboxMessage> = {}) => {
    const said = { acknowledged: false };
    const acknowledge = () => void (said.acknowledged = true);
    pipeline.receive(messageOf(`keepsite/park/devices/${topic}`, body, clock.now(), { acknowledge, ...part }));
    return said;
  };
  return {
    disk,
    store,
    clock,
    pipeline,
    owed: () => owed,
    /** Enough of them for a thousand messages. */
    async turns() {
      for (let n = 0; n < 8; n += 1) await new Promise<void>((resolve) => setImmediate(resolve));
    },
    now: () => new Date(clock.now()).toISOString(),
    power: (value: number, part?: Partial<InboxMessage>) =>
      say('meter-1/reading', { metric: 'active_power_w', value }, part),
    leak: (value: boolean) => say('leak-1/reading', { metric: 'leak', value }),
    fault: (state: 'raised' | 'cleared', part?: Partial<InboxMessage>) =>
      say('lift-3/fault', { fault: 'entrapment', state }, part),
    open: () => store.incidents({ state: 'open', limit: 100 }),
    powers: () => store.readings({ device: 'meter-1', from: 0, to: Infinity, limit: 100 }).map(({ value }) => value),
  };
}
