import { sql, type Kysely } from 'kysely';

/**
 * Who responds and how, by edge: versions, which are only ever added, each with the order that
 * carries it to the edge; and what the edge last told that it goes by.
 */
export async function responsePlans(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const RECORDED = `tenant_id text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()`;

function fence(table: string): readonly string[] {
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY own_tenant ON ${table} USING (tenant_id = current_setting('keepsite.tenant', true))
       WITH CHECK (tenant_id = current_setting('keepsite.tenant', true))`,
  ];
}

const STATEMENTS = [
  `CREATE TABLE response_versions (${RECORDED}, edge text NOT NULL, version int NOT NULL, body jsonb NOT NULL,
     made_at timestamptz NOT NULL, made_by text, note text, command_id text NOT NULL, PRIMARY KEY (tenant_id, edge, version))`,
  `CREATE TABLE response_told (${RECORDED}, edge text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, edge))`,
  ...fence('response_versions'),
  ...fence('response_told'),
  `GRANT SELECT, INSERT ON response_versions TO keepsite_app`,
  `GRANT SELECT, INSERT, UPDATE ON response_told TO keepsite_app`,
] as const;
