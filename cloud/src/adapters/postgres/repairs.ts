import { instantText, Reporter, type Incident } from '@keepsite/edge-contract';
import { sql } from 'kysely';
import { randomBytes } from 'node:crypto';
import type { RepairStore } from '../../ports/repairs.ts';
import type { Database } from './database.ts';

/** As it is written where nobody left a name, or it was erased. */
const NOBODY = JSON.stringify({ name: '', contact: '' });
const IS_OF_REPORT = sql`i.asset = r.asset AND (i.body->'reports')::jsonb ? r.report`;

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
    erase: (report, asset, at) =>
      database.as(tenant, async (db) => {
        const { rows } = await sql<{ had: boolean }>`
          WITH before AS (SELECT reporter <> ${NOBODY}::jsonb AS had FROM repair_reports WHERE report = ${report}),
          written AS (INSERT INTO repair_reports (tenant_id, report, asset, reporter, erased_at)
            VALUES (${tenant}, ${report}, ${asset}, ${NOBODY}, ${instantText(at)})
            ON CONFLICT (tenant_id, report) DO UPDATE SET reporter = excluded.reporter,
              erased_at = coalesce(repair_reports.erased_at, excluded.erased_at))
          SELECT had FROM before`.execute(db);
        return rows[0]?.had ?? false;
      }),
    eraseOverdue: (before, at) =>
      database.as(tenant, async (db) => {
        const { numAffectedRows } = await sql`
          UPDATE repair_reports r SET reporter = ${NOBODY}, erased_at = ${instantText(at)}
          WHERE r.erased_at IS NULL AND CASE
            WHEN EXISTS (SELECT 1 FROM incidents i WHERE ${IS_OF_REPORT}) THEN NOT EXISTS (
              SELECT 1 FROM incidents i WHERE ${IS_OF_REPORT} AND (
                (i.body->>'closedAt') IS NULL OR (i.body->>'closedAt')::timestamptz > ${instantText(before)} OR EXISTS (
                  SELECT 1 FROM follow_up_incidents f JOIN care_tasks t ON t.id = f.task
                  WHERE f.incident = i.id AND t.done_at IS NULL)))
            ELSE r.recorded_at <= ${instantText(before)} END`.execute(db);
        return Number(numAffectedRows ?? 0n);
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
