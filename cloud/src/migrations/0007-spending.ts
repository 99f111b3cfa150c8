import { sql, type Kysely } from 'kysely';

/**
 * A month's statement reads the few events that moved money, among all that ever happened. Repairs that
 * were reported through the cloud are kept with whoever reported them, because the evidence holds no
 * names; `repair_keys` signs the links by which they follow them.
 */
export async function spending(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const RECORDED = `tenant_id text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()`;

const TABLES = {
  repair_reports: `CREATE TABLE repair_reports (${RECORDED}, report text NOT NULL, asset text NOT NULL, reporter jsonb NOT NULL,
     PRIMARY KEY (tenant_id, report))`,
  repair_keys: `CREATE TABLE repair_keys (${RECORDED}, key bytea NOT NULL, PRIMARY KEY (tenant_id))`,
} as const;

const STATEMENTS = [
  `CREATE INDEX incident_events_money ON incident_events (tenant_id, at) WHERE kind IN ('spent', 'order_called_off')`,
  `CREATE INDEX incidents_by_asset ON incidents (tenant_id, asset, opened_at)`,
  ...Object.values(TABLES),
  ...Object.keys(TABLES).flatMap((table) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY own_tenant ON ${table} USING (tenant_id = current_setting('keepsite.tenant', true))
       WITH CHECK (tenant_id = current_setting('keepsite.tenant', true))`,
    `GRANT SELECT, INSERT, UPDATE ON ${table} TO keepsite_app`,
  ]),
];
