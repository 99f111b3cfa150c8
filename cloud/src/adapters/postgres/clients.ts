import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import {
  instantText,
  type Asset,
  type DailyEnergy,
  type DeviceStatus,
  type Site,
  type Zone,
} from '@keepsite/edge-contract';
import type { Client, Contract, CrmKind } from '@keepsite/cloud-contract';
import type { ClientStore, Kept, RegistryView } from '../../ports.ts';
import type { Database, TenantTransaction } from './database.ts';

/** Clients, their contracts and CRM facts, and the places that serve them. */
export function clientStore(database: Database, tenant: string): ClientStore {
  const as = <T>(work: (db: TenantTransaction) => Promise<T>): Promise<T> => database.as(tenant, work);
  return {
    list: () =>
      as(async (db) =>
        (await db.selectFrom('clients').select('body').orderBy('id').execute()).map((row) => row.body as Client),
      ),
    get: (id) =>
      as(async (db) => {
        const row = await db.selectFrom('clients').where('id', '=', id).select('body').executeTakeFirst();
        return (row?.body as Client | undefined) ?? null;
      }),
    save: (client) => as((db) => saveClient(db, tenant, client)),
    contracts: (client) => as((db) => contracts(db, client)),
    saveContract: (contract) => as((db) => saveContract(db, tenant, contract)),
    facts: (client, kind) => as((db) => facts(db, client, kind)),
    history: (client) => as((db) => history(db, client)),
    saveFacts: (client, kind, items) => as((db) => saveFacts(db, tenant, client, kind, items)),
    registry: () => as(registry),
    places: (client) => as((db) => places(db, client)),
    watch: (client) => as((db) => watch(db, client)),
    energy: (client, from, to) => as((db) => energy(db, client, from, to)),
  };
}

async function saveClient(db: TenantTransaction, tenant: string, client: Client): Promise<void> {
  const body = JSON.stringify(client);
  await db
    .insertInto('clients')
    .values({ tenant_id: tenant, id: client.id, body })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet({ body }))
    .execute();
}

async function contracts(db: TenantTransaction, client: string): Promise<Kept<Contract>[]> {
  const rows = await db
    .selectFrom('contracts')
    .where('client', '=', client)
    .orderBy('id')
    .orderBy('version')
    .select(['body', 'recorded_at'])
    .execute();
  return rows.map((row) => ({ value: row.body as Contract, recordedAt: row.recorded_at }));
}

/** A signed version is never rewritten: other terms need a higher version. */
async function saveContract(db: TenantTransaction, tenant: string, contract: Contract): Promise<boolean> {
  const { client, id, version } = contract;
  await db
    .insertInto('contracts')
    .values({ tenant_id: tenant, client, id, version, body: JSON.stringify(contract) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const kept = await db
    .selectFrom('contracts')
    .where('client', '=', client)
    .where('id', '=', id)
    .where('version', '=', version)
    .select('body')
    .executeTakeFirstOrThrow();
  return isDeepStrictEqual(kept.body, contract);
}

async function facts(db: TenantTransaction, client: string, kind: CrmKind): Promise<Kept<unknown>[]> {
  const rows = await db
    .selectFrom('crm_facts')
    .where('client', '=', client)
    .where('kind', '=', kind)
    .distinctOn('id')
    .orderBy('id')
    .orderBy('version', 'desc')
    .select(['body', 'recorded_at', 'at'])
    .execute();
  return rows.toSorted((a, b) => a.at - b.at).map((row) => ({ value: row.body, recordedAt: row.recorded_at }));
}

async function history(
  db: TenantTransaction,
  client: string,
): Promise<(Kept<unknown> & { kind: CrmKind; id: string })[]> {
  const rows = await db
    .selectFrom('crm_facts')
    .where('client', '=', client)
    .orderBy('kind')
    .orderBy('id')
    .orderBy('version')
    .select(['kind', 'id', 'body', 'recorded_at'])
    .execute();
  return rows.map((row) => ({ kind: row.kind as CrmKind, id: row.id, value: row.body, recordedAt: row.recorded_at }));
}

async function saveFacts(
  db: TenantTransaction,
  tenant: string,
  client: string,
  kind: CrmKind,
  items: readonly { id: string; at: number; body: unknown }[],
): Promise<number> {
  const lock = `${tenant}/${client}/${kind}`;
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${lock}, 1))`.execute(db);
  const known = new Map<string, { version: number; body: unknown }>();
  const rows = await db
    .selectFrom('crm_facts')
    .where('client', '=', client)
    .where('kind', '=', kind)
    .orderBy('version')
    .select(['id', 'version', 'body'])
    .execute();
  for (const row of rows) known.set(row.id, row);
  const added = new Map<
    string,
    { tenant_id: string; client: string; kind: CrmKind; id: string; version: number; at: string; body: string }
  >();
  for (const item of items) {
    const last = known.get(item.id);
    added.delete(item.id);
    if (last && isDeepStrictEqual(last.body, item.body)) continue;
    added.set(item.id, {
      tenant_id: tenant,
      client,
      kind,
      id: item.id,
      version: (last?.version ?? 0) + 1,
      at: instantText(item.at),
      body: JSON.stringify(item.body),
    });
  }
  const values = [...added.values()];
  for (let from = 0; from < values.length; from += 1000)
    await db
      .insertInto('crm_facts')
      .values(values.slice(from, from + 1000))
      .execute();
  return values.length;
}

async function registry(db: TenantTransaction): Promise<RegistryView> {
  const sites = await db.selectFrom('sites').orderBy('id').select(['edge', 'body']).execute();
  const zones = await db.selectFrom('zones').orderBy('id').select('body').execute();
  const assets = await db.selectFrom('assets').orderBy('id').select('body').execute();
  const devices = await db.selectFrom('devices').orderBy('id').select('status').execute();
  return {
    sites: sites.map((row) => ({ ...(row.body as Site), edge: row.edge })),
    zones: zones.map((row) => row.body as Zone),
    assets: assets.map((row) => row.body as Asset),
    devices: devices.map((row) => row.status as DeviceStatus),
  };
}

async function places(db: TenantTransaction, client: string): Promise<{ sites: string[]; timeZone: string | null }> {
  const { rows } = await sql<{ sites: string[]; zone: string | null }>`
    SELECT coalesce(array_agg(DISTINCT s.id), '{}') AS sites, min(s.body->>'zone') AS zone
    FROM zone_clients u JOIN zones z ON z.id = u.zone JOIN sites s ON s.id = z.site WHERE u.client = ${client}`.execute(
    db,
  );
  return { sites: rows[0]?.sites ?? [], timeZone: rows[0]?.zone ?? null };
}

/** Since the first thing that was heard of the client's assets; until the last word of the edge that serves them. */
async function watch(db: TenantTransaction, client: string): Promise<{ since: number; lastHeardAt: number } | null> {
  const { rows } = await sql<{ since: number | null; last: number | null }>`
    SELECT least(min(d.first_heard_at), min(i.first), min(n.first)) AS since,
           greatest(max(d.last_heard_at), max(i.last), max(n.last), max(e.heard_at), max((e.heartbeat->>'at')::timestamptz)) AS last
    FROM zone_clients u JOIN zones z ON z.id = u.zone JOIN sites s ON s.id = z.site LEFT JOIN edges e ON e.id = s.edge
    JOIN assets a ON a.zone = u.zone LEFT JOIN devices d ON d.asset = a.id
    LEFT JOIN (SELECT asset, min(day)::timestamptz AS first, max(day)::timestamptz AS last FROM daily_energy GROUP BY 1) n ON n.asset = a.id
    LEFT JOIN (SELECT asset, min(opened_at) AS first, max(opened_at) AS last FROM incidents GROUP BY 1) i ON i.asset = a.id
    WHERE u.client = ${client}`.execute(db);
  const row = rows[0];
  if (!row || row.since === null) return null;
  return { since: row.since, lastHeardAt: row.last ?? row.since };
}

async function energy(db: TenantTransaction, client: string, from: string, to: string): Promise<DailyEnergy[]> {
  const { rows } = await sql<{ body: DailyEnergy }>`
    SELECT DISTINCT ON (n.day, n.asset, n.device) n.body FROM daily_energy n JOIN assets a ON a.id = n.asset JOIN zone_clients u ON u.zone = a.zone
    WHERE u.client = ${client} AND n.day >= ${from}::date AND n.day < ${to}::date
      AND (u.valid_from IS NULL OR u.valid_from <= n.day) AND (u.valid_to IS NULL OR n.day < u.valid_to)
    ORDER BY n.day, n.asset, n.device`.execute(db);
  return rows.map((row) => row.body);
}
