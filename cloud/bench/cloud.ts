import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packReadings, type IncidentFact, type Millis, type Reading, type ReadingBlock } from '@keepsite/edge-contract';
import { figure, type Figures } from '../../edge/bench/figures.ts';
import { startEmbeddedPostgres } from '../src/adapters/embedded-postgres.ts';
import { openDatabase, type Database } from '../src/adapters/postgres/database.ts';
import { postgresMetrics } from '../src/adapters/postgres/metrics.ts';
import { startTestCloud, type TestCloud } from '../src/testing/cloud.ts';
import { batch, chain, contract, registry, story, T0 } from '../src/testing/samples.ts';

const RUNS = 5;
const TENANT = 'bench';
const CONNECTIONS = 10;
const BLOCK = 500;
const BLOCKS = 4;
const EDGES = 4;
const BATCHES = 25;
const DEVICES = 50;
const METRICS = ['active_power_w', 'energy_import_kwh', 'voltage_v', 'current_a', 'power_factor'] as const;
const CLIENTS = 50;
const STORIES = 20;
const STORY_SECONDS = 6 * 3600;
const QUESTIONS = 100;

type Part = (bench: Bench, tell: (line: string) => void) => Promise<Figures>;

/** A cloud over a PostgreSQL of its own that waits for its disk, spoken to over HTTP. */
interface Bench {
  readonly database: Database;
  readonly cloud: TestCloud;
  readonly url: string;
}

/** The parts of `bench -- cloud`. */
export const CLOUD_PARTS: Readonly<Record<string, Part>> = { ingest: measureIngest, questions: measureQuestions };

/** What the cloud takes from edges, and how soon it answers those who ask. */
export async function measureCloud(
  tell: (line: string) => void,
  parts: string[] = Object.keys(CLOUD_PARTS),
): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-bench-'));
  const fallback = `${directory}-fallback`;
  const server = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), fallback });
  const database = openDatabase(server.url, CONNECTIONS);
  try {
    await database.migrate();
    const cloud = await startTestCloud(database, TENANT);
    try {
      const bench = { database, cloud, url: await cloud.listen() };
      let figures: Figures = {};
      for (const part of parts) figures = { ...figures, ...(await CLOUD_PARTS[part]?.(bench, tell)) };
      return figures;
    } finally {
      await cloud.close();
    }
  } finally {
    await database.close();
    await server.stop();
    for (const made of [directory, fallback]) rmSync(made, { recursive: true, force: true });
  }
}

// ------------------------------------------------------------------------------------ readings

async function measureIngest(bench: Bench, tell: (line: string) => void): Promise<Figures> {
  tell(`batches of ${BLOCKS * BLOCK} readings, from one edge and from ${EDGES} at once, and their rows alone`);
  const metrics = postgresMetrics(bench.database, `${TENANT}-rows`);
  const [one, several, rows]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run <= RUNS; run += 1) {
    const alone = await rate(1, (edge) => post(bench, `alone-${run}-${edge}`));
    const together = await rate(EDGES, (edge) => post(bench, `together-${run}-${edge}`));
    const bare = await rate(1, async () => {
      for (let seq = 1; seq <= BATCHES * BLOCKS; seq += 1)
        await metrics.write(`bare-${run}`, seq, readings(`bare-${run}`, seq));
    });
    // The first round makes the months' partitions and warms up.
    if (run > 0)
      for (const [to, value] of [
        [one, alone],
        [several, together],
        [rows, bare],
      ] as const)
        to.push(value);
  }
  await assertKept(bench);
  const beside = `rows alone, one connection ${figure(rows, '').median}`;
  return {
    'cloud.ingest.edge': figure(one, 'readings/s', beside),
    'cloud.ingest.edges': figure(several, 'readings/s', `${EDGES} edges at once, one process`),
  };
}

/** Readings a second over so many edges. */
async function rate(edges: number, work: (edge: number) => Promise<void>): Promise<number> {
  const from = performance.now();
  await Promise.all(Array.from({ length: edges }, (_, edge) => work(edge)));
  return (edges * BATCHES * BLOCKS * BLOCK) / ((performance.now() - from) / 1000);
}

/** One batch after another, as an edge's relay posts them. */
async function post({ url }: Bench, edge: string): Promise<void> {
  for (let n = 0; n < BATCHES; n += 1) {
    const blocks: ReadingBlock[] = [];
    for (let k = 1; k <= BLOCKS; k += 1) blocks.push(packReadings(n * BLOCKS + k, readings(edge, n * BLOCKS + k)));
    const answer = await fetch(`${url}/api/edges/${edge}/batches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(batch({ blocks }, edge)),
    });
    const { results } = (await answer.json()) as { results: { verdict: string }[] };
    if (results.some(({ verdict }) => verdict !== 'accepted')) throw new Error(`${edge}: ${JSON.stringify(results)}`);
  }
}

/** Every device's metrics once a second, as one block after another. */
function readings(edge: string, seq: number): Reading[] {
  return Array.from({ length: BLOCK }, (_, i) => {
    const n = (seq - 1) * BLOCK + i;
    const at: Millis = T0 + Math.floor(n / (DEVICES * METRICS.length)) * 1000;
    return {
      device: `${edge}-${Math.floor(n / METRICS.length) % DEVICES}`,
      metric: METRICS[n % METRICS.length] as string,
      part: null,
      value: (n % 997) / 10,
      at,
      receivedAt: at + 200,
      quality: 'good',
      historical: false,
    };
  });
}

/** Throws when a reading of the last round's edges is not there. */
async function assertKept({ cloud }: Bench): Promise<void> {
  const wanted = (BATCHES * BLOCKS * BLOCK) / (DEVICES * METRICS.length);
  for (let edge = 0; edge < EDGES; edge += 1)
    for (let n = 0; n < DEVICES * METRICS.length; n += 1) {
      const device = `together-${RUNS}-${edge}-${Math.floor(n / METRICS.length)}`;
      const metric = METRICS[n % METRICS.length] as string;
      const kept = await cloud.ports.metrics.read({ device, metric, from: T0, to: T0 + 3_600_000, limit: 10_000 });
      if (kept.length !== wanted)
        throw new Error(`${device} ${metric}: ${wanted} were accepted, ${kept.length} are kept`);
    }
}

// ------------------------------------------------------------------------------------ questions

async function measureQuestions(bench: Bench, tell: (line: string) => void): Promise<Figures> {
  tell(`${CLIENTS} clients with ${STORIES} incidents each are told`);
  const events = await portfolio(bench);
  const asked = {
    'cloud.ask.clients': () => '/api/clients',
    'cloud.ask.client': (n: number) => `/api/clients/${clientOf(n)}`,
    'cloud.ask.sla': (n: number) => `/api/clients/${clientOf(n)}/sla?period=2026-03`,
    'cloud.ask.retention': (n: number) => `/api/clients/${clientOf(n)}/retention`,
    'cloud.ask.incidents': () => '/api/incidents?limit=100',
  };
  const figures: Record<string, Figures[string]> = {
    'cloud.ingest.events': figure(
      events,
      'events/s',
      `${CLIENTS} clients × ${STORIES} incidents, each chained and judged`,
    ),
  };
  for (const [name, path] of Object.entries(asked)) {
    tell(`${QUESTIONS} × ${path(0)}`);
    const times = await answers(bench, path);
    figures[name] = figure(
      times,
      'ms',
      `p99 ${times.toSorted((a, b) => a - b)[Math.floor(0.99 * times.length)]?.toFixed(1)} ms`,
    );
  }
  return figures;
}

function clientOf(n: number): string {
  return `client-${n % CLIENTS}`;
}

/** Told by one edge, a client's month a batch; answers events a second. */
async function portfolio({ cloud }: Bench): Promise<number[]> {
  const edge = 'portfolio';
  const base = registry();
  const clients = Array.from({ length: CLIENTS }, (_, n) => clientOf(n));
  const zones = clients.map((client) => ({
    id: `zone-${client}`,
    site: 'site-1',
    name: { en: client, zh: client },
    clients: [{ client }],
  }));
  await sent(cloud, edge, batch({ registry: { ...base, zones } }, edge));
  for (const client of clients) {
    const about = { kind: 'commercial', since: '2024-01-01', officer: null };
    await put(cloud, `/api/clients/${client}`, { id: client, name: { en: client, zh: client }, ...about });
    await put(cloud, `/api/clients/${client}/contracts/c-1`, contract(client));
  }
  const rates: number[] = [];
  let last = null;
  for (const client of clients) {
    const facts: IncidentFact[] = Array.from({ length: STORIES }, (_, i) =>
      story(`${client}-${i}`, i % 5 === 0 ? 600 : 240, i * STORY_SECONDS, {
        zone: `zone-${client}`,
        clients: [client],
      }),
    ).flat();
    const events = chain(facts, last, edge);
    last = events.at(-1) ?? null;
    const from = performance.now();
    await sent(cloud, edge, batch({ events }, edge));
    rates.push(events.length / ((performance.now() - from) / 1000));
  }
  return rates;
}

async function put(cloud: TestCloud, path: string, body: unknown): Promise<void> {
  const { status, body: told } = await cloud.send('PUT', path, body);
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(told).slice(0, 500)}`);
}

async function sent(cloud: TestCloud, edge: string, body: unknown): Promise<void> {
  const answer = await cloud.send('POST', `/api/edges/${edge}/batches`, body);
  const results = answer.body.results as { verdict: string }[] | undefined;
  if (!results?.every(({ verdict }) => verdict === 'accepted'))
    throw new Error(JSON.stringify(answer.body).slice(0, 500));
}

/** How long each of many answers took, one after another, ms. */
async function answers({ url }: Bench, path: (n: number) => string): Promise<number[]> {
  const times: number[] = [];
  for (let n = -10; n < QUESTIONS; n += 1) {
    const from = performance.now();
    const answer = await fetch(`${url}${path(Math.abs(n))}`);
    const body = await answer.text();
    if (answer.status !== 200) throw new Error(`${path(Math.abs(n))}: ${answer.status} ${body.slice(0, 300)}`);
    // The first ten warm up.
    if (n >= 0) times.push(performance.now() - from);
  }
  return times;
}
