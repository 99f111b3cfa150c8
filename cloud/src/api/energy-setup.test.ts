import type { EnergySetup } from '@keepsite/cloud-contract';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { energyRegistry, MAIN_METER } from '../testing/energy-site.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { energyRoutes } from './energy.ts';

const database = useTestDatabase();
let cloud: TestCloud;

beforeEach(async () => {
  const energy = (api: never, ports: never) => energyRoutes(ports)(api, ports);
  cloud = await startTestCloud(database.db, database.tenant(), {}, [energy as never]);
  const client = { id: 'acme', name: { en: 'Acme', zh: '甲公司' }, kind: 'commercial', officer: null, since: null };
  await cloud.send('PUT', '/api/clients/acme', client);
});
afterEach(() => cloud.close());

const version = { from: '2020-01-01', document: 'd', rules: [], otherwise: 'flat' };
const components = [{ name: 'energy', price: '0.5' }];

function put(zone: string) {
  const setup: EnergySetup = {
    meters: [MAIN_METER],
    weather: { kind: 'csv' },
    method: 'towt-daily',
    areaM2: null,
    tariff: { id: 't', name: { en: 'a', zh: '甲' }, currency: 'CNY', zone, versions: [{ ...version, components }] },
  };
  return cloud.send('PUT', '/api/clients/acme/energy/setup', setup);
}

test('a price book of another clock than the site’s is refused, and one of the same clock is not', async () => {
  await cloud.ports.store.edges.ingest('edge-1', (tx) => tx.saveRegistry(energyRegistry()));
  expect(await put('Asia/Tokyo')).toMatchObject({
    status: 400,
    body: { error: { code: 'CLOUD_BAD_INPUT', message: expect.stringMatching(/Asia\/Tokyo.*Asia\/Shanghai/) } },
  });
  expect((await put('Asia/Hong_Kong')).status).toBe(200);
});

test('while no site of the client is known, any zone that there is will do', async () => {
  expect((await put('Asia/Tokyo')).status).toBe(200);
  expect(await put('Asia/Tokio')).toMatchObject({
    status: 400,
    body: { error: { message: expect.stringContaining('Asia/Tokio is no time zone') } },
  });
});
