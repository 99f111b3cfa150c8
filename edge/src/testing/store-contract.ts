import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Reading } from '@keepsite/edge-contract';
import { isEdgeError } from '../errors.ts';
import { openKey } from '../domain/incident.ts';
import type { Store } from '../ports.ts';
import { commitOf, eventOf, incidentOf, keptOf, owedOf, readingOf, strangerOf, T0 } from './store-samples.ts';

/** A store under test, and the same disk opened again after its process is gone. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly reopen: () => Store;
  readonly remove: () => void;
}

/** Small on purpose, so that the suite meets the bound. */
export const CONTRACT_QUARANTINE = {
  rejected: { maxItems: 5, maxBytes: 200_000 },
  strangers: { maxItems: 8, maxBytes: 1_000, each: { maxItems: 4, maxBytes: 600 } },
} as const;

const MINUTE = 60_000;
const CHECKPOINT = '{"rules":[],"notes":[]}';
const FIRST = '{"answer":"first"}';

/** The promises of the store, held against every implementation. */
export function storeContract(name: string, make: () => StoreUnderTest): void {
  describe(`store contract: ${name}`, () => {
    let under: StoreUnderTest;
    let store: Store;
    let opened: Store[];

    beforeEach(() => {
      under = make();
      store = under.store;
      opened = [store];
    });
    afterEach(() => {
      for (const one of opened) one.close();
      under.remove();
    });

    function restart(): Store {
      store.close();
      store = under.reopen();
      opened.push(store);
      return store;
    }

    const all = { device: 'pump-1', from: 0, to: T0 * 2, limit: 1_000 };
    const minutes = (count: number) =>
      Array.from({ length: count }, (_, n) =>
        readingOf({ at: T0 + n * MINUTE, receivedAt: T0 + n * MINUTE, value: n }),
      );

    test('an empty store remembers nothing', () => {
      expect(store.remember()).toEqual({
        lastEvent: null,
        lastBlock: 0,
        live: [],
        devices: [],
        strangers: [],
        checkpoint: null,
        episodes: new Map(),
      });
      expect(store.sizes()).toMatchObject({ events: 0, blocks: 0, owedPages: 0, quarantined: 0 });
    });

    test('blocks are numbered without gaps, and a commit without readings takes no number', () => {
      expect(store.commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 1 });
      expect(store.commit(commitOf({ events: [eventOf(1)] }))).toEqual({ block: null });
      expect(store.commit(commitOf({ readings: [readingOf(), readingOf()] }))).toEqual({ block: 2 });
      expect(store.blocks({ after: 0, limit: 10 }).map(({ seq, rows }) => [seq, rows.length])).toEqual([
        [1, 1],
        [2, 2],
      ]);
      expect(restart().commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 3 });
      expect(store.blocks({ after: 1, to: 2, limit: 10 }).map(({ seq }) => seq)).toEqual([2]);
      expect(store.blocks({ after: 0, limit: 2 }).map(({ seq }) => seq)).toEqual([1, 2]);
      expect(store.sizes().blocks).toBe(3);
    });

    test('what was committed is remembered after a restart', () => {
      const device = {
        device: 'leak-1',
        family: 'milesight',
        lastHeardAt: T0,
        online: true,
        silentSince: null,
        lastTopic: 'a/b',
      };
      store.commit(
        commitOf({
          readings: [readingOf()],
          events: [eventOf(1), eventOf(2)],
          incidents: [incidentOf('inc-1', { episode: 1, response: 'closed' }), incidentOf('inc-2', { episode: 2 })],
          devices: [device, { ...device, device: 'leak-2', online: null, silentSince: T0 }],
        }),
      );
      const strangers = ['new-1', 'new-2'].map((id) => strangerOf(id));
      store.commit(commitOf({ devices: [{ ...device, online: false, lastHeardAt: T0 + 5 }], strangers }));
      store.commit(commitOf({ strangers: [strangerOf('new-1', { messages: 9 })], forgotten: ['new-2'] }));
      store.saveCheckpoint(1, CHECKPOINT);
      expect(restart().remember()).toEqual({
        lastEvent: { seq: 2, hash: eventOf(2).hash },
        lastBlock: 1,
        live: [incidentOf('inc-2', { episode: 2 })],
        devices: [
          { ...device, online: false, lastHeardAt: T0 + 5 },
          { ...device, device: 'leak-2', online: null, silentSince: T0 },
        ],
        strangers: [strangerOf('new-1', { messages: 9 })],
        checkpoint: { block: 1, state: CHECKPOINT },
        episodes: new Map([[openKey({ asset: 'room-1', fault: 'leak' }), 2]]),
      });
    });

    test('a commit that breaks writes nothing of itself', () => {
      store.commit(commitOf({ events: [eventOf(1)], readings: [readingOf()] }));
      const broken = commitOf({
        readings: [readingOf({ value: 99 })],
        events: [eventOf(2), eventOf(1)],
        incidents: [incidentOf('inc-1')],
        sourceIds: ['s-1'],
        pages: [owedOf('p-1', T0)],
      });
      expect(() => store.commit(broken)).toThrow(expect.objectContaining({ code: 'STORE_FAILED' }));
      expect(store.readings(all).map(({ value }) => value)).toEqual([21.5]);
      expect(store.events({ after: 0, limit: 10 })).toEqual([eventOf(1)]);
      expect(store.incident('inc-1')).toBeUndefined();
      expect(store.hasSourceId('s-1')).toBe(false);
      expect(store.sizes().owedPages).toBe(0);
      expect(store.commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 2 });
    });

    test('events come by number, all of them or one incident’s', () => {
      store.commit(commitOf({ events: [eventOf(1), eventOf(2, 'inc-2'), eventOf(3)] }));
      expect(store.events({ after: 0, limit: 2 })).toEqual([eventOf(1), eventOf(2, 'inc-2')]);
      expect(store.events({ after: 2, limit: 10 })).toEqual([eventOf(3)]);
      expect(store.events({ after: 0, limit: 10, incident: 'inc-1' })).toEqual([eventOf(1), eventOf(3)]);
      expect(store.sizes().events).toBe(3);
    });

    test('incidents come newest first, by state, page by page', () => {
      const openedAt = (minute: number) => `2026-03-02T08:0${minute}:00.000Z`;
      store.commit(
        commitOf({
          incidents: [
            incidentOf('b', { openedAt: openedAt(1) }),
            incidentOf('a', { openedAt: openedAt(1), response: 'cancelled' }),
            incidentOf('c', { openedAt: openedAt(3), response: 'closed' }),
            incidentOf('d', { openedAt: openedAt(2), response: 'resolved' }),
          ],
        }),
      );
      const ids = (query: Parameters<Store['incidents']>[0]) => store.incidents(query).map(({ id }) => id);
      expect(ids({ limit: 10 })).toEqual(['c', 'd', 'b', 'a']);
      expect(ids({ limit: 2 })).toEqual(['c', 'd']);
      expect(ids({ limit: 2, before: 'd' })).toEqual(['b', 'a']);
      expect(ids({ limit: 9, before: 'b' })).toEqual(['a']);
      expect(ids({ limit: 10, state: 'open' })).toEqual(['d', 'b']);
      expect(ids({ limit: 10, state: 'closed' })).toEqual(['c', 'a']);
      expect(ids({ limit: 10, before: 'nobody' })).toEqual([]);
      store.commit(
        commitOf({ incidents: [incidentOf('b', { openedAt: openedAt(1), response: 'closed', version: 7 })] }),
      );
      expect(ids({ limit: 10, state: 'open' })).toEqual(['d']);
      expect(store.incident('b')?.version).toBe(7);
    });

    test('readings come in the order of their own time, by device, metric and range', () => {
      const late = readingOf({ at: T0 - MINUTE, receivedAt: T0 + 5 * MINUTE, historical: true, quality: 'cached' });
      const timeless = readingOf({ at: null, receivedAt: T0 + MINUTE, value: null, quality: 'unknown' });
      const other = readingOf({ metric: 'leak', value: true, at: T0 + 1 });
      store.commit(commitOf({ readings: [readingOf(), other, readingOf({ device: 'pump-2' })] }));
      store.commit(
        commitOf({ readings: [late, timeless, readingOf({ part: 'ch1', at: T0 + 2 * MINUTE, value: 'up' })] }),
      );
      expect(store.readings(all)).toEqual([
        late,
        readingOf(),
        other,
        timeless,
        readingOf({ part: 'ch1', at: T0 + 2 * MINUTE, value: 'up' }),
      ]);
      expect(store.readings({ ...all, metric: 'leak' })).toEqual([other]);
      expect(store.readings({ ...all, from: T0, to: T0 + 1 })).toEqual([readingOf()]);
      expect(store.readings({ ...all, limit: 2 })).toEqual([late, readingOf()]);
      expect(store.readings({ ...all, device: 'pump' })).toEqual([]);
    });

    test('maintenance changes no answer', async () => {
      for (const reading of minutes(90))
        store.commit(commitOf({ readings: [reading, { ...reading, metric: 'leak', value: true }] }));
      store.commit(
        commitOf({ readings: [readingOf({ at: T0 + 30_500, receivedAt: T0 + 90 * MINUTE, historical: true })] }),
      );
      const before = store.readings(all);
      for (let quarter = 4; quarter < 24; quarter++) {
        await store.maintain(T0 + quarter * 15 * MINUTE);
        expect(store.readings(all)).toEqual(before);
      }
      expect(store.readings({ ...all, from: T0 + 10 * MINUTE, to: T0 + 12 * MINUTE, metric: 'leak' })).toHaveLength(2);
      expect(store.readings({ ...all, limit: 7 })).toEqual(before.slice(0, 7));
      expect(restart().readings(all)).toEqual(before);
    });

    test('the newest reading of every series is known, however old it is', async () => {
      const phase = readingOf({ metric: 'active_power_w', part: 'a', value: 700 });
      const late = { ...phase, at: T0 - 60 * MINUTE, receivedAt: T0 + MINUTE, value: 9, historical: true };
      store.commit(commitOf({ readings: [readingOf({ at: T0 - 1, value: 1 }), readingOf(), phase, late] }));
      store.commit(commitOf({ readings: [readingOf({ device: 'pump-2' })] }));
      expect(store.latest('pump-1')).toEqual([phase, readingOf()]);
      for (const hours of [1, 4, 100]) {
        await store.maintain(T0 + hours * 60 * MINUTE);
        expect(store.latest('pump-1')).toEqual([phase, readingOf()]);
      }
      const word = readingOf({ at: T0 + 200 * 60 * MINUTE, receivedAt: T0 + 200 * 60 * MINUTE, value: 'up' });
      store.commit(commitOf({ readings: [word] }));
      expect(restart().latest('pump-1')).toEqual([phase, word]);
      expect(store.latest('nobody')).toEqual([]);
    });

    test('the course of a metric tells of good numbers, counts the others, and leaves gaps', async () => {
      const at = (minute: number, part: Partial<Reading>) =>
        readingOf({ at: T0 + minute * MINUTE, receivedAt: T0 + minute * MINUTE, ...part });
      const course = (width: number) =>
        store.course({ device: 'pump-1', metric: 'temperature_c', from: T0 + 1, to: T0 + 60 * MINUTE, width });
      store.commit(commitOf({ readings: minutes(15) }));
      store.commit(
        commitOf({
          readings: [
            at(31, { value: null, quality: 'bad' }),
            at(32, { value: true }),
            at(33, { value: 'off' }),
            at(34, { part: 'ch1', value: 7 }),
          ],
        }),
      );
      const none = { min: null, max: null, mean: null };
      const expected = [
        {
          part: null,
          buckets: [
            { from: T0, count: 15, good: 15, min: 0, max: 14, mean: 7, last: 14 },
            { from: T0 + 30 * MINUTE, count: 3, good: 2, min: 1, max: 1, mean: 1, last: 'off' },
          ],
        },
        { part: 'ch1', buckets: [{ from: T0 + 30 * MINUTE, count: 1, good: 1, min: 7, max: 7, mean: 7, last: 7 }] },
      ];
      const narrow = { from: T0 + 31 * MINUTE, count: 1, good: 0, ...none, last: null };
      expect(course(15 * MINUTE)).toEqual(expected);
      expect(course(MINUTE)[0]?.buckets[15]).toEqual(narrow);
      for (const hours of [1, 4, 100]) {
        await store.maintain(T0 + hours * 60 * MINUTE);
        expect(course(15 * MINUTE)).toEqual(expected);
        expect(course(MINUTE)[0]?.buckets[15]).toEqual(narrow);
      }
    });

    test('a raw block stays until it is old, accepted by the cloud, and behind the checkpoint', async () => {
      for (const reading of minutes(10)) store.commit(commitOf({ readings: [reading] }));
      const seqs = () => store.blocks({ after: 0, limit: 100 }).map(({ seq }) => seq);
      const much = async () => {
        for (let n = 0; n < 3; n++) await store.maintain(T0 + 60 * MINUTE);
      };
      await much();
      expect(seqs()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      store.saveCursor('uplink.blocks.low', '5');
      store.saveCheckpoint(2, CHECKPOINT);
      await much();
      expect(seqs()).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
      store.saveCheckpoint(10, CHECKPOINT);
      await much();
      expect(seqs()).toEqual([5, 6, 7, 8, 9, 10]);
      store.saveCursor('uplink.blocks.low', '11');
      await much();
      expect(store.readings(all)).toHaveLength(10);
      expect(restart().remember().lastBlock).toBe(10);
      expect(store.commit(commitOf({ readings: [readingOf()] }))).toEqual({ block: 11 });
    });

    test('a young block stays even when the cloud has it', async () => {
      for (const reading of minutes(2)) store.commit(commitOf({ readings: [reading] }));
      store.saveCursor('uplink.blocks.low', '3');
      for (let n = 0; n < 3; n++) await store.maintain(T0 + 1.5 * MINUTE);
      expect(store.sizes().blocks).toBe(2);
    });

    test('a page is handed out once it is due, and to one sender at a time', () => {
      store.commit(commitOf({ pages: [owedOf('p-2', T0 + 10), owedOf('p-1', T0), owedOf('p-3', T0 + 99)] }));
      expect(store.leasePages(T0 - 1, 1_000, 10)).toEqual([]);
      const first = store.leasePages(T0 + 10, 1_000, 1);
      expect(first.map(({ page }) => [page.id, page.state, page.possibleDuplicate])).toEqual([
        ['p-1', 'sending', false],
      ]);
      expect(store.leasePages(T0 + 10, 1_000, 10).map(({ page }) => page.id)).toEqual(['p-2']);
      expect(store.leasePages(T0 + 10, 1_000, 10)).toEqual([]);
      expect(store.sizes().owedPages).toBe(3);
    });

    test('the most urgent page leaves first, and of equally urgent ones the one that has waited longest', () => {
      const pages = [
        owedOf('late', T0 + 3, { urgency: 1 }),
        owedOf('early', T0 + 1, { urgency: 1 }),
        owedOf('digest', T0, { urgency: 9 }),
        owedOf('critical', T0 + 5, { urgency: 0 }),
        owedOf('not yet', T0 + 99, { urgency: 0 }),
      ];
      store.commit(commitOf({ pages }));
      restart();
      expect(store.duePages(T0 + 9, 10).map(({ page }) => page.id)).toEqual(['critical', 'early', 'late', 'digest']);
      expect(store.leasePages(T0 + 9, 1_000, 2).map(({ page, urgency }) => [page.id, urgency])).toEqual([
        ['critical', 0],
        ['early', 1],
      ]);
      expect(store.leasePages(T0 + 9, 1_000, 9).map(({ page }) => page.id)).toEqual(['late', 'digest']);
    });

    test('a page whose sender died comes back marked as a possible duplicate, after a restart too', () => {
      store.commit(commitOf({ pages: [owedOf('p-1', T0)] }));
      store.leasePages(T0, 1_000, 10);
      restart();
      expect(store.leasePages(T0 + 999, 1_000, 10)).toEqual([]);
      const [again] = store.leasePages(T0 + 1_000, 1_000, 10);
      expect(again?.page).toMatchObject({ id: 'p-1', possibleDuplicate: true, state: 'sending' });
      const [third] = store.leasePages(T0 + 2_000, 1_000, 10);
      expect(third?.page.possibleDuplicate).toBe(true);
    });

    test('a sender that starts need not wait for the leases of the one that died', () => {
      store.commit(commitOf({ pages: [owedOf('p-1', T0), owedOf('p-2', T0 + 5_000)] }));
      store.leasePages(T0, 40_000, 10);
      restart();
      store.takeBackLeases();
      expect(store.leasePages(T0 + 1, 1_000, 10).map(({ page }) => [page.id, page.possibleDuplicate])).toEqual([
        ['p-1', true],
      ]);
    });

    test('a retry is free again at its own time and is no duplicate; a settled page is gone', () => {
      store.commit(commitOf({ pages: [owedOf('p-1', T0), owedOf('p-2', T0)] }));
      store.leasePages(T0, 60_000, 10);
      store.commit(commitOf({ pages: [owedOf('p-1', T0 + 500, { attempts: 1 })], settledPages: ['p-2'] }));
      expect(store.leasePages(T0 + 499, 60_000, 10)).toEqual([]);
      expect(store.leasePages(T0 + 500, 60_000, 10)).toMatchObject([
        { attempts: 1, notBefore: T0 + 500, page: { id: 'p-1', possibleDuplicate: false } },
      ]);
      expect(store.leasePages(T0 + 10_000_000, 1, 10).map(({ page }) => page.id)).toEqual(['p-1']);
    });

    test('what is due can be read without a lease, by whoever has one, and changes nothing', () => {
      store.commit(commitOf({ pages: [owedOf('p-2', T0 + 10), owedOf('p-1', T0), owedOf('p-3', T0 + 99)] }));
      store.leasePages(T0, 60_000, 10);
      expect(store.duePages(T0 + 10, 10).map(({ page }) => page.id)).toEqual(['p-1', 'p-2']);
      expect(store.duePages(T0 + 10, 1).map(({ page }) => page.id)).toEqual(['p-1']);
      expect(store.leasePages(T0 + 10, 60_000, 10)).toMatchObject([{ page: { id: 'p-2', possibleDuplicate: false } }]);
    });

    test('quarantine keeps the bytes, cuts what is huge, and lets the oldest go', () => {
      store.commit(commitOf({ quarantined: [keptOf(1), keptOf(2), keptOf(3, 100_000)] }));
      const { items, total } = store.quarantine({ limit: 10 });
      expect(total).toBe(3);
      expect(items.map(({ id, topic, size, payload }) => [id, topic, size, payload.length])).toEqual([
        [3, 't/3', 100_000, 65_536],
        [2, 't/2', 3, 3],
        [1, 't/1', 3, 3],
      ]);
      expect([...(items[2]?.payload ?? [])]).toEqual([1, 1, 1]);
      expect(store.quarantine({ before: 3, limit: 1 }).items.map(({ id }) => id)).toEqual([2]);
      store.commit(commitOf({ quarantined: [4, 5, 6, 7].map((n) => keptOf(n)) }));
      expect(store.quarantine({ limit: 10 }).items.map(({ id }) => id)).toEqual([7, 6, 5, 4, 3]);
      store.commit(commitOf({ quarantined: [8, 9, 10].map((n) => keptOf(n, 65_536)) }));
      // 4 × 64 KiB are above the 200,000 bytes: id 3 is large too, and goes with its elders.
      expect(store.quarantine({ limit: 10 }).items.map(({ id }) => id)).toEqual([10, 9, 8, 7, 6]);
      expect(restart().quarantine({ limit: 1 }).total).toBe(5);
      expect(store.sizes().quarantined).toBe(5);
    });

    test('a noisy source crowds out nobody but itself, and strangers never take the room of the others', () => {
      store.commit(commitOf({ quarantined: [keptOf(1, 3, { device: 'quiet' })] }));
      const noisy = (n: number) => keptOf(n, 3, { device: 'noisy' });
      store.commit(commitOf({ quarantined: [2, 3, 4, 5, 6, 7].map(noisy) }));
      expect(store.quarantine({ limit: 10 }).items.map(({ id }) => id)).toEqual([7, 6, 5, 4, 1]);

      const from = (stranger: string, n: number, bytes = 3) => keptOf(n, bytes, { stranger, reason: null });
      store.commit(commitOf({ quarantined: [from('shy', 8), from('big', 9, 290), from('big', 10, 290)] }));
      store.commit(commitOf({ quarantined: [from('big', 11, 290)] }));
      expect([store.keptFor('shy'), store.keptFor('big'), store.keptFor('nobody')]).toEqual([1, 2, 0]);
      // A long topic takes room like a long payload.
      const long = { stranger: 'long', topic: 't'.repeat(350) };
      store.commit(commitOf({ quarantined: [keptOf(12, 3, long), keptOf(13, 3, long)] }));
      expect([store.keptFor('long'), store.keptFor('big')]).toEqual([1, 2]);
      store.commit(commitOf({ forgotten: ['long'] }));
      const crowd = ['a', 'b'].flatMap((name) => [1, 2, 3, 4, 5].map((n) => from(name, 20 + n)));
      store.commit(commitOf({ quarantined: crowd }));
      expect(['shy', 'big', 'a', 'b'].map((name) => store.keptFor(name))).toEqual([1, 2, 2, 3]);
      expect(store.quarantine({ limit: 10 }).items.map(({ id }) => id)).toEqual([7, 6, 5, 4, 1]);
      expect(restart().sizes().quarantined).toBe(5);
      expect(store.keptFor('b')).toBe(3);
    });

    test('what is kept can be asked for by stranger, by device and by what is wrong with it, and taken away', () => {
      const bad = (n: number, reason: string, part = {}) =>
        keptOf(n, 3, { device: 'meter', family: 'x', reason, ...part });
      store.commit(
        commitOf({
          quarantined: [
            keptOf(1, 2, { stranger: 'new-1', reason: null, retain: true }),
            bad(2, '"abc" is no number at line 4'),
            bad(3, '"d" is no number at line 17', { size: 90 }),
            bad(4, 'not JSON'),
            keptOf(5, 2, { stranger: 'a/topic', topic: 'a/topic', family: null, reason: 'nobody knows' }),
            keptOf(6, 2, { stranger: 'b/topic', topic: 'b/topic', family: null, reason: 'nobody knows' }),
          ],
          strangers: [strangerOf('new-1')],
        }),
      );
      restart();
      const ids = (query: Parameters<Store['kept']>[0]) => store.kept(query).map(({ id }) => id);
      expect(store.kept({ of: { stranger: 'new-1' }, limit: 9 })).toEqual([
        { id: 1, ...keptOf(1, 2, { stranger: 'new-1', reason: null, retain: true }) },
      ]);
      expect(ids({ of: { device: 'meter' }, limit: 9 })).toEqual([2, 3, 4]);
      expect(ids({ of: { device: 'a/topic' }, limit: 9 })).toEqual([5]);
      expect(ids({ of: 'rejected', limit: 9, newestFirst: true })).toEqual([6, 5, 4, 3, 2]);
      expect(ids({ of: 'rejected', limit: 9, after: 2, upTo: 4 })).toEqual([3, 4]);
      expect(ids({ of: { family: 'x' }, limit: 9 })).toEqual([2, 3, 4]);
      expect(store.lastKept()).toBe(6);

      const groups = store.quarantineGroups(9);
      expect(groups.map(({ pattern, device, topic, count, whole }) => [pattern, device, topic, count, whole])).toEqual([
        ['nobody knows', null, 'b/topic', 1, 1],
        ['nobody knows', null, 'a/topic', 1, 1],
        ['not JSON', 'meter', null, 1, 1],
        ['… is no number at line …', 'meter', null, 2, 1],
      ]);
      expect(groups[3]).toMatchObject({ firstAt: T0 + 2, lastAt: T0 + 3, newest: { id: 3, size: 90 } });
      expect(groups.map((group) => ids({ of: { group }, limit: 9 }))).toEqual([[6], [5], [4], [2, 3]]);

      store.commit(commitOf({ released: [2, 4], forgotten: ['new-1'] }));
      expect(ids({ of: 'rejected', limit: 9 })).toEqual([3, 5, 6]);
      expect(store.keptFor('new-1')).toBe(0);
      expect(store.remember().strangers).toEqual([]);
      expect(store.lastKept()).toBe(6);
    });

    test('a source id and a command’s first answer are known again', () => {
      store.commit(commitOf({ sourceIds: ['m-1', 'm-1'], commands: [{ commandId: 'c-1', answer: FIRST }] }));
      store.commit(commitOf({ sourceIds: ['m-1'], commands: [{ commandId: 'c-1', answer: 'second' }] }));
      restart();
      expect([store.hasSourceId('m-1'), store.hasSourceId('m-2')]).toEqual([true, false]);
      expect([store.answerOf('c-1'), store.answerOf('c-2')]).toEqual([FIRST, undefined]);
    });

    test('cursors and the days of a meter are kept, the newest word stands', () => {
      const day = (date: string, kwh: number) => ({
        asset: 'm',
        device: 'm-1',
        day: date,
        kwh,
        peakKw: null,
        peakAt: null,
        nightShare: null,
        usualKwh: null,
        coverage: 1,
      });
      store.saveCursor('uplink.events', '7');
      store.saveCursor('uplink.events', '8');
      store.saveDaily([day('2026-03-01', 1), day('2026-03-02', 2), day('2026-03-03', 3)]);
      store.saveDaily([day('2026-03-02', 22)]);
      restart();
      expect([store.cursor('uplink.events'), store.cursor('absent')]).toEqual(['8', undefined]);
      expect(store.daily({ from: '2026-03-02', to: '2026-03-03' })).toEqual([
        day('2026-03-02', 22),
        day('2026-03-03', 3),
      ]);
    });

    test('what the store hands out cannot change what it holds', () => {
      const incident = incidentOf('inc-1');
      store.commit(commitOf({ incidents: [incident] }));
      incident.clients.push('stranger');
      store.incident('inc-1')?.clients.push('stranger');
      expect(store.incident('inc-1')?.clients).toEqual(['client-1']);
    });

    test('its errors carry a code', () => {
      store.commit(commitOf({ events: [eventOf(1)] }));
      try {
        store.commit(commitOf({ events: [eventOf(1)] }));
        expect.unreachable();
      } catch (error) {
        expect(isEdgeError(error, 'STORE_FAILED')).toBe(true);
      }
    });
  });
}
