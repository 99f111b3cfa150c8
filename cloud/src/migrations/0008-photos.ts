import { sql, type Kysely } from 'kysely';

/**
 * Photographs, under the hash that stands in the evidence of their edge: those that came through a signed
 * link of the cloud, and those that edges let it keep. Stored as they are, for pictures do not shrink.
 */
export async function photos(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `CREATE TABLE photos (tenant_id text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
     edge text NOT NULL, sha256 text NOT NULL, type text NOT NULL, bytes bytea NOT NULL, PRIMARY KEY (tenant_id, edge, sha256))`,
  `ALTER TABLE photos ALTER COLUMN bytes SET STORAGE EXTERNAL`,
  `ALTER TABLE photos ENABLE ROW LEVEL SECURITY`,
  `ALTER TABLE photos FORCE ROW LEVEL SECURITY`,
  `CREATE POLICY own_tenant ON photos USING (tenant_id = current_setting('keepsite.tenant', true))
     WITH CHECK (tenant_id = current_setting('keepsite.tenant', true))`,
  `GRANT SELECT, INSERT ON photos TO keepsite_app`,
] as const;
