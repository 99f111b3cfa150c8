import type { Batch, BatchResult, IncidentEvent, Reading, Registry } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { EdgeError } from '../errors.ts';
import type { Commit } from '../ports.ts';
import { createLoneRelay, QUIET_EVENTS } from '../testing/lone-relay.ts';
import { createMemoryDisk, createMemoryStore, type MemoryDisk } from '../testing/memory-store.ts';
import { LOAD_LIMITS } from './load.ts';
import type { Relay, RelayParts } from './relay.ts';

const NOW = Date.UTC(2026, 2, 2, 8);
const REGISTRY: Registry = {
  version: 3,
  sites: [],
  zones: [],
  assets: [],
  devices: [],
  people: [],
  crews: [],
  plans: [],
  calendars: [],
  rosters: [],
  contracts: [],
};

type Verdict = BatchResult['results'][number]['verdict'];

/** A cloud with a bad line: remembers what it took, and can be told to refuse records. */
function createCloud() {
  const taken = { event: new Set<number>(), block: new Set<number>() };
  const batches: Batch[] = [];
  const cloud = {
    taken,
    batches,
    /** What happens to the next batch. */
    weather: 'fine' as 'fine' | 'unreachable' | 'answer lost',
    /** Verdict for a record that is not a duplicate. */
    verdict: (_kind: string, _seq: number): Verdict => 'accepted',
    /** A whole batch with such a record gets a 400. */
    unreadable: (_kind: string, _seq: number): boolean => false,
    send(batch: Batch): Promise<BatchResult> {
      batches.push(structuredClone(batch));
      if (cloud.weather === 'unreachable') return Promise.reject(new EdgeError('UPLINK_UNREACHABLE', 'no line'));
      const records = [
        ...batch.events.map(({ seq }) => ['event', seq] as const),
        ...batch.blocks.map(({ seq }) => ['block', seq] as const),
      ];
      if (records.some(([kind, seq]) => cloud.unreadable(kind, seq)))
        return Promise.reject(new EdgeError('UPLINK_BATCH_REFUSED', 'HTTP 400'));
      const results = records.map(([kind, seq]) => {
        const verdict = taken[kind].has(seq) ? 'duplicate' : cloud.verdict(kind, seq);
        if (verdict === 'accepted') taken[kind].add(seq);
        return { kind, seq, verdict, reason: verdict === 'rejected' ? 'not like this' : null };
      });
      if (cloud.weather === 'answer lost') return Promise.reject(new EdgeError('UPLINK_UNREACHABLE', 'answer lost'));
      return Promise.resolve({ results });
    },
  };
  return cloud;
}

interface Bench {
  readonly disk: MemoryDisk;
  readonly store: ReturnType<typeof createMemoryStore>;
  readonly gone: [string, number, number][];
  readonly ticks: { now: number };
  relay: Relay;
  restart(): void;
  commit(events: number, blocks: number): void;
}

function createBench(cloud: ReturnType<typeof createCloud>, over: Partial<RelayParts> = {}): Bench {
  const disk = createMemoryDisk();
  const store = createMemoryStore({ disk });
  const gone: [string, number, number][] = [];
  const ticks = { now: 0 };
  const start = () =>
    createLoneRelay({
      registry: () => REGISTRY,
      store,
      uplink: { send: (batch) => cloud.send(batch) },
      clock: { now: () => NOW },
      events: { ...QUIET_EVENTS, recordsGone: (kind, from, to) => void gone.push([kind, from, to]) },
      random: () => 0.5,
      ticks: () => ticks.now,
      ...over,
    });
  const bench: Bench = {
    disk,
    store,
    gone,
    ticks,
    relay: start(),
    restart() {
      bench.relay = start();
    },
    commit(events, blocks) {
      for (let i = 0; i < Math.max(events, blocks); i += 1) commitOne(bench, i < events, i < blocks);
    },
  };
  return bench;
}

function commitOne({ disk, store, relay }: Bench, withEvent: boolean, withBlock: boolean): void {
  const seq = (disk.events.at(-1)?.seq ?? 0) + 1;
  const { block } = store.commit({
    ...EMPTY,
    events: withEvent ? [{ edge: 'edge-1', seq, incident: 'i', hash: 'h' } as unknown as IncidentEvent] : [],
    readings: withBlock ? [READING] : [],
  });
  relay.committed({ event: withEvent ? seq : null, block });
}

const READING: Reading = {
  device: 'm1',
  metric: 'active_power_w',
  part: null,
  value: 1,
  at: NOW,
  receivedAt: NOW,
  quality: 'good',
  historical: false,
};
const EMPTY: Commit = {
  at: NOW,
  readings: [],
  events: [],
  incidents: [],
  pages: [],
  settledPages: [],
  quarantined: [],
  released: [],
  strangers: [],
  forgotten: [],
  sourceIds: [],
  devices: [],
  commands: [],
};

function oneTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

function sorted(set: ReadonlySet<number>): number[] {
  return [...set].toSorted((a, b) => a - b);
}

async function drain(relay: Relay): Promise<void> {
  for (let i = 0; i < 500; i += 1) if ((await relay.step()) === 'idle') return;
  throw new Error('the relay did not come to rest');
}

describe('the relay', () => {
  test('whatever fails and in whatever order, everything arrives, nothing is sent after its acceptance was heard, and events go first', async () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant('commit' as const), events: fc.nat(4), blocks: fc.nat(6) }),
      fc.record({
        kind: fc.constant('weather' as const),
        weather: fc.constantFrom('fine', 'unreachable', 'answer lost'),
      }),
      fc.record({ kind: fc.constant('step' as const) }),
      fc.record({ kind: fc.constant('restart' as const) }),
    );
    const limits = { events: 3, blocks: 4, records: 7, bytes: 2_000, backlogBytes: 500 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 60 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
        async (actions, dice) => {
          const cloud = createCloud();
          const bench = createBench(cloud, { limits });
          cloud.verdict = () => ((dice.next().value as number) < 3 ? 'retry' : 'accepted');
          const heard = { event: new Set<number>(), block: new Set<number>() };
          const { send } = cloud;
          cloud.send = async (batch) => {
            const unsent = oneTo(bench.disk.events.length).filter((seq) => !heard.event.has(seq));
            for (const { seq } of batch.events) expect(heard.event.has(seq)).toBe(false);
            for (const { seq } of batch.blocks) expect(heard.block.has(seq)).toBe(false);
            if (batch.blocks.length > 0) expect(batch.events.map(({ seq }) => seq)).toEqual(unsent);
            const answer = await send(batch);
            for (const { kind, seq, verdict } of answer.results)
              if (verdict !== 'retry' && (kind === 'event' || kind === 'block')) heard[kind].add(seq ?? 0);
            return answer;
          };
          for (const step of actions) {
            if (step.kind === 'commit') bench.commit(step.events, step.blocks);
            else if (step.kind === 'weather') cloud.weather = step.weather;
            else if (step.kind === 'restart') bench.restart();
            else await bench.relay.step();
          }
          cloud.weather = 'fine';
          await drain(bench.relay);
          expect(sorted(cloud.taken.event)).toEqual(oneTo(bench.disk.events.length));
          expect(sorted(cloud.taken.block)).toEqual(oneTo(bench.disk.lastBlock));
          expect(Number(bench.store.cursor('uplink.blocks.low') ?? 1)).toBe(bench.disk.lastBlock + 1);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('after an outage the newest block goes first, then the gap from its oldest', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud, {
      limits: { events: 500, blocks: 3, records: 503, bytes: 1e6, backlogBytes: 1e6 },
    });
    bench.commit(0, 2);
    await drain(bench.relay);
    cloud.weather = 'unreachable';
    bench.commit(0, 5);
    await bench.relay.step();
    bench.commit(0, 1);
    await bench.relay.step();
    cloud.weather = 'fine';
    cloud.batches.length = 0;
    await bench.relay.step();
    bench.commit(0, 1);
    await drain(bench.relay);
    const order = cloud.batches.map(({ blocks }) => blocks.map(({ seq }) => seq));
    expect(order).toEqual([[8, 3, 4], [9, 5, 6], [7]]);
  });

  test('live blocks that do not fit into one batch follow at once, so that a busy edge keeps up', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud, { limits: { ...LOAD_LIMITS, blocks: 3 }, gatherMs: 60_000 });
    bench.commit(0, 10);
    bench.relay.start();
    await vi.waitFor(() => expect(sorted(cloud.taken.block)).toEqual(oneTo(10)), { timeout: 10_000 });
    await bench.relay.stop();
    expect(cloud.batches.map(({ blocks }) => blocks.length)).toEqual([3, 3, 3, 1]);
  });

  test('a restart sends what was not accepted as backlog, behind what is new', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud);
    cloud.weather = 'unreachable';
    bench.commit(0, 3);
    await bench.relay.step();
    bench.restart();
    bench.commit(0, 1);
    cloud.weather = 'fine';
    cloud.batches.length = 0;
    await drain(bench.relay);
    expect(cloud.batches[0]?.blocks.map(({ seq }) => seq)).toEqual([4, 1, 2, 3]);
  });

  test('a record that is rejected is done, counted and listed, also after a restart', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud);
    cloud.verdict = (kind, seq) => (kind === 'block' && seq === 2 ? 'rejected' : 'accepted');
    bench.commit(1, 3);
    await drain(bench.relay);
    bench.restart();
    expect(bench.relay.status()).toMatchObject({
      waiting: { events: 0, blocks: 0 },
      refused: { total: 1, items: [{ kind: 'block', seq: 2, reason: 'not like this' }] },
    });
  });

  test('one record that the cloud cannot read never blocks the others', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud);
    cloud.unreadable = (kind, seq) => (kind === 'event' && seq === 7) || (kind === 'block' && seq === 11);
    bench.commit(20, 20);
    await drain(bench.relay);
    expect(sorted(cloud.taken.event)).toEqual(oneTo(20).filter((seq) => seq !== 7));
    expect(sorted(cloud.taken.block)).toEqual(oneTo(20).filter((seq) => seq !== 11));
    expect(bench.relay.status().refused.items.map(({ kind, seq }) => [kind, seq])).toEqual([
      ['block', 11],
      ['event', 7],
    ]);
  });

  test('the mark of what the cloud lacks never runs ahead of it', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud);
    cloud.verdict = (_, seq) => (seq === 2 ? 'retry' : 'accepted');
    bench.commit(0, 4);
    await bench.relay.step();
    expect(bench.store.cursor('uplink.blocks.low')).toBe('2');
  });

  test('blocks that the disk had to drop are counted, not waited for', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud);
    bench.commit(0, 6);
    for (const seq of [1, 2, 5]) bench.disk.blocks.delete(seq);
    await drain(bench.relay);
    expect(sorted(cloud.taken.block)).toEqual([3, 4, 6]);
    expect(bench.gone).toEqual([
      ['block', 1, 2],
      ['block', 5, 5],
    ]);
    expect(bench.relay.status().refused.gone).toBe(3);
  });

  test('the registry travels once per start, the heartbeat every ten seconds and with every batch', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud);
    await drain(bench.relay);
    bench.ticks.now += 9_999;
    expect(await bench.relay.step()).toBe('idle');
    bench.ticks.now += 1;
    await drain(bench.relay);
    bench.commit(1, 0);
    await drain(bench.relay);
    expect(cloud.batches.map(({ registry, heartbeat: beat }) => [registry?.version, beat?.edge])).toEqual([
      [3, 'edge-1'],
      [undefined, 'edge-1'],
      [undefined, 'edge-1'],
    ]);
    expect(cloud.batches[2]?.heartbeat?.backlog).toEqual({ events: 1, blocks: 0 });
    bench.restart();
    await drain(bench.relay);
    expect(cloud.batches[3]?.registry?.version).toBe(3);
  });

  test('a registry that has changed travels as soon as it is told of', async () => {
    const cloud = createCloud();
    let registry = REGISTRY;
    const bench = createBench(cloud, { registry: () => registry });
    await drain(bench.relay);
    registry = { ...REGISTRY, version: 4 };
    bench.relay.registryChanged();
    await drain(bench.relay);
    expect(await bench.relay.step()).toBe('idle');
    expect(cloud.batches.map((batch) => batch.registry?.version)).toEqual([3, 4]);
  });

  test('daily energy travels until it has arrived, and again when it changes', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud);
    const row = {
      asset: 'a',
      device: 'd',
      day: '2026-03-01',
      kwh: 5,
      peakKw: null,
      peakAt: null,
      nightShare: null,
      usualKwh: null,
      coverage: 1,
    };
    bench.store.saveDaily([row]);
    bench.relay.dailyChanged(['2026-03-01', '2026-03-02']);
    cloud.weather = 'unreachable';
    await bench.relay.step();
    bench.restart();
    cloud.weather = 'fine';
    await drain(bench.relay);
    expect(cloud.batches.at(-1)?.daily).toEqual([row]);
    await drain(bench.relay);
    expect(cloud.batches.filter(({ daily }) => daily.length > 0)).toHaveLength(2);
  });

  test('a large backlog block travels beside live traffic, and no load outgrows its bounds', async () => {
    const cloud = createCloud();
    const bench = createBench(cloud, {
      limits: { events: 500, blocks: 200, records: 700, bytes: 900, backlogBytes: 50 },
    });
    cloud.weather = 'unreachable';
    bench.commit(0, 30);
    await bench.relay.step();
    cloud.weather = 'fine';
    cloud.batches.length = 0;
    for (let i = 0; i < 40; i += 1) {
      bench.commit(0, 1);
      await bench.relay.step();
    }
    expect(cloud.taken.block.size).toBe(70);
    for (const { blocks } of cloud.batches) expect(blocks.length).toBeLessThanOrEqual(6);
  });

  test('while it runs, a new event is sent at once, however long live blocks are gathered', async () => {
    // No wait ends by itself.
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const cloud = createCloud();
    const bench = createBench(cloud, { ticks: () => performance.now(), gatherMs: 3_600_000 });
    const heard: { batch(): void; event(seq: number): void } = { batch: () => {}, event: () => {} };
    const first = new Promise<void>((resolve) => (heard.batch = resolve));
    const event = new Promise<number>((resolve) => (heard.event = resolve));
    const { send } = cloud;
    cloud.send = (batch) => {
      heard.batch();
      for (const { seq } of batch.events) heard.event(seq);
      return send(batch);
    };
    bench.relay.start();
    await first;
    // By then the answer is worked through, and the loop waits for more.
    await new Promise((resolve) => setImmediate(resolve));
    bench.commit(1, 1);
    expect(await event).toBe(1);
    await bench.relay.stop();
  });
});

afterEach(() => vi.useRealTimers());
