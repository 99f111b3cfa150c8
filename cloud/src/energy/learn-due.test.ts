import type { Client, EnergyMeasure } from '@keepsite/cloud-contract';
import { instantText, type Reading } from '@keepsite/edge-contract';
import { hoursOf } from '@keepsite/edge-energy';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Database } from '../adapters/postgres/database.ts';
import { postgresMetrics } from '../adapters/postgres/metrics.ts';
import { postgresStore } from '../adapters/postgres/store.ts';
import { dueOf } from '../domain/energy/due.ts';
import { silentEvents } from '../events.ts';
import { energyRegistry, MAIN_METER, ZONE } from '../testing/energy-site.ts';
import { startTestPostgres, type TestPostgres } from '../testing/postgres.ts';
import { gatherInputs } from './gather.ts';
import { learnIfDue } from './learn-due.ts';
import type { EnergyPorts } from './ports.ts';
import { reckonHere } from './reckoner.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FIRST_DAY = '2025-06-01';
const START = Date.parse(`${FIRST_DAY}T00:00+08:00`);
const ACME: Client = { id: 'acme', name: { en: 'Acme', zh: '甲公司' }, kind: 'commercial', officer: null, since: null };

let postgres: TestPostgres;
let database: Database;
let energy: EnergyPorts;
let told: string[];
let tenants = 0;
let now = START;

beforeAll(async () => {
  postgres = startTestPostgres();
  database = await postgres.database();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  told = [];
  energy = await replica(`t${(tenants += 1)}`);
  const { edges, clients, energy: kept } = energy.store;
  await edges.ingest('edge-1', (tx) => tx.saveRegistry(energyRegistry()));
  await clients.save(ACME);
  await kept.saveSetup('acme', {
    meters: [MAIN_METER],
    weather: { kind: 'csv' },
    method: 'towt-daily',
    tariff: null,
    areaM2: null,
  });
});

/** Another process over the same database. */
async function replica(tenant: string): Promise<EnergyPorts> {
  return {
    store: await postgresStore(database, tenant),
    metrics: postgresMetrics(database, tenant),
    weather: { name: 'nobody', hours: () => Promise.reject(new Error('nobody was to be asked')) },
    events: {
      ...silentEvents(),
      baselineLearned: ({ version, why }) => void told.push(`${version} ${why}`),
      jobFailed: ({ reason }) => void told.push(reason),
    },
    clock: { now: () => now },
    timeZone: ZONE,
    reckoner: reckonHere,
    software: 'keepsite test',
  };
}

/** Hours of the meter and of the weather from the first day on, up to the night before the n-th. */
async function live(days: number): Promise<void> {
  now = START + days * DAY + 3 * HOUR;
  const hours = hoursOf({ from: FIRST_DAY, to: instantText(START + days * DAY + 8 * HOUR).slice(0, 10) }, ZONE);
  let kwh = 1000;
  const readings = [...hours, { from: START + days * DAY }].map(({ from: at }) => {
    const value = kwh;
    kwh += 20 + Math.max(0, celsiusAt(at) - 18) + ((at / HOUR) % 3);
    return { device: 'meter-main', metric: 'energy_import_kwh', part: null, value, at, receivedAt: at } as const;
  });
  const good = readings.map((reading): Reading => ({ ...reading, quality: 'good', historical: false }));
  await energy.metrics.write('edge-1', days, good);
  const felt = hours.map(({ from: at }) => ({ at, celsius: celsiusAt(at) }));
  await energy.store.energy.saveWeather('site-1', 'csv', 'station.csv', felt);
}

function celsiusAt(at: number): number {
  return 16 - 12 * Math.cos((2 * Math.PI * (at / DAY - 20)) / 365) + (((at / HOUR) * 7919) % 5);
}

const look = (ports = energy) => learnIfDue(ports, ACME, now);
const kept = () => energy.store.energy.baselines('acme');
const refused = async () => (await energy.store.energy.facts('acme', 'refusal'))[0];

test('as long as its data do not suffice none is learned, and the reasons are kept and stand in the report', async () => {
  await live(100);
  await look();
  expect(await kept()).toEqual([]);
  const reasons = [{ en: expect.stringContaining('knows 100 days'), zh: expect.stringContaining('只有 100 天') }];
  expect(await refused()).toMatchObject({ day: '2025-09-09', to: '2025-09-09', reasons });
  const inputs = await gatherInputs(energy, ACME, dueOf('2025-08'), { zone: ZONE, reading: 'everything' });
  expect(inputs.whyNoBaseline).toEqual([reasons[0]?.en]);

  const read = vi.spyOn(energy.metrics, 'summaries');
  now += 6 * DAY;
  await look();
  expect(read).not.toHaveBeenCalled();
  now += DAY;
  await look();
  expect([read.mock.calls.length > 0, (await refused())?.day]).toEqual([true, '2025-09-16']);
});

test('once its data suffice it is learned by itself, once over all replicas, and says why', async () => {
  await live(200);
  await Promise.all([look(), look(await replica(`t${tenants}`)), look(await replica(`t${tenants}`))]);
  expect(await kept()).toMatchObject([
    {
      version: 1,
      from: '2024-12-18',
      to: '2025-12-18',
      by: 'system',
      usable: true,
      why: { zh: expect.stringContaining('首次') },
    },
  ]);
  expect(told).toEqual(['1 the first days of usage and weather that suffice for a baseline']);
  expect(await energy.store.energy.baselineSpan('acme', 1)).toMatchObject({ to: '2025-12-18' });
  await look();
  expect(await kept()).toHaveLength(1);
});

test('one that was learned is never replaced once a measure has begun, and one that holds a measure’s work is not used', async () => {
  await live(200);
  await look();
  const measure = (id: string, from: string, to: string): EnergyMeasure => ({
    id,
    what: ACME.name,
    from,
    to,
    by: 'Wang',
  });
  await energy.store.energy.saveFact('acme', 'measure', measure('led', '2025-12-20', '2025-12-22'));
  const [first] = await kept();
  now += 300 * DAY;
  await look();
  expect(await kept()).toEqual([first]);

  await energy.store.energy.saveFact('acme', 'measure', measure('fan', '2025-12-01', '2025-12-04'));
  const gather = () => gatherInputs(energy, ACME, dueOf('2026-01'), { zone: ZONE, reading: 'everything' });
  const { whyNoBaseline } = await gather();
  expect(whyNoBaseline).toEqual(['the work of measure fan lies within the baseline: learn it anew']);
  await look();
  expect(await kept()).toMatchObject([
    { version: 2, from: '2024-12-01', to: '2025-12-01', by: 'system' },
    { version: 1 },
  ]);
  expect((await gather()).baseline?.version).toBe(2);
});

test('what goes wrong is told and harms nobody else', async () => {
  const broken = { ...energy, reckoner: { ...reckonHere, learn: () => Promise.reject(new Error('busy')) } };
  await live(10);
  await look(broken);
  expect([told, await refused()]).toEqual([['busy'], undefined]);
});
