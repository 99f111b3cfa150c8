import type { Incident } from '@keepsite/edge-contract';
import { describe, expect, test, vi } from 'vitest';
import type { Delivery, Notifier, OwedPage, Pipeline } from '../ports.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { createMemoryDisk, createMemoryStore, type MemoryDisk } from '../testing/memory-store.ts';
import { createPager, type PagerParts } from './pager.ts';

const ACCEPTED: Delivery = { outcome: 'accepted', reference: null };

function owe(id: string, at: number): OwedPage {
  const to = { person: id, name: id, channel: 'mqtt', address: id };
  const page = {
    id,
    step: 0,
    to,
    channel: 'mqtt',
    state: 'queued',
    at: '2026-03-02T08:00:00.000Z',
    possibleDuplicate: false,
    reason: null,
  } as const;
  return { incident: 'i', page, attempts: 0, notBefore: at, urgency: 0 };
}

interface Outcome {
  readonly id: string;
  readonly outcome: Delivery['outcome'];
  readonly possibleDuplicate: boolean;
}

/** A store with pages, a pipeline that settles them as the real one does, and everything that was sent. */
function createBench(pages: readonly string[], over: Partial<PagerParts> = {}, disk: MemoryDisk = createMemoryDisk()) {
  const clock: FakeClock = createFakeClock();
  const store = createMemoryStore({ disk });
  const pagesOfTheIncident = [...pages, 'a', 'late-1', 'late-2'].map((id) => owe(id, clock.now()).page);
  disk.incidents.set('i', { id: 'i', pages: pagesOfTheIncident } as unknown as Incident);
  for (const id of pages) disk.pages.set(id, { ...owe(id, clock.now()), leaseUntil: null });
  const sent: string[] = [];
  const labels: boolean[] = [];
  const outcomes: Outcome[] = [];
  const reasons = new Map<string, string>();
  const waiters: { count: number; resolve: () => void }[] = [];
  const pipeline: Pick<Pipeline, 'settle'> = {
    settle(list) {
      for (const { owed, delivery, at } of list) {
        disk.pages.delete(owed.page.id);
        const again =
          delivery.outcome === 'retry'
            ? { ...owed, attempts: owed.attempts + 1, notBefore: at + delivery.afterMs }
            : null;
        if (again) disk.pages.set(owed.page.id, { ...again, leaseUntil: null });
        if ('reason' in delivery && delivery.reason !== undefined) reasons.set(owed.page.id, delivery.reason);
        outcomes.push({ id: owed.page.id, outcome: delivery.outcome, possibleDuplicate: owed.page.possibleDuplicate });
      }
      for (const waiter of waiters) if (outcomes.length >= waiter.count) waiter.resolve();
      return Promise.resolve();
    },
  };
  const deliver: { answer: Notifier['deliver'] } = { answer: () => Promise.resolve(ACCEPTED) };
  const notifier: Notifier = {
    deliver(owed, incident, isOwed) {
      sent.push(owed.page.id);
      labels.push(owed.page.possibleDuplicate);
      return deliver.answer(owed, incident, isOwed);
    },
  };
  const nothing = () => undefined;
  const events = { pageSent: nothing, pagesNotSettled: nothing, workFailed: nothing };
  const pager = createPager({ store, notifier, pipeline, clock, events, ...over });
  return {
    clock,
    disk,
    store,
    pager,
    notifier,
    reasons,
    sent,
    labels,
    outcomes,
    deliver,
    /** Resolves once that many outcomes were settled. */
    settled: (count: number) =>
      outcomes.length >= count ? Promise.resolve() : new Promise<void>((resolve) => waiters.push({ count, resolve })),
  };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the pager', () => {
  test('sends what is owed at once, and nothing twice', async () => {
    const bench = createBench(['a', 'b', 'c']);
    bench.pager.start();
    bench.pager.nudge();
    await bench.settled(3);
    bench.clock.advance(60_000);
    await turn();
    expect(bench.sent.toSorted()).toEqual(['a', 'b', 'c']);
    await bench.pager.stop();
  });

  test('looks at once when it is told that pages are owed', async () => {
    const bench = createBench([]);
    bench.pager.start();
    await turn();
    bench.disk.pages.set('a', { ...owe('a', bench.clock.now()), leaseUntil: null });
    await turn();
    expect(bench.sent).toEqual([]);
    bench.pager.nudge();
    await bench.settled(1);
    expect(bench.sent).toEqual(['a']);
    await bench.pager.stop();
  });

  test('never has more on their way than it may, and goes on as soon as one has landed', async () => {
    const bench = createBench(['a', 'b', 'c'], { concurrency: 2 });
    const landing: (() => void)[] = [];
    bench.deliver.answer = () => new Promise((resolve) => landing.push(() => resolve(ACCEPTED)));
    bench.pager.start();
    await turn();
    expect(bench.sent).toHaveLength(2);
    landing[0]?.();
    await bench.settled(1);
    await turn();
    await turn();
    expect(bench.sent).toHaveLength(3);
    landing[1]?.();
    landing[2]?.();
    await bench.pager.stop();
    expect(bench.outcomes).toHaveLength(3);
  });

  test('tries again when the channel says so, not before', async () => {
    const bench = createBench(['a']);
    bench.deliver.answer = (owed) =>
      Promise.resolve(owed.attempts === 0 ? { outcome: 'retry', reason: 'busy', afterMs: 30_000 } : ACCEPTED);
    bench.pager.start();
    await bench.settled(1);
    await turn();
    bench.clock.advance(29_999);
    await turn();
    await turn();
    expect(bench.sent).toEqual(['a']);
    bench.clock.advance(1);
    await bench.settled(2);
    expect(bench.outcomes.at(-1)).toEqual({ id: 'a', outcome: 'accepted', possibleDuplicate: false });
    await bench.pager.stop();
  });

  test('a page whose sender died between sending and writing it down comes again at once, as a possible duplicate', async () => {
    const died = createBench(['a'], { timeoutMs: 5_000 });
    died.deliver.answer = () => new Promise(() => undefined);
    died.pager.start();
    await turn();
    expect(died.sent).toEqual(['a']);

    const bench = createBench([], { timeoutMs: 5_000 }, died.disk);
    bench.pager.start();
    await bench.settled(1);
    expect(bench.outcomes).toEqual([{ id: 'a', outcome: 'accepted', possibleDuplicate: true }]);
    await bench.pager.stop();
  });

  test('a page leaves once its lease is on the disk; who nudges meanwhile is heard after that', async () => {
    const bench = createBench(['a']);
    const disk = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const asked: number[] = [];
    bench.store.syncWith(() => disk[asked.push(asked.length) === 1 ? 0 : 1].promise);
    bench.pager.start();
    await turn();
    bench.disk.pages.set('late-1', { ...owe('late-1', bench.clock.now()), leaseUntil: null });
    bench.pager.nudge();
    await turn();
    await turn();
    expect(asked).toHaveLength(1);
    expect(bench.sent).toEqual([]);
    disk[0].resolve();
    await bench.settled(1);
    expect(bench.sent).toEqual(['a']);
    await turn();
    expect(asked).toHaveLength(2);
    disk[1].resolve();
    await bench.settled(2);
    expect(bench.labels).toEqual([false, false]);
    await bench.pager.stop();
  });

  test('stopped while a lease is on its way to the disk, it sends nothing: the next start does, labelled', async () => {
    const bench = createBench(['a']);
    const disk = Promise.withResolvers<void>();
    bench.store.syncWith(() => disk.promise);
    bench.pager.start();
    await turn();
    await bench.pager.stop();
    disk.resolve();
    await turn();
    expect(bench.sent).toEqual([]);
    const next = createBench([], {}, bench.disk);
    next.pager.start();
    await next.settled(1);
    expect(next.outcomes).toEqual([{ id: 'a', outcome: 'accepted', possibleDuplicate: true }]);
    await next.pager.stop();
  });

  test('a disk that hangs stops no page: it goes, labelled, and once', async () => {
    const disk = Promise.withResolvers<void>();
    const bench = createBench(['a'], { leaseMs: 20, pipeline: { settle: () => disk.promise } });
    let looks = 0;
    bench.store.syncWith(() => {
      looks += 1;
      return disk.promise;
    });
    bench.pager.start();
    await vi.waitFor(() => expect(bench.sent).toEqual(['a']));
    // Its lease has run out by then, and it is found again.
    await vi.waitFor(() => {
      bench.clock.advance(60_000);
      expect(looks).toBeGreaterThan(2);
    });
    expect(bench.sent).toEqual(['a']);
    expect(bench.labels).toEqual([true]);
    disk.resolve();
    await bench.pager.stop();
    expect(bench.pager.inFlight).toBe(0);
  });

  test('a disk that loses the lease stops no page: it goes, labelled', async () => {
    const bench = createBench(['a']);
    bench.store.syncWith(() => Promise.reject(new Error('The disk did not keep it.')));
    bench.pager.start();
    await bench.settled(1);
    expect(bench.outcomes).toEqual([{ id: 'a', outcome: 'accepted', possibleDuplicate: true }]);
    await bench.pager.stop();
  });

  test('a channel that stays silent or throws may have delivered: the next attempt is labelled', async () => {
    const bench = createBench(['silent', 'throws'], { timeoutMs: 20 });
    bench.deliver.answer = ({ page }) =>
      page.id === 'silent' ? new Promise(() => undefined) : Promise.reject(new Error('broken'));
    bench.pager.start();
    await bench.settled(2);
    expect(bench.outcomes.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
      { id: 'silent', outcome: 'retry', possibleDuplicate: true },
      { id: 'throws', outcome: 'retry', possibleDuplicate: true },
    ]);
    await bench.pager.stop();
  });

  test('while an outcome cannot be written down, the page is not sent a second time', async () => {
    let refusals = 2;
    const bench = createBench(['a'], {
      pipeline: { settle: () => (refusals-- > 0 ? Promise.reject(new Error('disk full')) : Promise.resolve()) },
      timeoutMs: 1_000,
    });
    bench.pager.start();
    await turn();
    bench.clock.advance(600_000);
    await turn();
    await turn();
    expect(bench.sent).toEqual(['a']);
    expect(bench.pager.inFlight).toBe(1);
    await bench.pager.stop();
  });

  test('a disk that takes no lease stops no page: each goes once, labelled, and is settled once the disk is back', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    const back = Promise.withResolvers<void>();
    const told: string[] = [];
    const bench = createBench(ids, {
      concurrency: 2,
      events: { pageSent: () => undefined, pagesNotSettled: () => undefined, workFailed: (work) => told.push(work) },
      pipeline: { settle: () => back.promise },
    });
    bench.store.failWith('STORE_FULL');
    bench.pager.start();
    for (let second = 0; second < 5; second += 1) {
      await turn();
      await turn();
      bench.clock.advance(1_000);
    }
    expect(bench.sent.toSorted()).toEqual(ids);
    expect(bench.labels).toEqual([true, true, true, true]);
    expect(told).toEqual(['take leases back', 'lease pages']);
    bench.store.failWith(null);
    for (const id of ids) bench.disk.pages.delete(id);
    back.resolve();
    await turn();
    await turn();
    expect(bench.pager.inFlight).toBe(0);
    expect(bench.sent).toHaveLength(4);
    await bench.pager.stop();
  });

  test('a page that no channel took while the disk was full is tried again in time, disk or no disk', async () => {
    const bench = createBench(['a']);
    bench.deliver.answer = () => Promise.resolve({ outcome: 'retry', reason: 'busy', afterMs: 5_000 });
    bench.store.failWith('STORE_FULL');
    bench.pager.start();
    await turn();
    await turn();
    bench.clock.advance(4_999);
    await turn();
    expect(bench.sent).toEqual(['a']);
    bench.clock.advance(1);
    await turn();
    await turn();
    expect(bench.sent).toEqual(['a', 'a']);
    bench.deliver.answer = () => Promise.resolve(ACCEPTED);
    bench.store.failWith(null);
    bench.clock.advance(5_000);
    await bench.settled(1);
    expect(bench.outcomes).toEqual([{ id: 'a', outcome: 'accepted', possibleDuplicate: true }]);
    await bench.pager.stop();
  });

  test('stopped, it leaves no page half sent: what is on its way is written down first, and nothing else leaves', async () => {
    const bench = createBench(['a']);
    let land: (delivery: Delivery) => void = () => undefined;
    bench.deliver.answer = () => new Promise((resolve) => (land = resolve));
    bench.pager.start();
    await turn();
    expect(bench.pager.inFlight).toBe(1);
    let stopped = false;
    const stopping = bench.pager.stop().then(() => (stopped = true));
    expect(bench.clock.pending).toBe(0);
    bench.disk.pages.set('late-1', { ...owe('late-1', bench.clock.now()), leaseUntil: null });
    bench.pager.nudge();
    bench.clock.advance(60_000);
    await turn();
    await turn();
    expect([stopped, bench.sent]).toEqual([false, ['a']]);
    land(ACCEPTED);
    await stopping;
    expect(bench.outcomes).toEqual([{ id: 'a', outcome: 'accepted', possibleDuplicate: false }]);
    expect([bench.pager.inFlight, bench.sent]).toEqual([0, ['a']]);
  });

  test('stopped before it has looked, it takes nothing', async () => {
    const bench = createBench(['a']);
    bench.pager.start();
    await bench.pager.stop();
    await turn();
    expect([bench.sent, bench.disk.pages.get('a')?.leaseUntil]).toEqual([[], null]);
  });

  test('stopped while the disk writes nothing down, it ends, and the page stays leased for the next start', async () => {
    const bench = createBench(['a'], { pipeline: { settle: () => Promise.reject(new Error('no disk')) } });
    let land: (delivery: Delivery) => void = () => undefined;
    bench.deliver.answer = () => new Promise((resolve) => (land = resolve));
    bench.pager.start();
    await turn();
    const stopping = bench.pager.stop();
    land(ACCEPTED);
    await stopping;
    expect(bench.disk.pages.get('a')?.leaseUntil).not.toBeNull();
  });

  test('a page that was answered before it left stays here, and leaves the outbox', async () => {
    const bench = createBench(['a', 'b']);
    const { pages } = bench.disk.incidents.get('i') as Incident;
    const answered = pages.map((page) => (page.id === 'a' ? { ...page, state: 'withdrawn' as const } : page));
    bench.disk.incidents.set('i', { id: 'i', pages: answered } as unknown as Incident);
    bench.pager.start();
    await bench.settled(2);
    expect(bench.sent).toEqual(['b']);
    expect(bench.outcomes).toContainEqual({ id: 'a', outcome: 'failed', possibleDuplicate: false });
    await bench.pager.stop();
  });

  test('a page of an incident that is not there fails for good', async () => {
    const bench = createBench(['a']);
    bench.disk.incidents.clear();
    bench.pager.start();
    await bench.settled(1);
    expect(bench.outcomes).toEqual([{ id: 'a', outcome: 'failed', possibleDuplicate: false }]);
    expect(bench.sent).toEqual([]);
    await bench.pager.stop();
  });
});

describe('pages that come too late', () => {
  const gathering = (told: string[][], answer: () => Delivery): Partial<Notifier> => ({
    lateFor: ({ page }) => (page.id.startsWith('late') ? 'group' : null),
    deliverLate(pages) {
      told.push(pages.map(({ owed }) => owed.page.id));
      return Promise.resolve(answer());
    },
  });

  test('are told in one message, however many more are owed than are sent at once; others go as pages', async () => {
    const ids = ['late-1', 'now', 'late-2', 'late-3', 'late-4'];
    const told: string[][] = [];
    const bench = createBench(ids, { concurrency: 2 });
    Object.assign(
      bench.notifier,
      gathering(told, () => ACCEPTED),
    );
    bench.pager.start();
    await bench.settled(5);
    expect(told).toEqual([['late-1', 'late-2', 'late-3', 'late-4']]);
    expect(bench.sent).toEqual(['now']);
    expect(bench.reasons.get('late-3')).toBe('told late, 4 in one message');
    await bench.pager.stop();
    expect(bench.pager.inFlight).toBe(0);
  });

  test('wait together while there is no line, and are lost by no death', async () => {
    const told: string[][] = [];
    let line: Delivery = { outcome: 'retry', reason: 'no line', afterMs: 30_000, unsent: true };
    const bench = createBench(['late-1', 'late-2']);
    Object.assign(
      bench.notifier,
      gathering(told, () => line),
    );
    bench.pager.start();
    await bench.settled(2);
    await bench.pager.stop();

    const next = createBench([], {}, bench.disk);
    line = ACCEPTED;
    Object.assign(
      next.notifier,
      gathering(told, () => line),
    );
    next.clock.advance(30_000);
    next.pager.start();
    await next.settled(2);
    expect(told).toEqual([
      ['late-1', 'late-2'],
      ['late-1', 'late-2'],
    ]);
    await next.pager.stop();
  });

  test('are not told once somebody has answered', async () => {
    const told: string[][] = [];
    const bench = createBench(['late-1', 'late-2']);
    Object.assign(
      bench.notifier,
      gathering(told, () => ACCEPTED),
    );
    const incident = bench.disk.incidents.get('i')!;
    const pages = incident.pages.map((page) =>
      page.id === 'late-1' ? { ...page, state: 'withdrawn' as const } : page,
    );
    bench.disk.incidents.set('i', { ...incident, pages });
    bench.pager.start();
    await bench.settled(2);
    expect(told).toEqual([['late-2']]);
    await bench.pager.stop();
  });
});
