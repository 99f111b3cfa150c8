import { sql, type Kysely } from 'kysely';

/**
 * An edge whose store was lost numbers its events and blocks from 1 again, under another epoch: with
 * it they are new, and what was delivered before stands. Edges and batches without one are of epoch ''.
 * `edge_epochs` keeps in which order an edge's epochs were first heard.
 */
export async function epochs(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `ALTER TABLE incident_events ADD COLUMN epoch text NOT NULL DEFAULT ''`,
  `ALTER TABLE incident_events DROP CONSTRAINT incident_events_pkey`,
  `ALTER TABLE incident_events ADD PRIMARY KEY (tenant_id, edge, epoch, seq)`,
  `ALTER TABLE reading_blocks ADD COLUMN epoch text NOT NULL DEFAULT ''`,
  `ALTER TABLE reading_blocks DROP CONSTRAINT reading_blocks_pkey`,
  `ALTER TABLE reading_blocks ADD PRIMARY KEY (tenant_id, edge, epoch, seq)`,
  `CREATE TABLE edge_epochs (tenant_id text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     edge text NOT NULL, epoch text NOT NULL, PRIMARY KEY (tenant_id, edge, epoch))`,
  `ALTER TABLE edge_epochs ENABLE ROW LEVEL SECURITY`,
  `ALTER TABLE edge_epochs FORCE ROW LEVEL SECURITY`,
  `CREATE POLICY own_tenant ON edge_epochs USING (tenant_id = current_setting('keepsite.tenant', true))
     WITH CHECK (tenant_id = current_setting('keepsite.tenant', true))`,
  `GRANT SELECT, INSERT ON edge_epochs TO keepsite_app`,
] as const;
