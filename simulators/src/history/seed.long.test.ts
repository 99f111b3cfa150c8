import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Batch, type BatchResult, unpackReadings } from '@keepsite/edge-contract';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jsonDoor } from '../http-json.ts';
import { buildWorld } from '../world/world.ts';
import { keptPlan } from './plan-file.ts';
import { seedHistory } from './seed.ts';

const world = buildWorld(1);
const plan = { seed: 1, days: 6, end: '2026-11-22' };

const AT_ONCE = { asks: 1, pause: async () => undefined };

/** A cloud that remembers what it was told, by its ids. */
interface StandIn {
  readonly app: FastifyInstance;
  readonly known: Map<string, string>;
  readonly asked: string[];
  conflicts: number;
  /** Sites that an edge serves already. */
  sites: { id: string; edge: string }[];
  verdict: BatchResult['results'][number]['verdict'];
}

function standIn(): StandIn {
  const app = Fastify({ bodyLimit: 4 * 1024 * 1024 });
  const it: StandIn = { app, known: new Map(), asked: [], conflicts: 0, sites: [], verdict: 'accepted' };
  const keep = (key: string, value: unknown) => {
    const text = JSON.stringify(value);
    if ((it.known.get(key) ?? text) !== text) it.conflicts += 1;
    it.known.set(key, text);
  };
  app.addHook('onRequest', async (request) => void it.asked.push(`${request.method} ${request.url}`));
  app.get('/api/registry', () => ({ sites: it.sites }));
  app.put('/api/*', (request) => keep(request.url, request.body) ?? {});
  app.get('/api/clients/:client/energy/baselines', (request) => ({
    // The cloud learns by itself, too.
    items: [
      { by: 'system' },
      ...[...it.known].flatMap(([key, body]) => (key.startsWith(request.url) ? JSON.parse(body) : [])),
    ],
  }));
  app.post('/api/clients/:client/energy/*', (request) => keep(request.url, request.body) ?? {});
  app.post('/api/sites/:site/weather', (request) => keep(request.url, request.body) ?? {});
  app.post('/api/demo/rescore', (request) => keep('rescore', request.body) ?? {});
  app.post<{ Params: { client: string; kind: string }; Body: { items: { id: string }[] } }>(
    '/api/clients/:client/:kind',
    (request) => {
      for (const item of request.body.items) keep(`${request.params.client}/${request.params.kind}/${item.id}`, item);
      return {};
    },
  );
  app.post('/api/edges/:edge/batches', (request) => {
    const batch = Batch.parse(request.body);
    if (batch.registry) keep('registry', batch.registry);
    for (const event of batch.events) keep(`event/${event.seq}`, event);
    for (const block of batch.blocks) keep(`block/${block.seq}`, block);
    for (const row of batch.daily) keep(`daily/${row.asset}/${row.day}`, row);
    return { results: batch.events.map(({ seq }) => ({ kind: 'event', seq, verdict: it.verdict, reason: null })) };
  });
  return it;
}

describe('telling a history to a cloud', () => {
  let cloud: StandIn;
  let url = '';
  beforeEach(async () => {
    cloud = standIn();
    url = await cloud.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => cloud.app.close());

  test('clients and contracts come first, then the registry with a simulated heartbeat, the rescoring last', async () => {
    const told = await seedHistory(jsonDoor(url), world, plan, AT_ONCE);
    expect(cloud.asked[0]).toBe('PUT /api/clients/yunfan-bank');
    expect(cloud.asked.at(-1)).toBe('POST /api/demo/rescore');
    expect(JSON.parse(cloud.known.get('rescore') ?? '')).toEqual({ from: '2026-11-16', to: '2026-11-22' });
    expect(JSON.parse(cloud.known.get('registry') ?? '').sites).toHaveLength(3);
    expect(told).toMatchObject({ from: '2026-11-16', to: '2026-11-22', dailyRows: 6 * 17 });
    expect(told.events).toBe([...cloud.known.keys()].filter((key) => key.startsWith('event/')).length);
    expect(told.facts).toBeGreaterThan(1000);
  });

  test('told twice it changes nothing', async () => {
    await seedHistory(jsonDoor(url), world, plan, AT_ONCE);
    const once = new Map(cloud.known);
    await seedHistory(jsonDoor(url), buildWorld(1), plan, AT_ONCE);
    expect(cloud.conflicts).toBe(0);
    expect(cloud.known).toEqual(once);
  });

  test('two clients save: older hours meet the history, then weather, setup, measure, baseline and report', async () => {
    const told = await seedHistory(jsonDoor(url), world, plan, AT_ONCE);
    const about = cloud.asked.filter((asked) => /lanhe-software\/energy|binjiang-park\/weather/.test(asked));
    expect(about.map((asked) => asked.split('?')[0])).toEqual([
      'GET /api/clients/lanhe-software/energy/baselines',
      'POST /api/sites/binjiang-park/weather',
      'PUT /api/clients/lanhe-software/energy/setup',
      'PUT /api/clients/lanhe-software/energy/measures/led-and-night-setback',
      'POST /api/clients/lanhe-software/energy/baselines',
      'POST /api/clients/lanhe-software/energy/reports',
    ]);
    expect(told.energyReports).toBe(2);
    const counters = [...cloud.known]
      .filter(([key]) => key.startsWith('block/'))
      .flatMap(([, text]) => unpackReadings(JSON.parse(text)))
      .filter(({ device, metric }) => device === 'shellypro3em-a8032ab20002' && metric === 'energy_import_kwh')
      .toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));
    const steps = counters.slice(1).map(({ value }, i) => Number(value) - Number(counters[i]?.value));
    expect(counters).toHaveLength(290 * 24);
    expect(Math.min(...steps)).toBeGreaterThan(0);
    expect(Math.max(...steps)).toBeLessThan(400);
  });

  test('sites that a live edge serves, even one that is late, are left to it: who tells the past serves none', async () => {
    let asked = 0;
    const pause = async () => {
      asked += 1;
      if (asked === 2) cloud.sites = world.registry.sites.map(({ id }) => ({ id, edge: 'edge-1' }));
    };
    await seedHistory(jsonDoor(url), world, plan, { asks: 5, pause });
    expect([asked, cloud.known.has('event/1')]).toEqual([2, true]);
    expect(JSON.parse(cloud.known.get('registry') ?? '').sites).toEqual([]);
  });

  test('a cloud that refuses a record is not passed over', async () => {
    cloud.verdict = 'rejected';
    await expect(seedHistory(jsonDoor(url), world, plan, AT_ONCE)).rejects.toMatchObject({ code: 'SIM_REFUSED' });
  });
});

describe('the plan of the history', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'keepsite-seed-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  test('the first end stays, so that a later start tells the same days', async () => {
    const file = join(dir, 'simulators', 'history.json');
    await keptPlan(file, plan);
    expect(await keptPlan(file, { ...plan, end: '2026-12-24' })).toEqual(plan);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(plan);
  });

  test('another seed or length is refused, and so is a file that is no plan', async () => {
    const file = join(dir, 'history.json');
    await keptPlan(file, plan);
    await expect(keptPlan(file, { ...plan, seed: 2 })).rejects.toMatchObject({ code: 'SIM_BAD_INPUT' });
    await writeFile(file, 'nonsense');
    await expect(keptPlan(file, plan)).rejects.toMatchObject({ code: 'SIM_BAD_INPUT' });
  });
});
