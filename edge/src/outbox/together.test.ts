import type { Incident } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import type { Delivery, Notifier, OwedPage } from '../ports.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createMemoryDisk, createMemoryStore } from '../testing/memory-store.ts';
import { createPager } from './pager.ts';

const ACCEPTED: Delivery = { outcome: 'accepted', reference: null };

/** A pager whose store owes pages about people in danger, and what left it: single pages and calls to many. */
function bench(disk = createMemoryDisk(), now?: number) {
  const clock = createFakeClock(now);
  const store = createMemoryStore({ disk });
  const singles: string[] = [];
  const calls: string[][] = [];
  const settled = new Map<string, Delivery>();
  const answers: Delivery[] = [];
  const notifier: Notifier = {
    deliver: (owed) => (singles.push(owed.page.id), Promise.resolve(ACCEPTED)),
    crowdFor: ({ page }, { site }) => `${page.to.person} ${site}`,
    deliverTogether(pages, isOwed) {
      calls.push(pages.map(({ owed }) => owed.page.id));
      return Promise.resolve(isOwed() ? (answers.shift() ?? ACCEPTED) : { outcome: 'failed', reason: 'not owed' });
    },
  };
  const nothing = () => undefined;
  const pager = createPager({
    store,
    notifier,
    clock,
    events: { pageSent: nothing, pagesNotSettled: nothing, workFailed: nothing },
    pipeline: {
      settle(outcomes) {
        for (const { owed, delivery, at } of outcomes) {
          settled.set(owed.page.id, delivery);
          disk.pages.delete(owed.page.id);
          if (delivery.outcome === 'retry')
            disk.pages.set(owed.page.id, { ...owed, notBefore: at + delivery.afterMs, leaseUntil: null });
        }
        return Promise.resolve();
      },
    },
  });
  function owe(id: string, { site = 'park', person = 'li', urgency = 0 } = {}): void {
    const to = { person, name: person, channel: 'robot', address: 'r' };
    const common = { state: 'queued', at: '2026-03-02T08:00:00.000Z', possibleDuplicate: false, reason: null } as const;
    const page = { id, step: 0, to, channel: 'robot', ...common };
    const owed: OwedPage = { incident: `i-${id}`, page, attempts: 0, notBefore: clock.now(), urgency };
    disk.incidents.set(`i-${id}`, { id: `i-${id}`, site, pages: [page] } as unknown as Incident);
    disk.pages.set(id, { ...owed, leaseUntil: null });
  }
  async function turns(): Promise<void> {
    for (let n = 0; n < 400; n += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    await turns();
  }
  return { disk, clock, pager, owe, turns, pass, singles, calls, settled, answers };
}

test('a thousand people in danger: the first page of each site leaves at once, the others seconds later in one, the most urgent first', async () => {
  const edge = bench();
  for (let n = 0; n < 1_000; n += 1) edge.owe(`p${n}`, { site: n % 2 ? 'park' : 'campus', urgency: n < 990 ? 1 : 0 });
  edge.pager.start();
  await edge.turns();
  expect(edge.singles).toEqual(['p990', 'p991']);
  expect(edge.calls).toEqual([]);
  await edge.pass(3_000);
  expect(edge.calls).toHaveLength(2);
  expect(edge.calls.flat()).toHaveLength(998);
  expect(edge.calls[0]?.slice(0, 4)).toEqual(['p992', 'p994', 'p996', 'p998']);
  expect(edge.settled.size).toBe(1_000);
  expect(edge.settled.get('p0')).toEqual({ ...ACCEPTED, reason: 'told together, 499 in one message' });
  await edge.pager.stop();
  expect(edge.pager.inFlight).toBe(0);
});

test('one that follows alone leaves as a page of its own, and after a minute of quiet the next leaves at once', async () => {
  const edge = bench();
  edge.owe('a');
  edge.owe('other-person', { person: 'wang' });
  edge.pager.start();
  await edge.turns();
  expect(edge.singles).toEqual(['a', 'other-person']);
  edge.owe('b');
  edge.pager.nudge();
  await edge.turns();
  expect(edge.singles).not.toContain('b');
  await edge.pass(3_000);
  expect(edge.singles).toContain('b');
  await edge.pass(60_000);
  edge.owe('c');
  edge.pager.nudge();
  await edge.turns();
  expect(edge.singles).toEqual(['a', 'other-person', 'b', 'c']);
  expect(edge.calls).toEqual([]);
  await edge.pager.stop();
});

test('what comes later and is more urgent goes first, and what was answered while it was gathered is not called to', async () => {
  const edge = bench();
  for (const id of ['a', 'b', 'c']) edge.owe(id, { urgency: 1 });
  edge.pager.start();
  await edge.turns();
  edge.owe('d');
  edge.pager.nudge();
  await edge.turns();
  const answered = edge.disk.incidents.get('i-c') as Incident;
  const pages = answered.pages.map((page) => ({ ...page, state: 'withdrawn' as const }));
  edge.disk.incidents.set('i-c', { ...answered, pages });
  await edge.pass(3_000);
  expect(edge.calls).toEqual([['d', 'b']]);
  expect(edge.settled.get('c')).toMatchObject({ outcome: 'failed' });
  await edge.pager.stop();
});

test('a call that nobody took is made again, and one that died while it was gathered leaves after the next start', async () => {
  const edge = bench();
  for (const id of ['a', 'b', 'c']) edge.owe(id);
  edge.answers.push({ outcome: 'retry', reason: 'no line', afterMs: 1_000 });
  edge.pager.start();
  await edge.turns();
  await edge.pass(3_000);
  await edge.pass(1_000);
  edge.owe('d');
  edge.pager.nudge();
  await edge.turns();
  expect(edge.settled.get('b')).toMatchObject({ outcome: 'retry' });
  await edge.pager.stop();
  expect(edge.pager.inFlight).toBe(0);
  const again = bench(edge.disk, edge.clock.now());
  again.pager.start();
  await again.turns();
  await again.pass(3_000);
  expect([...again.singles, ...again.calls.flat()].toSorted()).toEqual(['b', 'c', 'd']);
  await again.pager.stop();
});

test('stopped while it gathers, it calls nobody any more', async () => {
  const edge = bench();
  for (const id of ['a', 'b', 'c']) edge.owe(id);
  edge.pager.start();
  await edge.turns();
  await edge.pager.stop();
  await edge.pass(3_000);
  expect([edge.singles, edge.calls]).toEqual([['a'], []]);
});
