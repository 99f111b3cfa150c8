import fc from 'fast-check';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSqliteStore } from '../adapters/sqlite-store.ts';
import { officePark } from '../domain/testing/office-park.ts';
import type { Delivery, Notifier, OwedPage, Store } from '../ports.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { createMemoryDisk, createMemoryStore } from '../testing/memory-store.ts';
import { createParkEdge } from '../testing/park-edge.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { createPager } from './pager.ts';

const ACCEPTED: Delivery = { outcome: 'accepted', reference: null };
const BUSY: Delivery = { outcome: 'retry', reason: 'busy', afterMs: 30_000 };
const never = () => new Promise<never>(() => undefined);
const turn = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

/** A page as somebody's phone got it; `answered`: its incident had been answered, on disk, by then. */
interface Rung {
  readonly page: string;
  readonly possibleDuplicate: boolean;
  readonly answered: boolean;
}

/** One life of the edge: its pager, its pipeline, and a phone that outlives them. */
function live(disk: Store, rung: Rung[], over: { clock?: FakeClock; settles?: boolean } = {}) {
  const time = over.clock ?? createFakeClock();
  const life = { isOver: false };
  const clock: FakeClock = { ...time, now: time.now, wake: (at, call) => time.wake(at, () => life.isOver || call()) };
  const store: Store = { ...disk, leasePages: (...asked) => (life.isOver ? [] : disk.leasePages(...asked)) };
  const edge = createParkEdge({ store, clock, onPagesOwed: () => pager.nudge() });
  const answers: { deliver: (owed: OwedPage) => Promise<Delivery> } = { deliver: () => Promise.resolve(ACCEPTED) };
  const notifier: Notifier = {
    deliver(owed, incident) {
      const { id, possibleDuplicate } = owed.page;
      const answered = store.incident(incident.id)?.response !== 'open';
      rung.push({ page: id, possibleDuplicate, answered });
      return answers.deliver(owed);
    },
  };
  const pipeline = over.settles === false ? { settle: never } : edge.pipeline;
  const nothing = () => undefined;
  const events = { pageSent: nothing, pagesNotSettled: nothing, workFailed: nothing };
  const pager = createPager({ store, notifier, pipeline, clock, events });
  return { ...edge, pager, answers, die: () => void (life.isOver = true) };
}

describe('whenever the edge dies', () => {
  let directory: string;
  let disks: Store[];
  let rung: Rung[];

  beforeEach(() => {
    directory = temporaryFolder();
    disks = [];
    rung = [];
  });
  afterEach(() => {
    for (const disk of disks) disk.close();
  });

  function open(): Store {
    const store = createSqliteStore({ path: join(directory, 'store.sqlite') });
    disks.push(store);
    return store;
  }

  /** What had become of the first page when the edge died, and how often the phone rings in all. */
  const DEATHS: Readonly<Record<string, { readonly rings: readonly boolean[]; die(store: Store): Promise<unknown> }>> =
    {
      'before the lease': { rings: [false], die: (store) => live(store, rung).trap() },
      'leased and not sent': {
        rings: [true],
        async die(store) {
          await live(store, rung).trap();
          return store.leasePages(Date.UTC(2026, 2, 2, 8), 40_000, 8);
        },
      },
      'sent, and no answer yet': {
        rings: [false, true],
        async die(store) {
          const edge = live(store, rung);
          edge.answers.deliver = never;
          edge.pager.start();
          await edge.trap();
          await expect.poll(() => rung.length).toBe(1);
        },
      },
      'accepted, and not written down': {
        rings: [false, true],
        async die(store) {
          const edge = live(store, rung, { settles: false });
          edge.pager.start();
          await edge.trap();
          await expect.poll(() => rung.length).toBe(1);
          await turn();
        },
      },
      'written down': {
        rings: [false],
        async die(store) {
          const edge = live(store, rung);
          edge.pager.start();
          const { id } = await edge.trap();
          await expect.poll(() => store.incident(id)?.pages[0]?.state).toBe('accepted');
        },
      },
    };

  test.each(Object.entries(DEATHS))(
    '%s: no page is lost, and one that may be a second is labelled',
    async (_, death) => {
      const before = open();
      await death.die(before);
      before.close();

      const store = open();
      const edge = live(store, rung);
      edge.pager.start();
      const [incident] = store.incidents({ limit: 1 });
      await expect.poll(() => store.incident(incident!.id)?.pages[0]?.state).toBe('accepted');
      await edge.pager.stop();
      expect(rung.map(({ possibleDuplicate }) => possibleDuplicate)).toEqual(death.rings);
      expect(store.sizes().owedPages).toBe(0);
    },
  );

  test.each(Object.entries(DEATHS))('%s, and answered at once afterwards: nobody is paged for it', async (_, death) => {
    const before = open();
    await death.die(before);
    before.close();
    const heard = rung.length;

    const store = open();
    const edge = live(store, rung);
    const [incident] = store.incidents({ limit: 1 });
    await edge.order('acknowledge', incident!.id, 'li');
    edge.pager.start();
    await turn();
    edge.clock.advance(60_000);
    await turn();
    await edge.pager.stop();
    expect(rung.length).toBe(heard);
    expect(store.sizes().owedPages).toBe(0);
  });
});

describe('somebody answers', () => {
  const world = () => {
    const rung: Rung[] = [];
    const store = createMemoryStore({ disk: createMemoryDisk() });
    return { rung, store, ...live(store, rung) };
  };

  test.each(['acknowledge', 'arrive', 'resolve', 'cancel'] as const)(
    '%s takes back the pages that wait for their retry, for good',
    async (verb) => {
      const edge = world();
      edge.answers.deliver = () => Promise.resolve(BUSY);
      edge.pager.start();
      const { id } = await edge.trap();
      await expect.poll(() => edge.rung.length).toBe(1);
      await edge.pipeline.flush();
      await edge.order(verb, id, 'li');
      edge.clock.advance(31_000);
      await turn();
      await turn();
      expect(edge.rung).toHaveLength(1);
      expect(edge.store.incident(id)?.pages).toMatchObject([{ state: 'withdrawn' }]);
      expect(edge.store.sizes().owedPages).toBe(0);
      await edge.pager.stop();
    },
  );

  /** Zhao acknowledges while the page is on its way, and then that ends like this. */
  async function answeredWhileOnItsWay(end: Delivery) {
    const edge = world();
    const landing = Promise.withResolvers<Delivery>();
    edge.answers.deliver = () => landing.promise;
    edge.pager.start();
    const { id } = await edge.trap();
    await expect.poll(() => edge.rung.length).toBe(1);
    await edge.order('acknowledge', id, 'zhao');
    landing.resolve(end);
    await edge.pager.stop();
    return { pages: edge.store.incident(id)?.pages, owed: edge.store.sizes().owedPages };
  }

  test('while a page is on its way, and it fails: it is not tried again', async () => {
    const { pages, owed } = await answeredWhileOnItsWay({ ...BUSY, afterMs: 0 });
    expect(owed).toBe(0);
    expect(pages).toMatchObject([{ state: 'withdrawn', reason: 'acknowledged' }]);
  });

  test('while a page is on its way, and it arrives: the evidence says that the person has it', async () => {
    const { pages, owed } = await answeredWhileOnItsWay(ACCEPTED);
    expect(owed).toBe(0);
    expect(pages).toMatchObject([{ state: 'accepted' }]);
  });

  test('on site: the pages of the steps that still ran after the acknowledgement are taken back too', async () => {
    const edge = world();
    const { id } = await edge.trap();
    edge.clock.advance(300_000);
    await edge.order('acknowledge', id, 'zhao');
    edge.clock.advance(60_000);
    await edge.pipeline.flush();
    const waiting = edge.store.sizes().owedPages;
    await edge.order('arrive', id, 'zhao');
    expect([waiting > 0, edge.store.sizes().owedPages]).toEqual([true, 0]);
  });

  /** What may happen next, in any order. */
  type Happening = 'answer' | 'second passes' | 'page lands' | 'page is busy' | 'edge dies';
  const happenings = fc.array(
    fc.constantFrom<Happening>('answer', 'second passes', 'page lands', 'page is busy', 'page lands', 'edge dies'),
    { maxLength: 25 },
  );

  test('in whatever order: no page leaves for what is answered, none is lost, and no second one is unlabelled', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, async (story) => {
        const rung: Rung[] = [];
        const disk = createMemoryDisk();
        const clock = createFakeClock();
        let landings: ((delivery: Delivery) => void)[] = [];
        const begin = () => {
          const life = live(createMemoryStore({ disk }), rung, { clock });
          life.answers.deliver = () => new Promise((resolve) => landings.push(resolve));
          life.pager.start();
          return life;
        };
        let edge = begin();
        const { id } = await edge.trap();
        const land = (delivery: Delivery) => landings.shift()?.(delivery);
        const acts: Readonly<Record<Happening, () => unknown>> = {
          answer: () => edge.order('acknowledge', id, 'li'),
          'second passes': () => clock.advance(1_000),
          'page lands': () => land(ACCEPTED),
          'page is busy': () => land({ ...BUSY, afterMs: 1_000 }),
          'edge dies': () => {
            landings = [];
            edge.die();
            edge = begin();
          },
        };
        for (const happening of story) {
          const done = acts[happening]();
          await turn();
          await done;
        }
        for (let more = 0; more < 12; more += 1) {
          land(ACCEPTED);
          clock.advance(1_000);
          await turn();
        }
        expect(rung.filter(({ answered }) => answered)).toEqual([]);
        if (!story.includes('answer')) expect(rung.length).toBeGreaterThan(0);
        const seconds = rung.filter(({ page }, index) => rung.findIndex((first) => first.page === page) < index);
        if (!story.includes('page is busy')) expect(seconds.every((one) => one.possibleDuplicate)).toBe(true);
        edge.die();
      }),
      { numRuns: 150 },
    );
  });
});

test('in a storm the critical incident is told first, whoever was first owed', async () => {
  const disk = createMemoryDisk();
  const store = createMemoryStore({ disk });
  const rung: Rung[] = [];
  const sump = { ...officePark.assets[1]!, id: 'sump-1' };
  const registry = { ...officePark, assets: [...officePark.assets, sump] };
  const edge = createParkEdge({ store, registry });
  const report = { commandId: 'report-0001', asset: 'sump-1', fault: 'pump_failed', severity: 'major', reporter: 'li' };
  await edge.pipeline.report(report as Parameters<typeof edge.pipeline.report>[0], edge.clock.now(), 'edge');
  edge.clock.advance(1_000);
  await edge.trap();
  const next = live(createMemoryStore({ disk }), rung, { clock: edge.clock });
  const [major, critical] = store.incidents({ limit: 2 }).toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : 1));
  next.pager.start();
  await expect.poll(() => rung.length).toBe(2);
  await next.pager.stop();
  expect(rung.map(({ page }) => page.split('.')[0])).toEqual([critical?.id, major?.id]);
});
