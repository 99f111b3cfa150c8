import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { MeterNode } from '@keepsite/cloud-contract';
import type { Millis, Reading } from '@keepsite/edge-contract';
import { figure, type Figures } from '../../edge/bench/figures.ts';
import { startEmbeddedPostgres } from '../src/adapters/embedded-postgres.ts';
import { openDatabase, type Database } from '../src/adapters/postgres/database.ts';
import { postgresMetrics } from '../src/adapters/postgres/metrics.ts';
import { postgresStore } from '../src/adapters/postgres/store.ts';
import { readDemand } from '../src/energy/demand.ts';
import { readSpan } from '../src/energy/span.ts';
import type { MetricStore } from '../src/ports.ts';

const FEW = 3;
const MANY = 15;
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const DAYS = { from: '2026-02-02', to: '2026-03-02' };
const START = Date.parse(`${DAYS.from}T00:00:00Z`);
const LENGTH = 28;
const PAGE = 20_000;

/**
 * What reading four weeks of counters that are told every minute costs: how long a meter takes beside reading its
 * rows, how much is held meanwhile, and whether more meters need more of it.
 */
export async function measureReading(tell: (line: string) => void): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-bench-'));
  const fallback = `${directory}-fallback`;
  const server = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), fallback, durable: false });
  const database = openDatabase(server.url, 4);
  try {
    await database.migrate();
    tell(`${MANY} meters × four weeks of minutes are written`);
    await write(postgresMetrics(database, 'main'));
    tell(`the hours and the demand of ${FEW} and of ${MANY} of them are read`);
    return await read(database);
  } finally {
    await database.close();
    await server.stop();
    for (const made of [directory, fallback]) rmSync(made, { recursive: true, force: true });
  }
}

async function write(metrics: MetricStore): Promise<void> {
  let seq = 0;
  for (let meter = 0; meter < MANY; meter += 1)
    for (let day = -1; day <= LENGTH; day += 1) await metrics.write('edge', (seq += 1), dayOf(meter, day));
}

function dayOf(meter: number, day: number): Reading[] {
  return Array.from({ length: 1440 }, (_, minute) => {
    const at = START + day * DAY_MS + minute * MINUTE_MS;
    const reading = {
      device: `m${meter}`,
      metric: 'energy_import_kwh',
      part: null,
      value: (at - START) / 1e6 + 1e4,
      at,
    };
    return { ...reading, receivedAt: at, quality: 'good', historical: false } as const;
  });
}

async function read(database: Database): Promise<Figures> {
  const store = await postgresStore(database, 'main');
  const metrics = postgresMetrics(database, 'main');
  const measure = async (count: number) => {
    const watched = watch(metrics);
    const nodes = Array.from({ length: count }, (_, i) => nodeOf(i));
    const began = performance.now();
    const nobody = { name: 'nobody', hours: () => Promise.reject(new Error('nobody is asked')) };
    await readSpan(
      { store, metrics: watched.metrics, weather: nobody },
      { meters: nodes, weather: { kind: 'csv' } },
      DAYS,
      'UTC',
    );
    await readDemand(watched.metrics, nodes, DAYS, 'UTC');
    return { ms: (performance.now() - began) / count, ...watched.seen() };
  };
  await measure(1);
  const [few, many] = [await measure(FEW), await measure(MANY)];
  const rows = await rowByRow(metrics);
  const kept = `and what is kept: 672 hours a meter`;
  return {
    'energy.reading.meter': figure(
      [few.ms, many.ms],
      'ms',
      `a meter's hours and quarters; its rows alone ${Math.round(rows)} ms`,
    ),
    'energy.reading.rows': figure([many.rows / MANY], 'rows', `carried a meter, of ${LENGTH * 1440} that are there`),
    'energy.reading.at-once': figure(
      [few.atOnce, many.atOnce],
      'rows',
      `the most at once, of ${FEW} and of ${MANY} meters`,
    ),
    'energy.reading.heap.few': figure([few.heapMb], 'MB', `${FEW} meters, above the start, ${kept}`),
    'energy.reading.heap.many': figure([many.heapMb], 'MB', `${MANY} meters, above the start, ${kept}`),
  };
}

/** The same store, and how many rows it answered, how many at once, and how far the heap rose over that. */
function watch(metrics: MetricStore) {
  const collect = collector();
  collect();
  const start = process.memoryUsage().heapUsed;
  let [rows, atOnce, peak] = [0, 0, start];
  const seen = <T>(answer: T[]): T[] => {
    rows += answer.length;
    atOnce = Math.max(atOnce, answer.length);
    collect();
    peak = Math.max(peak, process.memoryUsage().heapUsed);
    return answer;
  };
  return {
    metrics: {
      ...metrics,
      read: async (query) => seen(await metrics.read(query)),
      summaries: async (query) => seen(await metrics.summaries(query)),
    } satisfies MetricStore,
    seen: () => ({ rows, atOnce, heapMb: (peak - start) / 1e6 }),
  };
}

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

async function rowByRow(metrics: MetricStore): Promise<Millis> {
  const began = performance.now();
  const end = START + LENGTH * DAY_MS;
  for (let from = START; from < end; from += PAGE * MINUTE_MS)
    await metrics.read({ device: 'm0', metric: 'energy_import_kwh', from, to: end, limit: PAGE });
  return performance.now() - began;
}

function nodeOf(meter: number): MeterNode {
  const name = { en: `Meter ${meter}`, zh: `电表${meter}` };
  const own = { asset: `m${meter}`, device: `m${meter}`, metric: 'energy_import_kwh', part: null } as const;
  return { ...own, name, parent: null, share: 1, use: 'all' };
}
