import { ApprovedChanges, type CommandItem } from '@keepsite/cloud-contract';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Database } from '../adapters/postgres/database.ts';
import { energyRoutes } from '../api/energy.ts';
import { silentEvents } from '../events.ts';
import { startTestCloud, type TestCloud } from '../testing/cloud.ts';
import { energyRegistry } from '../testing/energy-site.ts';
import { startTestPostgres, type TestPostgres } from '../testing/postgres.ts';
import type { EnergyPorts } from './ports.ts';
import { reckonHere } from './reckoner.ts';
import { makeDueReports } from './schedule.ts';
import { tellEdges } from './tell-edges.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 90_000 });

let postgres: TestPostgres;
let database: Database;
let cloud: TestCloud;
let energy: EnergyPorts;
const EVENTS = '/api/clients/acme/energy/events';
const EVENT = { id: 'tenant', from: '2026-01-05', to: '2026-01-20', by: 'li', reason: 'a tenant on the third floor' };
const NEW_LEVEL = { ...EVENT, decision: 'approved', newLevelFrom: '2026-01-10', direction: 'more' };

beforeAll(async () => {
  postgres = startTestPostgres();
  database = await postgres.database();
  const routes = (api: never, ports: never) => {
    energy = {
      ...(ports as unknown as EnergyPorts),
      weather: { name: 'nobody', hours: () => Promise.reject(new Error('nobody was to be asked')) },
      events: silentEvents(),
      reckoner: reckonHere,
      software: 'keepsite test',
    };
    energyRoutes(energy)(api, ports);
  };
  cloud = await startTestCloud(database, 't', {}, [routes as never]);
  cloud.time.now = Date.parse('2026-03-02T04:00:00Z');
  const { edges } = energy.store;
  const north = energyRegistry();
  const south = {
    ...north,
    sites: north.sites.map((site) => ({ ...site, id: 'site-2' })),
    zones: north.zones.slice(0, 1).map((zone) => ({ ...zone, id: 'zone-9', site: 'site-2' })),
    assets: north.assets.flatMap((asset) => (asset.id === 'it' ? { ...asset, zone: 'zone-9' } : [])),
    devices: north.devices.filter(({ asset }) => asset === 'it'),
  };
  const without = (asset: { readonly id?: string; readonly asset?: string }) => ![asset.id, asset.asset].includes('it');
  const rest = { ...north, assets: north.assets.filter(without), devices: north.devices.filter(without) };
  await edges.ingest('edge-1', (tx) => tx.saveRegistry(rest));
  await edges.ingest('edge-2', (tx) => tx.saveRegistry(south));
  const client = { id: 'acme', name: { en: 'Acme', zh: '甲公司' }, kind: 'commercial', officer: 'wang', since: null };
  await cloud.send('PUT', '/api/clients/acme', client);
  const meter = (asset: string) => ({ asset, device: `meter-${asset}`, name: { en: asset, zh: asset } });
  const setup = { meters: [meter('main'), { ...meter('it'), parent: 'main' }], weather: { kind: 'csv' } };
  expect((await cloud.send('PUT', '/api/clients/acme/energy/setup', setup)).status).toBe(200);
});
afterAll(async () => {
  await cloud.close();
  await postgres.stop();
});

/** What an edge is told when it asks: every order that it has not decided. */
async function told(edge: string) {
  const items = await energy.store.commands.take(edge, 0, 100, 0);
  const orders = items.filter((item): item is Extract<CommandItem, { kind: 'energy-changes' }> => 'changes' in item);
  return orders.map(({ commandId, changes }) => ({ commandId, ...ApprovedChanges.parse(changes) }));
}

async function decideAll(edge: string, state: 'done' | 'refused', reason: string | null = null): Promise<void> {
  const answers = (await told(edge)).map(({ commandId }) => ({ commandId, state, modified: true, reason }));
  await energy.store.commands.decide(edge, answers, 0);
}

test('before anybody has decided on an event there is nothing to tell', async () => {
  await tellEdges(energy, 'acme');
  expect([await told('edge-1'), await told('edge-2')]).toEqual([[], []]);
});

test('what is approved goes to every edge with meters of the client, who approved it and why', async () => {
  expect((await cloud.send('PUT', `${EVENTS}/tenant`, NEW_LEVEL)).status).toBe(200);
  const { decision: _, ...change } = NEW_LEVEL;
  expect(await told('edge-1')).toMatchObject([
    { client: 'acme', version: 2, changes: [{ ...change, assets: ['main'] }] },
  ]);
  expect(await told('edge-2')).toMatchObject([
    { client: 'acme', version: 2, changes: [{ ...change, assets: ['it'] }] },
  ]);
});

test('once for each version, and one can see what the edges said to it', async () => {
  await makeDueReports(energy);
  expect([(await told('edge-1')).length, (await told('edge-2')).length]).toEqual([1, 1]);
  await decideAll('edge-1', 'done');
  await decideAll('edge-2', 'refused', 'send a higher one');
  await makeDueReports(energy);
  expect([await told('edge-1'), await told('edge-2')]).toEqual([[], []]);
  expect((await cloud.get(EVENTS)).body.edges).toEqual([
    { edge: 'edge-1', state: 'done', reason: null },
    { edge: 'edge-2', state: 'refused', reason: 'send a higher one' },
  ]);
});

test('an event of some meters is told to those who serve them, and a withdrawn one is told by its absence', async () => {
  await cloud.send('PUT', `${EVENTS}/tenant`, { ...NEW_LEVEL, assets: ['it'] });
  expect(await told('edge-1')).toMatchObject([{ version: 3, changes: [] }]);
  expect(await told('edge-2')).toMatchObject([{ version: 3, changes: [{ assets: ['it'] }] }]);
  await decideAll('edge-1', 'done');
  await decideAll('edge-2', 'done');
  await cloud.send('PUT', `${EVENTS}/tenant`, { ...EVENT, decision: 'rejected' });
  expect([await told('edge-1'), await told('edge-2')]).toMatchObject([
    [{ version: 4, changes: [] }],
    [{ version: 4, changes: [] }],
  ]);
});

test('what was decided but not told, because the cloud went down in between, is told within the hour', async () => {
  await decideAll('edge-1', 'done');
  await energy.store.energy.saveFact('acme', 'event', { ...NEW_LEVEL, id: 'fair' } as never);
  expect(await told('edge-1')).toEqual([]);
  await makeDueReports(energy);
  expect(await told('edge-1')).toMatchObject([{ version: 5, changes: [{ id: 'fair' }] }]);
});

test('a meter that is not in the tree, and a new level before the event, are refused', async () => {
  const strange = await cloud.send('PUT', `${EVENTS}/x`, { ...NEW_LEVEL, id: 'x', assets: ['pump'] });
  expect(strange).toMatchObject({ status: 400, body: { error: { message: 'not in the meter tree: pump' } } });
  const early = await cloud.send('PUT', `${EVENTS}/x`, { ...NEW_LEVEL, id: 'x', newLevelFrom: '2026-01-01' });
  expect(early.status).toBe(400);
});
