import { type Kysely, sql } from 'kysely';
import { instantText, type Heartbeat } from '@keepsite/edge-contract';
import type { EdgeStore, EdgeView } from '../../ports.ts';
import type { Database, TenantTransaction } from './database.ts';
import { ingestTransaction } from './ingest.ts';
import type { Schema } from './schema.ts';

/** Edges, and what they deliver, in PostgreSQL. */
export function edgeStore(database: Database, tenant: string): EdgeStore {
  return {
    ingest: (edge, work, epoch = '') =>
      database.as(tenant, async (db) => {
        await sql`SELECT pg_advisory_xact_lock(hashtextextended(${`${tenant}/${edge}`}, 0))`.execute(db);
        return await work(ingestTransaction(db, { tenant, edge, epoch }));
      }),
    heard: (edge, heartbeat, at, epoch = '') =>
      database.as(tenant, async (db) => {
        await heard(db, tenant, edge, heartbeat, instantText(at));
        await sql`INSERT INTO edge_epochs (tenant_id, edge, epoch) VALUES (${tenant}, ${edge}, ${epoch})
          ON CONFLICT DO NOTHING`.execute(db);
        return await newest(db, edge, epoch);
      }),
    list: () => database.as(tenant, listEdges),
    heartbeats: () =>
      database.as(tenant, async (db) => {
        const rows = await db
          .selectFrom('edges')
          .where('heartbeat', 'is not', null)
          .select(['id', 'heartbeat', 'heard_at'])
          .execute();
        return rows.map((row) => ({ edge: row.id, heartbeat: row.heartbeat as Heartbeat, heardAt: row.heard_at ?? 0 }));
      }),
    markBlind: (before) => database.as(tenant, (db) => markBlind(db, tenant, instantText(before))),
    ofAsset: (asset) =>
      database.as(tenant, async (db) => {
        const row = await db
          .selectFrom('assets as a')
          .innerJoin('zones as z', 'z.id', 'a.zone')
          .innerJoin('sites as s', 's.id', 'z.site')
          .where('a.id', '=', asset)
          .select('s.edge')
          .executeTakeFirst();
        return row?.edge ?? null;
      }),
  };
}

/** Blocks are numbered here only where metrics lie in PostgreSQL; elsewhere one that comes again overwrites itself. */
async function newest(db: TenantTransaction, edge: string, epoch: string): Promise<{ event: number; block: number }> {
  const last = async (table: 'incident_events' | 'reading_blocks') => {
    const own = db.selectFrom(table).where('edge', '=', edge).where('epoch', '=', epoch);
    return (await own.select((row) => row.fn.max('seq').as('seq')).executeTakeFirst())?.seq ?? 0;
  };
  return { event: Number(await last('incident_events')), block: Number(await last('reading_blocks')) };
}

async function heard(
  db: TenantTransaction,
  tenant: string,
  edge: string,
  heartbeat: Heartbeat | null,
  at: string,
): Promise<void> {
  const body = heartbeat === null ? null : JSON.stringify(heartbeat);
  await db
    .insertInto('edges')
    .values({ tenant_id: tenant, id: edge, heartbeat: body, heard_at: at })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'id']).doUpdateSet({
        heartbeat: sql`coalesce(${body}::jsonb, edges.heartbeat)`,
        heard_at: sql`greatest(edges.heard_at, ${at}::timestamptz)`,
      }),
    )
    .execute();
  await db.updateTable('blind_spells').set({ until: at }).where('edge', '=', edge).where('until', 'is', null).execute();
}

async function markBlind(db: TenantTransaction, tenant: string, before: string): Promise<string[]> {
  const { rows } = await sql<{ edge: string }>`
    INSERT INTO blind_spells (tenant_id, edge, since)
    SELECT ${tenant}, e.id, e.heard_at FROM edges e WHERE e.heard_at < ${before}
      AND (e.registry_version IS NULL OR EXISTS (SELECT FROM sites s WHERE s.edge = e.id))
      AND NOT EXISTS (SELECT FROM blind_spells b WHERE b.edge = e.id AND b.until IS NULL)
    ON CONFLICT DO NOTHING RETURNING edge`.execute(db);
  return rows.map((row) => row.edge);
}

async function listEdges(db: Kysely<Schema>): Promise<EdgeView[]> {
  const { rows } = await sql<EdgeRow>`
    SELECT e.id, e.heartbeat, e.heard_at, b.since, coalesce(c.last, 0) AS last, coalesce(c.broken, 0) AS broken,
           coalesce(c.gaps, 0) AS gaps, coalesce(r.n, 0) AS rejected,
           e.registry_version IS NOT NULL AND p.sites IS NULL AS retired, coalesce(p.sites, '{}') AS sites,
           coalesce(n.epochs, '{}') AS epochs
    FROM edges e
    LEFT JOIN (SELECT edge, array_agg(epoch ORDER BY recorded_at) AS epochs FROM edge_epochs GROUP BY 1) n ON n.edge = e.id
    LEFT JOIN blind_spells b ON b.edge = e.id AND b.until IS NULL
    LEFT JOIN LATERAL (SELECT max(seq) FILTER (WHERE epoch = coalesce(n.epochs[cardinality(n.epochs)], '')) AS last, count(*) FILTER (WHERE NOT (hash_ok AND coalesce(link_ok, true))) AS broken,
                      count(*) FILTER (WHERE link_ok IS NULL) AS gaps FROM incident_events WHERE edge = e.id) c ON true
    LEFT JOIN (SELECT edge, array_agg(id ORDER BY id) AS sites FROM sites GROUP BY 1) p ON p.edge = e.id
    LEFT JOIN (SELECT edge, count(*) AS n FROM rejected_records GROUP BY 1) r ON r.edge = e.id
    ORDER BY e.id`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    heartbeat: row.heartbeat,
    heardAt: row.heard_at,
    blindSince: row.since,
    chain: { last: row.last, broken: row.broken, gaps: row.gaps },
    rejected: row.rejected,
    sites: row.sites,
    epochs: row.epochs,
    retired: row.retired,
  }));
}

interface EdgeRow {
  id: string;
  heartbeat: Heartbeat | null;
  heard_at: number | null;
  since: number | null;
  last: number;
  broken: number;
  gaps: number;
  rejected: number;
  sites: string[];
  epochs: string[];
  retired: boolean;
}
