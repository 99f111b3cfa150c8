import { sql } from 'kysely';
import { instantText, type Incident, type IncidentEvent } from '@keepsite/edge-contract';
import type { IncidentFacts } from '../../domain/facts.ts';
import type { IncidentQuery, IncidentStore, StoredEvent } from '../../ports.ts';
import type { Database, TenantTransaction } from './database.ts';

/** Incidents as they were folded, and the evidence that they were folded from. */
export function incidentStore(database: Database, tenant: string): IncidentStore {
  return {
    get: (id) =>
      database.as(tenant, async (db) => {
        const row = await db.selectFrom('incidents').where('id', '=', id).select('body').executeTakeFirst();
        return (row?.body as Incident | undefined) ?? null;
      }),
    list: (query) => database.as(tenant, (db) => list(db, query)),
    events: (id) => database.as(tenant, (db) => eventsWhere(db, sql`e.incident = ${id}`)),
    links: (id, limit) =>
      database.as(tenant, async (db) => {
        const { rows } = await sql<{ seq: number; prev: string; hash: string }>`
          SELECT e.seq, e.prev, e.hash FROM incident_events e
          JOIN (SELECT n.edge, n.epoch, min(n.seq) AS first, max(n.seq) AS last FROM incident_events n
            JOIN incidents i ON i.id = n.incident AND i.edge = n.edge WHERE n.incident = ${id} GROUP BY 1, 2) own
            ON own.edge = e.edge AND own.epoch = e.epoch AND e.seq BETWEEN own.first AND own.last
          ORDER BY e.seq LIMIT ${limit}`.execute(db);
        return rows;
      }),
    eventsOfClient: (client) =>
      database.as(tenant, (db) =>
        eventsWhere(db, sql`e.incident IN (SELECT incident FROM incident_clients WHERE client = ${client})`),
      ),
    ofClient: (client, from, to) =>
      database.as(tenant, async (db) => {
        const rows = await db
          .selectFrom('incidents as i')
          .innerJoin('incident_clients as c', 'c.incident', 'i.id')
          .where('c.client', '=', client)
          .where('i.opened_at', '>=', sql<number>`${instantText(from)}::timestamptz`)
          .where('i.opened_at', '<', sql<number>`${instantText(to)}::timestamptz`)
          .orderBy('i.opened_at')
          .select(['i.facts', 'i.version', 'i.first_recorded_at'])
          .execute();
        return rows.map((row) => ({
          ...(row.facts as IncidentFacts),
          version: row.version,
          recordedAt: row.first_recorded_at,
        }));
      }),
    openByClient: () =>
      database.as(tenant, async (db) => {
        const { rows } = await sql<{ client: string; n: number }>`
          SELECT c.client, count(*) AS n FROM incidents i JOIN incident_clients c ON c.incident = i.id
          WHERE i.ended_at IS NULL AND i.response <> 'resolved' GROUP BY 1`.execute(db);
        return new Map(rows.map((row) => [row.client, row.n]));
      }),
  };
}

async function list(db: TenantTransaction, query: IncidentQuery): Promise<Incident[]> {
  let select = db.selectFrom('incidents as i').select('i.body');
  const { client, before } = query;
  if (query.state === 'open') select = select.where('i.ended_at', 'is', null);
  if (query.state === 'closed') select = select.where('i.ended_at', 'is not', null);
  if (client !== undefined)
    select = select.where('i.id', 'in', (q) =>
      q.selectFrom('incident_clients').where('client', '=', client).select('incident'),
    );
  if (before !== undefined)
    select = select.where(sql<boolean>`(i.opened_at, i.id) < (${instantText(before.at)}::timestamptz, ${before.id})`);
  const rows = await select.orderBy('i.opened_at', 'desc').orderBy('i.id', 'desc').limit(query.limit).execute();
  return rows.map((row) => row.body as Incident);
}

async function eventsWhere(db: TenantTransaction, condition: ReturnType<typeof sql>): Promise<StoredEvent[]> {
  const { rows } = await sql<{ body: IncidentEvent; recorded_at: number; chain_ok: boolean | null }>`
    SELECT e.body, e.recorded_at, CASE WHEN e.hash_ok THEN e.link_ok ELSE false END AS chain_ok
    FROM incident_events e WHERE ${condition} ORDER BY e.edge, e.seq`.execute(db);
  return rows.map((row) => ({ event: row.body, recordedAt: row.recorded_at, chainOk: row.chain_ok }));
}
