import { Reporter, type Incident } from '@keepsite/edge-contract';
import { sql } from 'kysely';
import { randomBytes } from 'node:crypto';
import type { RepairStore } from '../../ports/repairs.ts';
import type { Database } from './database.ts';

/** Reports and their reporters in PostgreSQL, beside the evidence and never in it. */
export function repairStore(database: Database, tenant: string): RepairStore {
  return {
    take: (report, asset, reporter) =>
      database.as(tenant, async (db) => {
        await sql`INSERT INTO repair_reports (tenant_id, report, asset, reporter)
          VALUES (${tenant}, ${report}, ${asset}, ${JSON.stringify(reporter)}) ON CONFLICT DO NOTHING`.execute(db);
      }),
    reporter: (report) =>
      database.as(tenant, async (db) => {
        const { rows } = await sql<{ reporter: unknown }>`
          SELECT reporter FROM repair_reports WHERE report = ${report}`.execute(db);
        return rows[0] ? Reporter.parse(rows[0].reporter) : null;
      }),
    find: (report) =>
      database.as(tenant, async (db) => {
        const { rows } = await sql<{ asset: string; incident: Incident | null }>`
          SELECT r.asset, (SELECT i.body FROM incidents i WHERE i.asset = r.asset AND (i.body->'reports')::jsonb ? r.report
            ORDER BY i.opened_at DESC LIMIT 1) AS incident
          FROM repair_reports r WHERE r.report = ${report}`.execute(db);
        return rows[0] ?? null;
      }),
    linkKey: () =>
      database.as(tenant, async (db) => {
        await sql`INSERT INTO repair_keys (tenant_id, key) VALUES (${tenant}, ${randomBytes(32)})
          ON CONFLICT DO NOTHING`.execute(db);
        const { rows } = await sql<{ key: Buffer }>`SELECT key FROM repair_keys`.execute(db);
        const [kept] = rows;
        if (!kept) throw new Error('the key of repair links was not kept');
        return kept.key;
      }),
  };
}
