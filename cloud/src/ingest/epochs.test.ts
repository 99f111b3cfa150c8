import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { foldAll, type IncidentEvent, packReadings, type Reading } from '@keepsite/edge-contract';
import { postgresMetrics } from '../adapters/postgres/metrics.ts';
import { postgresStore } from '../adapters/postgres/store.ts';
import { silentEvents } from '../events.ts';
import { localNotices } from '../testing/local-notices.ts';
import { useTestDatabase } from '../testing/postgres.ts';
import { batch, chain, EDGE, fact, FOLLOW_UP, opened, registry, story, T0 } from '../testing/samples.ts';
import { acceptBatch } from './accept-batch.ts';

const database = useTestDatabase();

async function cloudOf() {
  const tenant = database.tenant();
  const ports = {
    store: await postgresStore(database.db, tenant),
    metrics: postgresMetrics(database.db, tenant),
    notices: localNotices(),
    events: silentEvents(),
    touch: () => undefined,
    followUp: FOLLOW_UP,
  };
  const results = async (body: unknown, edge = EDGE) => (await acceptBatch(ports, edge, body, Date.now())).results;
  const accept = async (body: unknown, edge?: string) => (await results(body, edge)).map(({ verdict }) => verdict);
  const rows = (table: string) =>
    database.db.as(tenant, async (trx) => {
      const { rows: all } = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`.execute(trx);
      return all[0]?.n;
    });
  return { ...ports, tenant, results, accept, rows };
}

const reading = (at: number): Reading => ({
  device: 'device-1',
  metric: 'leak',
  part: null,
  value: true,
  at,
  receivedAt: at + 5,
  quality: 'good',
  historical: false,
});

/** What an edge with a fresh store says: numbers from 1 on. */
function said(epoch: string | null, incident: string, at = T0) {
  const events = chain(story(incident, 300));
  const part = epoch === null ? {} : { epoch };
  return { events, body: batch({ ...part, events, blocks: [packReadings(1, [reading(at)])] }) };
}

test('an edge whose store was lost numbers from 1 again, and the cloud takes it as new while the old stands', async () => {
  const cloud = await cloudOf();
  const before = said(null, 'edge-1-1');
  const after = said('b2', 'edge-1-b2-1', T0 + 60_000);
  await cloud.accept(before.body);

  expect(new Set(await cloud.accept(after.body))).toEqual(new Set(['accepted']));

  expect(await cloud.store.incidents.get('edge-1-1')).toEqual(foldAll(before.events));
  expect(await cloud.store.incidents.get('edge-1-b2-1')).toEqual(foldAll(after.events));
  const read = await cloud.metrics.read({ device: 'device-1', from: T0, to: T0 + 3_600_000, limit: 9 });
  expect(read.map(({ at }) => at)).toEqual([T0, T0 + 60_000]);
  expect((await cloud.store.edges.list())[0]).toMatchObject({
    epochs: ['', 'b2'],
    chain: { last: after.events.length, broken: 0, gaps: 0 },
  });
});

test('what an epoch delivered before is a duplicate in that epoch, also once the next one has begun', async () => {
  const cloud = await cloudOf();
  const first = said('a1', 'edge-1-a1-1');
  const second = said('b2', 'edge-1-b2-1');
  for (const { body } of [first, second]) await cloud.accept(body);

  for (const { body } of [first, second, first])
    expect(new Set(await cloud.accept(body))).toEqual(new Set(['duplicate']));
  expect(await cloud.rows('incident_events')).toBe(first.events.length + second.events.length);
  expect(await cloud.rows('reading_blocks')).toBe(2);
});

test('each epoch’s chain begins with its own first link, and links are never looked for in another', async () => {
  const cloud = await cloudOf();
  const [first] = chain([fact('edge-1-a1-1', 0, opened(T0))]);
  const later = chain([fact('edge-1-b2-1', 0, opened(T0)), fact('edge-1-b2-1', 5, { kind: 'noted', text: 'x' })]);
  await cloud.accept(batch({ epoch: 'a1', events: [first as IncidentEvent] }));
  await cloud.accept(batch({ epoch: 'b2', events: [later[1] as IncidentEvent] }));
  expect((await cloud.store.edges.list())[0]?.chain).toMatchObject({ broken: 0, gaps: 1 });
  await cloud.accept(batch({ epoch: 'b2', events: [later[0] as IncidentEvent] }));
  expect((await cloud.store.edges.list())[0]?.chain).toEqual({ last: 2, broken: 0, gaps: 0 });
  expect((await cloud.store.incidents.events('edge-1-b2-1')).map(({ chainOk }) => chainOk)).toEqual([true, true]);
});

test('an edge is told the newest numbers that were known of its epoch: so it sees when its store has lost some', async () => {
  const cloud = await cloudOf();
  const { body, events } = said('a1', 'edge-1-a1-1');
  const known = async (batchBody: unknown) => (await acceptBatch(cloud, EDGE, batchBody, T0)).known;
  expect(await known(body)).toEqual({ event: 0, block: 0 });
  expect(await known(batch({ epoch: 'a1' }))).toEqual({ event: events.length, block: 1 });
  expect(await known(batch({ epoch: 'b2' }))).toEqual({ event: 0, block: 0 });
});

test('an epoch that is no epoch is refused with the whole batch', async () => {
  const cloud = await cloudOf();
  await expect(cloud.accept({ ...batch(), epoch: 'No epoch!' })).rejects.toMatchObject({ code: 'CLOUD_BAD_INPUT' });
});

test('a batch that comes three times leaves the same rows, and tells its clients once', async () => {
  const cloud = await cloudOf();
  const { body } = said('a1', 'edge-1-a1-1');
  const tables = ['incident_events', 'incidents', 'incident_clients', 'reading_blocks', 'readings', 'rejected_records'];
  await cloud.accept(body);
  const before = await Promise.all(tables.map(cloud.rows));
  cloud.notices.told.length = 0;
  for (let n = 0; n < 3; n += 1) await cloud.accept(body);
  expect(await Promise.all(tables.map(cloud.rows))).toEqual(before);
  expect(cloud.notices.told.filter(({ kind }) => kind !== 'heartbeat')).toEqual([]);
});

test('a batch that names another site is rejected there, keeps its words for the audit, and changes nothing of that site', async () => {
  const cloud = await cloudOf();
  await cloud.accept(batch({ registry: registry() }));
  const now = new Date().toISOString();
  await database.db.as(cloud.tenant, (trx) =>
    sql`UPDATE edges SET heard_at = ${now}, heartbeat = '{"devices":{"known":3}}' WHERE id = ${EDGE}`.execute(trx),
  );
  const taken = registry();
  taken.sites[0]!.name.en = 'Mine now';

  expect(await cloud.accept(batch({ registry: taken }, 'edge-2'), 'edge-2')).toEqual(['rejected']);

  expect(await cloud.store.edges.ofAsset('lift-1')).toBe(EDGE);
  const kept = await database.db.as(cloud.tenant, async (trx) => {
    const found = await sql<{ edge: string; body: { sites: { name: { en: string } }[] } }>`
      SELECT edge, body FROM rejected_records`.execute(trx);
    return found.rows;
  });
  expect(kept).toMatchObject([{ edge: 'edge-2', body: { sites: [{ name: { en: 'Mine now' } }] } }]);
});

test('a batch that speaks for another edge is refused whole, changes nothing, and stays on record under the name that was shown', async () => {
  const cloud = await cloudOf();
  await cloud.accept(batch({ registry: registry() }));
  const { body } = said('a1', 'edge-1-a1-1');

  await expect(cloud.accept(body, 'edge-2')).rejects.toMatchObject({ code: 'CLOUD_FORBIDDEN' });

  expect([await cloud.rows('incident_events'), await cloud.rows('reading_blocks')]).toEqual([0, 0]);
  const kept = await database.db.as(cloud.tenant, async (trx) => {
    const found = await sql<{ edge: string; kind: string; body: { edge: string } }>`
      SELECT edge, kind, body FROM rejected_records`.execute(trx);
    return found.rows;
  });
  expect(kept).toMatchObject([{ edge: 'edge-2', kind: 'batch', body: { edge: EDGE, epoch: 'a1' } }]);
});

test('another tenant’s site is nobody’s here: the incident stays with who told it, and that tenant sees nothing of it', async () => {
  const [theirs, ours] = [await cloudOf(), await cloudOf()];
  await theirs.accept(batch({ registry: registry() }));
  const events = chain([fact('edge-2-1', 0, opened(T0))], null, 'edge-2');
  expect(await ours.results(batch({ events }, 'edge-2'), 'edge-2')).toMatchObject([{ verdict: 'accepted' }]);
  expect(await theirs.store.incidents.get('edge-2-1')).toBeNull();
  expect([await theirs.rows('incidents'), await theirs.rows('incident_events')]).toEqual([0, 0]);
});
