import { type Incident, instantText } from '@keepsite/edge-contract';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { storeError } from '../errors.ts';
import type { InboxMessage } from '../ports.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLonePipeline, messageOf } from '../testing/lone-pipeline.ts';
import { createMemoryStore } from '../testing/memory-store.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

test('a message is acknowledged, and what it did is announced, once the disk has it', async () => {
  const edge = await start();
  edge.fault('raised', 'lift');
  await edge.turn();
  expect(edge.store.incidents({ limit: 9 })).toHaveLength(1);
  expect(edge.told).toEqual([]);
  expect(edge.announced).toEqual([]);
  expect(edge.pipeline.status()).toMatchObject({ waiting: 1, withheld: null });
  await edge.diskTakesIt();
  expect(edge.told).toEqual(['lift']);
  expect(edge.announced.map(({ response }) => response)).toEqual(['open']);
  expect(edge.pipeline.status().waiting).toBe(0);
});

test('what comes while the disk works is one transaction more, and is not told with the one before', async () => {
  const edge = await start();
  edge.reading('first');
  await edge.turn();
  const { commits } = edge.store;
  for (const name of ['second', 'third', 'fourth']) {
    edge.reading(name);
    await edge.turn();
  }
  expect(edge.store.commits).toBe(commits);
  await edge.diskTakesIt();
  expect(edge.told).toEqual(['first']);
  await edge.turn();
  expect(edge.store.commits).toBe(commits + 1);
  await edge.diskTakesIt();
  expect(edge.told).toEqual(['first', 'second', 'third', 'fourth']);
});

test('very much of it is worked through meanwhile, but not without bound; all is told in the order in which it came', async () => {
  const edge = await start();
  const names = Array.from({ length: 24_000 }, (_, n) => String(n));
  for (const name of names) edge.reading(name);
  for (let turn = 0; turn < 120; turn += 1) await edge.turn();
  expect(edge.told).toEqual([]);
  const written = edge.readings();
  expect(written).toBeGreaterThan(19_000);
  expect(written).toBeLessThan(21_000);
  while (edge.told.length < names.length) await edge.diskTakesIt();
  expect(edge.told).toEqual(names);
  expect(edge.readings()).toBe(names.length);
});

test('of a disk that hangs nothing waits but who is told: an incident is there, its ladder climbs, and pages are owed', async () => {
  const edge = await start();
  edge.reading('first');
  await edge.turn();
  edge.fault('raised', 'lift');
  await edge.turn();
  expect(edge.store.incidents({ limit: 9 })).toEqual([]);
  vi.advanceTimersByTime(250);
  await edge.turn();
  expect(edge.store.incidents({ limit: 9 })).toHaveLength(1);
  const owed = () => edge.store.duePages(edge.clock.now(), 99).length;
  const before = owed();
  expect(before).toBeGreaterThan(0);
  edge.clock.advance(400_000);
  await edge.turn();
  // Not a transaction for each word while nobody can be told.
  expect(owed()).toBe(before);
  vi.advanceTimersByTime(250);
  await edge.turn();
  expect(owed()).toBeGreaterThan(before);
  expect(edge.told).toEqual([]);
  expect(edge.announced).toEqual([]);
  await edge.diskTakesIt();
  await edge.diskTakesIt();
  expect(edge.told).toEqual(['first', 'lift']);
});

test('a repetition is acknowledged no sooner than what it repeats', async () => {
  const edge = await start();
  const delivery = { id: 'qos2:7', again: false };
  edge.reading('once', { qos: 2, delivery });
  await edge.turn();
  for (let n = 0; n < 256; n += 1) edge.reading('again', { qos: 2, delivery: { ...delivery, again: true } });
  await edge.turn();
  expect(edge.pipeline.status().commits).toBe(edge.store.commits);
  expect(edge.told).toEqual([]);
  await edge.diskTakesIt();
  await edge.diskTakesIt();
  expect(edge.told).toHaveLength(257);
  expect(edge.readings()).toBe(1);
});

test('an incident that ends in one transaction and is spoken of in the next is announced with both', async () => {
  const edge = await start();
  edge.fault('raised', 'raised');
  await edge.turn();
  await edge.diskTakesIt();
  const [incident] = edge.announced;
  const order = (verb: 'cancel' | 'note', note: string) =>
    edge.pipeline.order({
      commandId: `${verb}-1`,
      incident: incident?.id ?? '',
      verb,
      responder: 'li',
      receivedAt: instantText(edge.clock.now()),
      via: 'edge',
      note,
      proof: 'declared',
      to: null,
    });
  const cancelled = order('cancel', 'a false alarm');
  await edge.turn();
  const noted = order('note', 'the sensor was wet');
  // So much that the next transaction does not wait for the disk.
  for (let n = 0; n < 256; n += 1) edge.reading('r');
  await edge.turn();
  edge.announced.length = 0;
  while (edge.told.length < 257) await edge.diskTakesIt();
  expect(await cancelled).toMatchObject({ state: 'done' });
  expect(await noted).toMatchObject({ state: 'done' });
  expect(edge.announced.map(({ id, response }) => [id, response])).toEqual([
    [incident?.id, 'cancelled'],
    [incident?.id, 'cancelled'],
  ]);
  expect(edge.pipeline.status().openIncidents).toBe(0);
});

test('of what the disk has lost nobody is told, and nothing more is done: nobody knows what is there', async () => {
  const edge = await start();
  edge.reading('lost');
  await edge.turn();
  await edge.diskTakesIt(storeError('STORE_DAMAGED', 'The disk did not keep what was written to it.'));
  edge.fault('raised', 'urgent');
  for (let n = 0; n < 300; n += 1) edge.reading('after');
  for (let turn = 0; turn < 5; turn += 1) await edge.turn();
  expect(edge.told).toEqual([]);
  expect(edge.readings()).toBe(1);
  expect(edge.store.incidents({ limit: 9 })).toEqual([]);
  expect(edge.pipeline.status()).toMatchObject({ withheld: 'The disk did not keep what was written to it.' });
  // It ends all the same.
  await edge.pipeline.stop();
});

/** A pipeline whose disk takes what is written when the test says so. */
async function start() {
  const store = createMemoryStore();
  const clock = createFakeClock();
  const told: string[] = [];
  const announced: Incident[] = [];
  const pipeline = createLonePipeline({
    store,
    clock,
    onCommitted: ({ incidents }) => void announced.push(...incidents),
  });
  await pipeline.flush();
  const asked: PromiseWithResolvers<void>[] = [];
  store.syncWith(() => {
    const one = Promise.withResolvers<void>();
    asked.push(one);
    return one.promise;
  });
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const hear = (name: string, topic: string, body: object, part: Partial<InboxMessage> = {}) =>
    pipeline.receive(messageOf(topic, body, clock.now(), { ...part, acknowledge: () => void told.push(name) }));
  return {
    store,
    clock,
    pipeline,
    told,
    announced,
    turn,
    fault: (state: 'raised' | 'cleared', name: string) =>
      hear(name, 'keepsite/park/devices/lift-3/fault', { fault: 'overspeed', state }),
    reading: (name: string, part?: Partial<InboxMessage>) =>
      hear(name, 'keepsite/park/devices/meter-1/reading', { metric: 'active_power_w', value: 7 }, part),
    readings: () => store.readings({ device: 'meter-1', from: 0, to: clock.now() + 1, limit: 100_000 }).length,
    /** What it was asked to take; `error`: it does not. */
    async diskTakesIt(error?: Error): Promise<void> {
      for (const one of asked.splice(0)) {
        if (error) one.reject(error);
        else one.resolve();
      }
      await turn();
    },
  };
}
