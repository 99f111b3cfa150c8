import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { OddOrder } from '../testing/odd-worker.ts';
import { createWorkThread, type WorkThread } from './work-thread.ts';

// A busy machine takes its time to start a thread.
vi.setConfig({ testTimeout: 60_000 });

const ENTRY = new URL('../testing/odd-worker.ts', import.meta.url);
const opened: WorkThread[] = [];

function open(options: Partial<Parameters<typeof createWorkThread>[0]> = {}) {
  const thread = createWorkThread({ entry: ENTRY, ...options });
  opened.push(thread);
  return { thread, ask: (order: OddOrder) => thread.ask(order) };
}

/** A hold, and what lets it go. */
function hold(): { order: OddOrder; letGo: () => void } {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const letGo = (): void => {
    Atomics.store(cell, 0, 1);
    Atomics.notify(cell, 0);
  };
  return { order: { kind: 'hold', cell }, letGo };
}

afterEach(async () => {
  for (const thread of opened.splice(0)) await thread.close();
});

test('an order is carried out, and another after it', async () => {
  const { ask } = open();
  expect(await ask({ kind: 'say', word: 'one' })).toBe('one');
  expect(await ask({ kind: 'say', word: 'two' })).toBe('two');
});

test('while an order holds the thread, requests are answered', async () => {
  const { ask } = open();
  const server = createServer((_, response) => response.end('served')).listen(0, '127.0.0.1');
  const { order, letGo } = hold();
  let isDone = false;
  const held = ask(order).finally(() => (isDone = true));
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('served');
  expect(isDone).toBe(false);
  letGo();
  expect(await held).toBe('let go');
  server.close();
});

test('orders are carried out one at a time, in the order they came', async () => {
  const { ask } = open();
  const told: unknown[] = [];
  const { order, letGo } = hold();
  const all = [order, { kind: 'say', word: 'one' }, { kind: 'throw' }, { kind: 'say', word: 'two' }] as const;
  const asked = all.map((each) =>
    ask(each).then(
      (word) => told.push(word),
      () => told.push('thrown'),
    ),
  );
  await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([]);
  letGo();
  await Promise.all(asked);
  expect(told).toEqual(['let go', 'one', 'thrown', 'two']);
});

test('what the work throws comes back as it was, and the thread goes on', async () => {
  const { ask } = open();
  await expect(ask({ kind: 'refuse' })).rejects.toMatchObject({
    name: 'CloudError',
    code: 'CLOUD_CONFLICT',
    message: 'not this one',
    details: ['why'],
  });
  await expect(ask({ kind: 'throw' })).rejects.toThrow('a fault of ours');
  expect(await ask({ kind: 'say', word: 'still here' })).toBe('still here');
});

test.each(['die', 'throw later', 'eat'] as const)(
  'a thread that breaks down (%s) fails its own order only: those that wait get a new one',
  async (kind) => {
    const { ask } = open({ heapMb: 64 });
    const [lost, next] = await Promise.allSettled([ask({ kind }), ask({ kind: 'say', word: 'next' })]);
    expect(lost).toMatchObject({ reason: { code: 'CLOUD_WORK_FAILED' } });
    expect(next).toMatchObject({ value: 'next' });
    expect(await ask({ kind: 'say', word: 'later' })).toBe('later');
  },
);

test('an order that never ends is given up, and the next is carried out', async () => {
  const { ask } = open({ longestMs: 6_000 });
  const [lost, next] = await Promise.allSettled([ask(hold().order), ask({ kind: 'say', word: 'next' })]);
  expect(lost).toMatchObject({
    reason: { code: 'CLOUD_WORK_FAILED', message: expect.stringContaining('more than 6000 ms') },
  });
  expect(next).toMatchObject({ value: 'next' });
});

test('an order that cannot be told to a thread fails by itself', async () => {
  const { thread, ask } = open();
  await expect(thread.ask({ kind: 'say', word: () => 'a function' })).rejects.toMatchObject({
    code: 'CLOUD_WORK_FAILED',
  });
  expect(await ask({ kind: 'say', word: 'next' })).toBe('next');
});

test('more than may wait are refused, not kept', async () => {
  const { ask } = open({ waiting: 1 });
  const { order, letGo } = hold();
  const [held, waiting] = [ask(order), ask({ kind: 'say', word: 'waited' })];
  await expect(ask({ kind: 'say', word: 'too many' })).rejects.toMatchObject({ code: 'CLOUD_BUSY' });
  letGo();
  expect(await Promise.all([held, waiting])).toEqual(['let go', 'waited']);
});

test('a thread that has nothing to do ends, and is there again when wanted', async () => {
  const { ask } = open({ idleMs: 0 });
  expect(await ask({ kind: 'say', word: 'one' })).toBe('one');
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(await ask({ kind: 'say', word: 'two' })).toBe('two');
});

test('closing gives up what is under way and what waits, and takes no more', async () => {
  const { thread, ask } = open();
  const asked = [ask(hold().order), ask({ kind: 'say', word: 'waiting' })];
  const settled = Promise.allSettled(asked);
  await thread.close();
  for (const one of await settled) expect(one).toMatchObject({ reason: { code: 'CLOUD_STOPPING' } });
  await expect(ask({ kind: 'say', word: 'late' })).rejects.toMatchObject({ code: 'CLOUD_STOPPING' });
});
