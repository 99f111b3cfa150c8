import type { EnergyReport } from '@keepsite/cloud-contract';
import { instantText, type Reading } from '@keepsite/edge-contract';
import { hoursOf, reckonReport, ReportInputs, differencesOf } from '@keepsite/edge-energy';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { postgresMetrics } from '../adapters/postgres/metrics.ts';
import type { Database } from '../adapters/postgres/database.ts';
import { energyRoutes } from '../api/energy.ts';
import { silentEvents } from '../events.ts';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { energyRegistry, ZONE } from '../testing/energy-site.ts';
import { startTestPostgres, type TestPostgres } from '../testing/postgres.ts';
import type { Jobs } from '../ports.ts';
import type { EnergyPorts } from './ports.ts';
import { reckonHere } from './reckoner.ts';
import { makeDueReports, scheduleReports } from './schedule.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

let postgres: TestPostgres;
let database: Database;
let cloud: TestCloud;
let energy: EnergyPorts;
const failures: string[] = [];

const NOW = Date.parse('2026-03-02T04:00:00Z');
const DAYS = { from: '2025-01-01', to: '2026-03-02' };
const HOUR = 3_600_000;

beforeAll(async () => {
  postgres = startTestPostgres();
  database = await postgres.database();
  [cloud, energy] = await replica('t');
  cloud.time.now = NOW;
  await energy.store.edges.ingest('edge-1', (tx) => tx.saveRegistry(energyRegistry()));
  await energy.store.edges.ingest('edge-1', (tx) =>
    tx.saveDevices(
      ['main', 'it'].map((asset) => ({
        device: `meter-${asset}`,
        family: 'keepsite',
        asset,
        site: 'site-1',
        lastHeardAt: instantText(NOW),
        online: true,
        silent: false,
      })),
    ),
  );
  const client = { id: 'acme', name: { en: 'Acme', zh: '甲公司' }, kind: 'commercial', officer: 'wang', since: null };
  expect((await cloud.send('PUT', '/api/clients/acme', client)).status).toBe(200);
  await tellReadings();
});
afterAll(async () => {
  await cloud.close();
  await postgres.stop();
});

/** A replica: its own memory, the same database. */
async function replica(tenant: string): Promise<[TestCloud, EnergyPorts]> {
  let ports: EnergyPorts | undefined;
  const more = (api: never, own: never) => {
    ports = {
      ...(own as unknown as EnergyPorts),
      weather: { name: 'nobody', hours: () => Promise.reject(new Error('nobody was to be asked')) },
      events: { ...silentEvents(), jobFailed: ({ reason }) => void failures.push(reason) },
      reckoner: reckonHere,
      software: 'keepsite test',
    };
    energyRoutes(ports)(api, own);
  };
  const made = await startTestCloud(database, tenant, {}, [more as never]);
  return [made, ports as unknown as EnergyPorts];
}

function celsiusAt(at: number): number {
  const day = at / 86_400_000;
  return (
    Math.round(
      (16 -
        12 * Math.cos((2 * Math.PI * (day - 20)) / 365) +
        4 * Math.sin(2 * Math.PI * day) +
        (((at / HOUR) * 7919) % 5)) *
        10,
    ) / 10
  );
}

/** Hourly counters: the measure of mid January saves a fifth. */
async function tellReadings(): Promise<void> {
  const metrics = postgresMetrics(database, 't');
  const counter = { main: 1000, it: 500 };
  let seq = 0;
  for (const month of Map.groupBy(hoursOf(DAYS, ZONE), ({ from }) => instantText(from).slice(0, 7)).values()) {
    const readings: Reading[] = [];
    for (const { from: at } of month) {
      for (const asset of ['main', 'it'] as const) {
        readings.push({
          device: `meter-${asset}`,
          metric: 'energy_import_kwh',
          part: null,
          value: Math.round(counter[asset] * 1000) / 1000,
          at,
          receivedAt: at + 400,
          quality: 'good',
          historical: false,
        });
      }
      const busy = new Date(at + 8 * HOUR).getUTCDay() % 6 !== 0 ? 30 : 12;
      const use =
        busy + 1.2 * Math.max(0, celsiusAt(at) - 18) + 0.9 * Math.max(0, 10 - celsiusAt(at)) + ((at / HOUR) % 3);
      counter.main += use * (at >= Date.parse('2026-01-15T16:00:00Z') ? 0.8 : 1);
      counter.it += 10;
    }
    await metrics.write('edge-1', (seq += 1), readings);
  }
}

async function get(url: string) {
  return await cloud.get(url);
}

describe('before anything was set up', () => {
  test('the registry says which meters there are, as version 0, and what hangs from what', async () => {
    const { body } = await get('/api/clients/acme/energy/setup');
    expect(body.version).toBe(0);
    expect(body.setup.meters).toMatchObject([
      { asset: 'it', device: 'meter-it', parent: 'main', use: 'it' },
      { asset: 'main', device: 'meter-main', parent: null, use: 'all' },
    ]);
  });

  test('a report gives no saving and says why', async () => {
    const made = await cloud.send('POST', '/api/clients/acme/energy/reports', { period: '2026-01' });
    expect(made).toMatchObject({ status: 200, body: { id: '2026-01-v1', verdict: 'refused', savings: null } });
    const { body } = await get('/api/clients/acme/energy/reports/2026-01');
    expect(body.report.headline.refusal).toEqual([{ en: 'no baseline has been learned yet', zh: '尚未建立基准' }]);
  });

  test('nobody makes reports by the clock for a client without a setup', async () => {
    expect(await makeDueReports(energy)).toBe(0);
  });

  test('why no baseline could be learned by itself is told, and nobody else signs as the system', async () => {
    const { body } = await get('/api/clients/acme/energy/baselines');
    const reasons = [{ zh: expect.stringContaining('基准期只有 0 天') }];
    expect(body).toMatchObject({ items: [], refused: { day: '2026-03-02', from: '2025-03-02', reasons } });
    const signed = await cloud.send('POST', '/api/clients/acme/energy/baselines', { by: 'system' });
    expect(signed.status).toBe(400);
  });

  test('a baseline without weather is kept as refused, with the reason', async () => {
    const { status, body } = await cloud.send('POST', '/api/clients/acme/energy/baselines', {
      from: '2025-01-01',
      to: '2026-01-01',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      version: 1,
      usable: false,
      reasons: [{ zh: expect.stringContaining('基准期只有 0 天') }],
    });
  });
});

describe('setting up', () => {
  test('a tree with a loop or a stranger is refused with every fault', async () => {
    const meter = (asset: string, parent: string | null) => ({
      asset,
      device: 'd',
      name: { en: asset, zh: asset },
      parent,
    });
    const { status, body } = await cloud.send('PUT', '/api/clients/acme/energy/setup', {
      meters: [meter('a', 'b'), meter('b', 'a'), meter('c', 'x')],
      weather: { kind: 'csv' },
    });
    expect(status).toBe(400);
    expect(body.error.details).toHaveLength(3);
  });

  test('a price book with a mistake is refused', async () => {
    const { setup } = (await get('/api/clients/acme/energy/setup')).body;
    const { status, body } = await cloud.send('PUT', '/api/clients/acme/energy/setup', {
      ...setup,
      tariff: { id: 't' },
    });
    expect([status, body.error.message]).toEqual([400, expect.stringContaining('tariff.versions')]);
  });

  test('the tree comes as CSV too, and the same again is no new version', async () => {
    const csv =
      'asset,device,name_en,name_zh,parent,share,use\nmain,meter-main,Main,总表,,1,\nit,meter-it,IT,机房,main,1,it\n';
    const put = () => cloud.send('PUT', '/api/clients/acme/energy/setup/meters', csv, { 'content-type': 'text/csv' });
    expect((await put()).body).toMatchObject({ version: 1, setup: { meters: [{ asset: 'main' }, { asset: 'it' }] } });
    expect((await put()).body.version).toBe(1);
    const wrong = await cloud.send(
      'PUT',
      '/api/clients/acme/energy/setup/meters',
      csv.replace('main,1,it', 'main,2,it'),
      {
        'content-type': 'text/csv',
      },
    );
    expect(wrong).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('meters.1.share') } },
    });
  });

  test('weather is loaded by the hour, and each hour keeps source, version and document', async () => {
    const rows = hoursOf(DAYS, ZONE).map(({ from }) => `${instantText(from)},${celsiusAt(from)}`);
    const load = (text: string, document: string) =>
      cloud.send('POST', `/api/sites/site-1/weather?document=${document}`, `time,celsius\n${text}`, {
        'content-type': 'text/csv',
      });
    expect((await load(rows.join('\n'), 'station-1.csv')).body).toEqual({ version: 1, hours: rows.length });
    expect((await load('2025-06-01T00:00:00Z,25.5', 'mended.csv')).body).toEqual({ version: 2, hours: 1 });
    const { body } = await get('/api/sites/site-1/weather?from=2025-06-01T00:00:00.000Z&to=2025-06-01T02:00:00.000Z');
    expect(body.items).toEqual([
      { at: '2025-06-01T00:00:00.000Z', celsius: 25.5, version: 2, document: 'mended.csv' },
      { at: '2025-06-01T01:00:00.000Z', celsius: expect.any(Number), version: 1, document: 'station-1.csv' },
    ]);
    expect(await load('2025-06-01T00:00:00Z,400', 'x')).toMatchObject({ status: 400 });
  });
});

describe('a baseline', () => {
  test('is kept with everything to learn it again', async () => {
    await cloud.send('PUT', '/api/clients/acme/energy/measures/led', {
      id: 'led',
      what: { en: 'LED lighting', zh: '照明改造' },
      from: '2026-01-05',
      to: '2026-01-16',
      by: 'Wang',
    });
    const { body } = await cloud.send('POST', '/api/clients/acme/energy/baselines', { by: 'Wang' });
    expect(body).toMatchObject({
      version: 2,
      from: '2025-01-05',
      to: '2026-01-05',
      usable: true,
      by: 'Wang',
      setup: 1,
    });
    expect(body.dataHash).toMatch(/^[0-9a-f]{64}$/);
    expect(body.coefficients.length).toBeGreaterThan(10);
    expect(body.r2).toBeGreaterThan(0.9);
  });

  test('never spans the work of a measure, and never ends in the future', async () => {
    const ask = (from: string, to: string) => cloud.send('POST', '/api/clients/acme/energy/baselines', { from, to });
    expect(await ask('2025-02-01', '2026-02-01')).toMatchObject({
      status: 409,
      body: { error: { message: expect.stringContaining('led') } },
    });
    expect(await ask('2026-02-01', '2027-02-01')).toMatchObject({ status: 400 });
  });

  test('after a measure is learned from its end on, and refused while that is too short', async () => {
    const { body } = await cloud.send('POST', '/api/clients/acme/energy/baselines', { after: 'led' });
    expect(body).toMatchObject({ from: '2026-01-16', to: '2026-03-02', usable: false });
  });
});

describe('a report', () => {
  let report: EnergyReport;

  test('of a month that is not over is refused', async () => {
    expect(await cloud.send('POST', '/api/clients/acme/energy/reports', { period: '2026-03' })).toMatchObject({
      status: 409,
    });
    expect(await cloud.send('POST', '/api/clients/acme/energy/reports', { period: '2026-13' })).toMatchObject({
      status: 400,
    });
  });

  test('shows the fifth that the measure saved, with months, money refused for want of a tariff, and a PUE', async () => {
    const made = await cloud.send('POST', '/api/clients/acme/energy/reports', { period: '2026-02' });
    expect(made.body).toMatchObject({ id: '2026-02-v1', verdict: 'savings demonstrated' });
    report = (await get('/api/clients/acme/energy/reports/2026-02-v1')).body.report;
    expect(report.headline.figures?.fraction).toBeCloseTo(0.2, 1);
    expect(report.headline.sinceMeasure).toMatchObject({ from: '2026-01-16', to: '2026-03-01' });
    expect(report.months.map(({ month, partial }) => [month, partial])).toEqual([
      ['2026-01', true],
      ['2026-02', false],
    ]);
    expect(report.boundary.meters.map(({ counted }) => counted)).toEqual([true, false]);
    expect(report.cost).toMatchObject({ ok: false });
    expect(report.carbon).toMatchObject({ ok: true, lines: [{ factorYear: 2023, provisional: true }] });
    expect(report.pue).toMatchObject({ ok: true, interim: true });
    expect(report.quality.weather.map(({ document }) => document)).toEqual(['station-1.csv', 'mended.csv']);
  });

  test('made again from the same facts is the same one; with a new decision its next version', async () => {
    const again = await cloud.send('POST', '/api/clients/acme/energy/reports', { period: '2026-02' });
    expect(again.body.id).toBe('2026-02-v1');
    await cloud.send('PUT', '/api/clients/acme/energy/events/fair', {
      id: 'fair',
      from: '2026-02-10',
      to: '2026-02-13',
      decision: 'approved',
      by: 'Li',
      reason: 'a fair',
    });
    const next = await cloud.send('POST', '/api/clients/acme/energy/reports', { period: '2026-02' });
    expect(next.body.id).toBe('2026-02-v2');
    const { body } = await get('/api/clients/acme/energy/reports/2026-02');
    expect(body.report.events).toMatchObject({
      items: [{ id: 'fair', state: 'approved' }],
      unadjusted: { from: '2026-01-16' },
    });
    expect(body.report.headline.figures.missing).toBe(3);
    expect((await get('/api/clients/acme/energy/reports/2026-02-v1')).body.report).toEqual(report);
  });

  test('hands out its inputs, and they give every digit of it', async () => {
    const { body, headers } = await get('/api/clients/acme/energy/reports/2026-02-v1/inputs');
    expect(headers['content-disposition']).toContain('energy-acme-2026-02.json');
    const { evidence, ...told } = body.report;
    const again = JSON.parse(JSON.stringify(reckonReport(ReportInputs.parse(body.inputs))));
    expect(differencesOf(told, again)).toEqual([]);
    expect(evidence.command).toBe('npm run -s energy -- rerun --from energy-acme-2026-02.json');
  });

  test('says so when the meters are others than the baseline’s', async () => {
    const { setup } = (await get('/api/clients/acme/energy/setup')).body;
    const other = { ...setup, meters: [{ ...setup.meters[0], share: 0.5 }, setup.meters[1]] };
    await cloud.send('PUT', '/api/clients/acme/energy/setup', other);
    const { body } = await cloud.send('POST', '/api/clients/acme/energy/reports', { period: '2026-02-20' });
    expect(body).toMatchObject({ kind: 'day', verdict: 'refused' });
    const kept = await get('/api/clients/acme/energy/reports/2026-02-20');
    expect(kept.body.report.headline.refusal[0].en).toContain('other meters');
    await cloud.send('PUT', '/api/clients/acme/energy/setup', setup);
  });
});

describe('by the clock', () => {
  test('work is wished for at the start, once the jobs run, and again with the same key by another replica', async () => {
    const wishes: string[] = [];
    const jobs = { wish: async (name: string, key: string) => void wishes.push(`${name} ${key}`) } as unknown as Jobs;
    const started = Promise.resolve();
    const stops = [energy, energy].map((ports) => scheduleReports(ports, jobs, started));
    await vi.waitFor(() => expect(wishes).toHaveLength(2));
    expect(new Set(wishes)).toEqual(new Set([`energy-reports hour ${Math.floor(NOW / HOUR)}`]));
    for (const stop of stops) await stop();
  });

  test('what is due is made once, however many replicas do it at the same time, and made up for later', async () => {
    const [other, theirs] = await replica('t');
    other.time.now = NOW;
    await Promise.all([makeDueReports(energy), makeDueReports(theirs)]);
    const { body } = await get('/api/clients/acme/energy/reports');
    const ids: string[] = body.items.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining(['2026-03-01-v1', '2026-02-23-v1', '2026-02-v2', '2025-12-v1']));
    expect(ids.filter((id) => id.startsWith('2026-03-01'))).toEqual(['2026-03-01-v1']);
    expect(failures).toEqual([]);
    expect(await makeDueReports(energy)).toBe(0);

    const read = vi.spyOn(energy.metrics, 'summaries');
    cloud.time.now = NOW + 2 * 86_400_000;
    expect(await makeDueReports(energy)).toBe(2);
    // What the last report holds for certain, up to eight days ago, is not read again.
    const earliest = Math.min(...read.mock.calls.map(([query]) => query.from));
    expect(instantText(earliest).slice(0, 10)).toBe('2026-02-23');
    await other.close();
  });
});
