import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Reading } from '@keepsite/edge-contract';
import type { BlockLedger, MetricStore } from '../ports.ts';
import { findInflux, type TestInflux } from '../testing/influx-server.ts';
import { memoryMetrics } from '../testing/memory-metrics.ts';
import { startTestPostgres, type TestPostgres } from '../testing/postgres.ts';
import { T0 } from '../testing/samples.ts';
import { influxMetrics } from './influx-metrics.ts';
import { postgresMetrics } from './postgres/metrics.ts';
import { postgresStore } from './postgres/store.ts';

// A real database, and perhaps a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** One suite for every metric store: whatever passes it may stand behind the port. */
function contractSuite(name: string, open: () => MetricStore): void {
  describe(name, () => {
    test('what is written comes back as it was, in the order of time', async () => {
      const store = open();
      const device = fresh();
      const rows = [
        reading(device, { at: T0 + 2000, value: 21.25 }),
        reading(device, { at: T0, value: true, metric: 'leak' }),
        reading(device, { at: T0 + 1000, value: 'B1', metric: 'floor' }),
        reading(device, { at: null, receivedAt: T0 + 3000, value: null, quality: 'unknown' }),
        reading(device, { at: T0 + 4000, value: 0, part: 'ch1', quality: 'cached', historical: true }),
        reading(device, { at: T0 + 4000, value: false, metric: 'leak' }),
      ];
      expect(await store.write('e', next(), rows)).toBe('written');

      const found = await store.read({ device, from: T0, to: T0 + 10_000, limit: 100 });
      expect(found).toEqual([rows[1], rows[2], rows[0], rows[3], rows[5], rows[4]]);
    });

    test('a block written twice is stored once, and the same number of another edge is another block', async () => {
      const store = open();
      const [device, seq] = [fresh(), next()];
      expect(await store.write('e', seq, [reading(device)])).toBe('written');
      expect(await store.write('e', seq, [reading(device), reading(device, { at: T0 + 1 })])).toBe('duplicate');
      expect(await store.write('f', seq, [reading(device, { at: T0 + 2 })])).toBe('written');

      expect((await store.read({ device, from: 0, to: T0 * 2, limit: 9 })).map(({ at }) => at)).toEqual([T0, T0 + 2]);
    });

    test('of two values at one instant the one received later stands, also across blocks', async () => {
      const store = open();
      const device = fresh();
      await store.write('e', next(), [
        reading(device, { value: 1, receivedAt: T0 + 9 }),
        reading(device, { value: 2, receivedAt: T0 + 5 }),
      ]);
      await store.write('e', next(), [reading(device, { value: 'three', receivedAt: T0 + 20 })]);

      expect((await store.read({ device, from: T0, to: T0 + 1, limit: 9 })).map(({ value }) => value)).toEqual([
        'three',
      ]);
    });

    test('device, metric, part, time and limit each narrow what comes back', async () => {
      const store = open();
      const device = fresh();
      await store.write(
        'e',
        next(),
        [0, 1, 2, 3].map((n) =>
          reading(device, { at: T0 + n, part: n % 2 ? 'a' : null, metric: n < 2 ? 'voltage_v' : 'current_a' }),
        ),
      );
      const times = async (more: object) =>
        (await store.read({ device, from: T0, to: T0 + 4, limit: 9, ...more })).map(({ at }) => at! - T0);

      expect(await times({})).toEqual([0, 1, 2, 3]);
      expect(await times({ metric: 'voltage_v' })).toEqual([0, 1]);
      expect(await times({ part: 'a' })).toEqual([1, 3]);
      expect(await times({ from: T0 + 1, to: T0 + 3 })).toEqual([1, 2]);
      expect(await times({ limit: 2 })).toEqual([0, 1]);
      expect(await times({ device: `${device}x` })).toEqual([]);
    });

    test('a step tells its first, last, least, greatest and mean number, and where nothing was said there is none', async () => {
      const store = open();
      const device = fresh();
      const said = ([at, value]: readonly [number, number]) => reading(device, { at: T0 + at, value });
      const first = [
        [700, 4],
        [1000, 7],
        [1400, 2],
      ] as const;
      const second = [
        [1999, 6],
        [4000, 5],
      ] as const;
      await store.write('e', next(), first.map(said));
      await store.write('e', next(), second.map(said));

      const from = T0 + 700;
      const ask = { device, metric: 'temperature_c', part: null, from, to: T0 + 4000, stepMs: 1000 };
      const at = (ms: number, value: number) => ({ at: T0 + ms, value });
      expect(await store.summaries(ask)).toEqual([
        { at: from, count: 3, first: at(700, 4), last: at(1400, 2), least: 2, greatest: 7, mean: 13 / 3 },
        { at: from + 1000, count: 1, first: at(1999, 6), last: at(1999, 6), least: 6, greatest: 6, mean: 6 },
      ]);
      expect(await store.summaries({ ...ask, to: T0 + 4001 })).toHaveLength(3);
      expect(await store.summaries({ ...ask, device: `${device}x` })).toEqual([]);
    });

    test('a step holds good numbers of its own part only, and of two at one instant the one received later', async () => {
      const store = open();
      const device = fresh();
      await store.write('e', next(), [
        reading(device, { at: T0, value: 1 }),
        reading(device, { at: T0 + 1, value: 90, quality: 'cached' }),
        reading(device, { at: T0 + 2, value: null, quality: 'unknown' }),
        reading(device, { at: T0 + 3, value: true }),
        reading(device, { at: T0 + 4, value: 'ninety' }),
        reading(device, { at: T0 + 5, value: 92, part: 'a' }),
        reading(device, { at: T0 + 6, value: 93, metric: 'humidity_pct' }),
        reading(device, { at: T0 + 7, value: 94 }),
        reading(device, { at: T0 + 8, value: 95 }),
      ]);
      await store.write('e', next(), [
        reading(device, { at: T0 + 7, value: 3, receivedAt: T0 + 90 }),
        reading(device, { at: T0 + 8, value: 4, receivedAt: T0 + 90, quality: 'bad' }),
      ]);

      const ask = { device, metric: 'temperature_c', from: T0, to: T0 + 60_000, stepMs: 60_000 };
      expect(await store.summaries({ ...ask, part: null })).toMatchObject([
        { count: 2, first: { at: T0, value: 1 }, last: { at: T0 + 7, value: 3 }, mean: 2 },
      ]);
      expect(await store.summaries({ ...ask, part: 'a' })).toMatchObject([{ count: 1, mean: 92 }]);
    });

    test('steps hold what reading row by row gives', async () => {
      const store = open();
      const row = fc.record({ at: fc.nat(20_000), value: fc.integer({ min: -9, max: 9 }) });
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(row, { maxLength: 30, selector: ({ at }) => at }),
          fc.nat(999),
          async (rows, offset) => {
            const device = fresh();
            await store.write(
              'e',
              next(),
              rows.map(({ at, value }) => reading(device, { at: T0 + at, value })),
            );
            const [from, stepMs] = [T0 - offset, 1000];
            const steps = await store.summaries({
              device,
              metric: 'temperature_c',
              part: null,
              from,
              to: T0 + 20_001,
              stepMs,
            });
            const inOrder = rows.toSorted((a, b) => a.at - b.at).map(({ at, value }) => ({ at: T0 + at, value }));
            const expected = Map.groupBy(inOrder, ({ at }) => from + Math.floor((at - from) / stepMs) * stepMs);
            expect(steps.map(({ at, count, first, last }) => ({ at, count, first, last }))).toEqual(
              [...expected].map(([at, own]) => ({ at, count: own.length, first: own[0], last: own.at(-1) })),
            );
          },
        ),
        { numRuns: 30 },
      );
    });

    test('no name or text can leave its place in a query or a line', async () => {
      const store = open();
      await fc.assert(
        fc.asyncProperty(awkward, awkward, async (text, metric) => {
          const device = `${fresh()}${text}`;
          const own = reading(device, { metric, value: text, part: text });
          await store.write('e', next(), [own, { ...own, at: T0 + 1, value: 5 }]);
          expect(await store.read({ device, metric, part: text, from: T0, to: T0 + 1, limit: 9 })).toEqual([own]);
          expect(await store.read({ device: `x' OR 'a'='a`, from: 0, to: T0 * 2, limit: 9 })).toEqual([]);
          const steps = await store.summaries({ device, metric, part: text, from: T0, to: T0 + 2, stepMs: 2 });
          expect(steps).toMatchObject([{ count: 1, mean: 5 }]);
        }),
        { numRuns: 30 },
      );
    });
  });
}

let postgres: TestPostgres;
let influx: TestInflux | null = null;
const stores: Record<string, MetricStore> = { memory: memoryMetrics() };
const search = findInflux();

beforeAll(async () => {
  postgres = startTestPostgres();
  const database = await postgres.database();
  await postgresStore(database, 'main');
  stores['postgres'] = postgresMetrics(database, 'main');
  if (!search.found) return;
  influx = await search.start();
  stores['influx'] = influxMetrics({
    url: influx.url,
    token: influx.token,
    org: 'keepsite',
    bucket: influx.bucket,
    tenant: 'main',
    ledger: memoryLedger(),
  });
});
afterAll(async () => {
  await influx?.stop();
  await postgres.stop();
});

contractSuite('the twin', () => stores['memory']!);
contractSuite('PostgreSQL', () => stores['postgres']!);

if (search.found) contractSuite('InfluxDB', () => stores['influx']!);
else
  describe('InfluxDB', () => {
    test.skipIf(process.env['CI'] !== 'true')(`is there to be tested (${search.missing})`, () => {
      expect.fail(search.missing);
    });
  });

test.runIf(search.found)('a store that cannot be reached says so, and a ping tells', async () => {
  const away = influxMetrics({
    url: 'http://127.0.0.1:1',
    token: '',
    org: 'o',
    bucket: 'b',
    tenant: 'main',
    ledger: memoryLedger(),
  });

  await expect(away.write('e', 1, [reading('d')])).rejects.toMatchObject({ code: 'CLOUD_METRICS_FAILED' });
  await expect(away.read({ device: 'd', from: 0, to: 1, limit: 1 })).rejects.toMatchObject({
    code: 'CLOUD_METRICS_FAILED',
  });
  await expect(away.ping()).rejects.toMatchObject({ code: 'CLOUD_METRICS_FAILED' });
  await expect(stores['influx']?.ping()).resolves.toBeUndefined();
});

test.runIf(search.found)('one tenant’s readings are not another’s', async () => {
  const device = fresh();
  await stores['influx']?.write('e', next(), [reading(device)]);
  const { url, token, bucket } = influx!;
  const stranger = influxMetrics({ url, token, org: 'keepsite', bucket, tenant: 'stranger', ledger: memoryLedger() });

  expect(await stranger.read({ device, from: 0, to: T0 * 2, limit: 9 })).toEqual([]);
});

/** Whatever breaks line protocol, InfluxQL or SQL. A trailing backslash before a separator is the classic. */
const awkward = fc.oneof(
  fc.constantFrom(`a'b`, 'a"b', 'a\\', 'a,b=c d', `a\\'b`, '$1', '水位 m', `a\nm,site=2 v=1`),
  fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() === text && text.length > 0),
);

let names = 0;
let blocks = 0;
const run = Math.random().toString(36).slice(2);

/** A device that no other test, and no earlier run against a lasting server, has used. */
function fresh(): string {
  return `${run}-${(names += 1)}-`;
}

function next(): number {
  return (blocks += 1);
}

function reading(device: string, more: Partial<Reading> = {}): Reading {
  return {
    device,
    metric: 'temperature_c',
    part: null,
    value: 20,
    at: T0,
    receivedAt: T0 + 50,
    quality: 'good',
    historical: false,
    ...more,
  };
}

function memoryLedger(): BlockLedger {
  const known = new Set<string>();
  return {
    has: async (edge, seq) => known.has(`${edge} ${seq}`),
    add: async (edge, seq) => void known.add(`${edge} ${seq}`),
  };
}
