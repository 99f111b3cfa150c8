import { sql, type Kysely } from 'kysely';

/**
 * When the name and the number of whoever reported a repair were erased. The row stays: it says that they are
 * never to be taken again, and which report a link is about.
 */
export async function erasure(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `ALTER TABLE repair_reports ADD COLUMN erased_at timestamptz`,
  `CREATE INDEX repair_reports_kept ON repair_reports (tenant_id, recorded_at) WHERE erased_at IS NULL`,
] as const;
