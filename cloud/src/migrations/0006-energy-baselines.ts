import { sql, type Kysely } from 'kysely';

/**
 * Energy reports and all that they rest on. Everything is only ever added: a change is a new version, so
 * that a report of last year can be reckoned again. `span`, `inputs` and `report` are `json`, not
 * `jsonb`: their text, and with it every digit, stays as it was hashed.
 */
export async function energyBaselines(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES) await sql.raw(table).execute(db);
  for (const name of NAMES) for (const statement of fence(name)) await sql.raw(statement).execute(db);
}

const RECORDED = `tenant_id text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()`;

const NAMES = ['energy_facts', 'energy_baselines', 'energy_reports', 'weather_loads', 'weather_hours'] as const;

const TABLES = [
  // kind: setup, measure or event.
  `CREATE TABLE energy_facts (${RECORDED}, client text NOT NULL, kind text NOT NULL, id text NOT NULL, version int NOT NULL,
     body jsonb NOT NULL, PRIMARY KEY (tenant_id, client, kind, id, version))`,
  `CREATE TABLE energy_baselines (${RECORDED}, client text NOT NULL, version int NOT NULL, body json NOT NULL, span json NOT NULL,
     PRIMARY KEY (tenant_id, client, version))`,
  `CREATE TABLE energy_reports (${RECORDED}, client text NOT NULL, kind text NOT NULL, period text NOT NULL, version int NOT NULL,
     entry json NOT NULL, report json NOT NULL, inputs json NOT NULL, PRIMARY KEY (tenant_id, client, kind, period, version))`,
  `CREATE TABLE weather_loads (${RECORDED}, site text NOT NULL, source text NOT NULL, version int NOT NULL, document text NOT NULL,
     PRIMARY KEY (tenant_id, site, source, version))`,
  `CREATE TABLE weather_hours (${RECORDED}, site text NOT NULL, source text NOT NULL, hour timestamptz NOT NULL, version int NOT NULL,
     celsius double precision NOT NULL, PRIMARY KEY (tenant_id, site, source, hour, version))`,
] as const;

function fence(table: string): readonly string[] {
  return [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY own_tenant ON ${table} USING (tenant_id = current_setting('keepsite.tenant', true))
       WITH CHECK (tenant_id = current_setting('keepsite.tenant', true))`,
    `GRANT SELECT, INSERT ON ${table} TO keepsite_app`,
  ];
}
