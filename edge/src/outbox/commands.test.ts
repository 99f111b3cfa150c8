import type { Command } from '@keepsite/edge-contract';
import type { CommandAnswer, CommandItem, CommandResults } from '@keepsite/cloud-contract';
import { describe, expect, test } from 'vitest';
import type { PolledOrders, UnreadableOrder } from '../ports.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createCommands } from './commands.ts';

const CLOUD_NOW = '2026-03-02T08:15:50.000Z';
/** The edge's clock is an hour ahead of the cloud's. */
const EDGE_NOW = Date.parse('2026-03-02T09:15:50.000Z');

const command = (commandId: string): Command => ({
  commandId,
  incident: 'i',
  verb: 'acknowledge',
  responder: 'li',
  receivedAt: '2026-03-02T08:15:40.000Z',
  via: 'cloud',
  note: null,
  proof: 'declared',
  to: null,
});

/** A cloud that holds orders until it has heard what became of them, and a pipeline that decides each once. */
function createBench() {
  const store = createMemoryStore();
  const orders: (CommandItem | (UnreadableOrder & { seq: number }))[] = [];
  const heard: CommandAnswer[] = [];
  const decided = new Map<string, CommandAnswer>();
  const cloud = { resultsFail: false };
  const once = (commandId: string): CommandAnswer => {
    const before = decided.get(commandId);
    if (before) return before;
    const answer: CommandAnswer = { commandId, state: 'done', modified: decided.size === 0, reason: null };
    decided.set(commandId, answer);
    return answer;
  };
  const received: [string | number, string][] = [];
  const clock = { now: () => EDGE_NOW, scale: 1 };
  const taken: unknown[] = [];
  const response = {
    take: (configuration: unknown) => {
      taken.push(configuration);
      return Promise.resolve({ state: 'refused' as const, modified: false, reason: 'plans.p: the step is empty' });
    },
  };
  const energy = {
    take: (changes: unknown) => {
      taken.push(changes);
      return { state: 'done' as const, modified: true, reason: null };
    },
  };
  const parts = {
    store,
    clock,
    response,
    energy,
    links: { take: () => Promise.reject(new Error('this bench has no links')) },
    photos: { take: () => Promise.reject(new Error('this bench has no photographs')) },
    reporters: {
      erase(incident: string) {
        taken.push(`erase ${incident}`);
        return 1;
      },
    },
    uplink: {
      commands: (after: number): Promise<PolledOrders> => {
        const items = orders.filter(({ seq }) => seq > after);
        return Promise.resolve({ items, next: items.at(-1)?.seq ?? after, now: CLOUD_NOW });
      },
      results: ({ results }: CommandResults) => {
        if (cloud.resultsFail) return Promise.reject(new Error('no line'));
        heard.push(...results);
        return Promise.resolve();
      },
    },
    pipeline: {
      order: (order: Command) => {
        received.push([order.receivedAt, order.via]);
        return Promise.resolve(once(order.commandId));
      },
      report: (report: { commandId: string }, receivedAt: number, via: string) => {
        received.push([receivedAt, via]);
        return Promise.resolve({ ...once(report.commandId), incident: 'i-9' });
      },
    },
    events: { commandDecided: () => undefined, commandsLost: () => undefined },
  };
  return { parts, orders, heard, decided, cloud, received, clock, taken };
}

describe('commands from the cloud', () => {
  test('are decided in order, reported, and not asked for again', async () => {
    const bench = createBench();
    bench.orders.push(
      { kind: 'command', seq: 4, command: command('order-0001') },
      { kind: 'command', seq: 9, command: command('order-0002') },
    );
    const commands = createCommands(bench.parts);
    expect(await commands.step()).toBe(2);
    expect(bench.heard.map(({ commandId }) => commandId)).toEqual(['order-0001', 'order-0002']);
    expect(await createCommands(bench.parts).step()).toBe(0);
  });

  test('names and numbers that the cloud has erased are erased here too', async () => {
    const bench = createBench();
    const receivedAt = '2026-03-02T08:00:00.000Z';
    bench.orders.push({ kind: 'erase-reporters', seq: 1, commandId: 'erase-0001', incident: 'i-1', receivedAt });
    await createCommands(bench.parts).step();
    expect(bench.taken).toEqual(['erase i-1']);
    expect(bench.heard).toMatchObject([{ commandId: 'erase-0001', state: 'done', modified: true }]);
  });

  test('an order whose result did not arrive is answered again, the same', async () => {
    const bench = createBench();
    bench.orders.push({ kind: 'command', seq: 1, command: command('order-0001') });
    const commands = createCommands(bench.parts);
    bench.cloud.resultsFail = true;
    await expect(commands.step()).rejects.toThrow('no line');
    const first = bench.decided.get('order-0001');
    bench.cloud.resultsFail = false;
    expect(await commands.step()).toBe(1);
    expect(bench.heard).toEqual([first]);
  });

  test('an order counts from when the cloud had it, told in the time of the edge', async () => {
    const bench = createBench();
    bench.orders.push({ kind: 'command', seq: 1, command: command('order-0001') });
    await createCommands(bench.parts).step();
    bench.clock.scale = 60;
    bench.orders.push({ kind: 'command', seq: 2, command: command('order-0002') });
    await createCommands(bench.parts).step();
    expect(bench.received).toEqual([
      ['2026-03-02T09:15:40.000Z', 'cloud'],
      ['2026-03-02T09:05:50.000Z', 'cloud'],
    ]);
  });

  test('a version of the response plans goes to those who keep them, and why it was refused goes back', async () => {
    const bench = createBench();
    const configuration = { version: 3 };
    const receivedAt = '2026-03-02T08:15:40.000Z';
    bench.orders.push(
      { kind: 'response', seq: 1, commandId: 'response-0003', configuration, receivedAt },
      { kind: 'command', seq: 2, command: command('order-0001') },
    );
    await createCommands(bench.parts).step();
    expect(bench.taken).toEqual([configuration]);
    expect(bench.heard).toEqual([
      { commandId: 'response-0003', state: 'refused', modified: false, reason: 'plans.p: the step is empty' },
      expect.objectContaining({ commandId: 'order-0001', state: 'done' }),
    ]);
  });

  test('what is approved of meters goes to those who warn of them', async () => {
    const bench = createBench();
    const changes = { client: 'acme', version: 2, changes: [] };
    const receivedAt = '2026-03-02T08:15:40.000Z';
    bench.orders.push({ kind: 'energy-changes', seq: 1, commandId: 'energy-acme-2', changes, receivedAt });
    await createCommands(bench.parts).step();
    expect(bench.taken).toEqual([changes]);
    expect(bench.heard).toEqual([{ commandId: 'energy-acme-2', state: 'done', modified: true, reason: null }]);
  });

  test('an order that cannot be read is refused with the reason, and those behind it are decided', async () => {
    const bench = createBench();
    const reason = 'this gateway does not know orders of the kind "levitate"';
    bench.orders.push(
      { kind: 'unreadable', seq: 1, commandId: 'levitate-0001', reason },
      { kind: 'unreadable', seq: 2, commandId: null, reason },
      { kind: 'command', seq: 3, command: command('order-0001') },
    );
    const commands = createCommands(bench.parts);
    await commands.step();
    expect(bench.heard).toEqual([
      { commandId: 'levitate-0001', state: 'refused', modified: false, reason },
      expect.objectContaining({ commandId: 'order-0001', state: 'done' }),
    ]);
    expect(await commands.step()).toBe(0);
  });

  test('so does a report, and its answer carries no more than the contract', async () => {
    const bench = createBench();
    bench.orders.push({
      kind: 'report',
      seq: 1,
      report: { commandId: 'report-0001', asset: 'lift-3', fault: 'entrapment', severity: 'critical', reporter: 'li' },
      receivedAt: '2026-03-02T08:15:40.000Z',
    });
    await createCommands(bench.parts).step();
    expect(bench.received).toEqual([[EDGE_NOW - 10_000, 'cloud']]);
    expect(bench.heard).toEqual([{ commandId: 'report-0001', state: 'done', modified: true, reason: null }]);
  });
});
