import { sql, type Kysely } from 'kysely';

/**
 * What the cloud itself pages about, and what comes after an incident.
 *
 * `alarms` are blind sites; a spell belongs to one of them, and `alarm_pages` is the outbox that
 * every replica sends from under a lease. Reviews and what was tried to reach a client are only ever
 * added to. `follow_up_incidents` holds which task asks about which incident: the key is what keeps a
 * second delivery of the same events from asking twice.
 */
export async function afterIncident(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const RECORDED = `tenant_id text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()`;

const TABLES = {
  alarms: `CREATE TABLE alarms (${RECORDED}, id text NOT NULL, opened_at timestamptz NOT NULL, page_from timestamptz NOT NULL,
     ended_at timestamptz, acknowledged_at timestamptz, acknowledged_by text, note text,
     steps_done int NOT NULL, rounds int NOT NULL, paged_at timestamptz, paged_edges int NOT NULL,
     PRIMARY KEY (tenant_id, id))`,
  alarm_pages: `CREATE TABLE alarm_pages (${RECORDED}, id text NOT NULL, alarm text NOT NULL, kind text NOT NULL, step int NOT NULL,
     recipient jsonb NOT NULL, state text NOT NULL, at timestamptz NOT NULL, attempts int NOT NULL DEFAULT 0,
     not_before timestamptz NOT NULL, lease text, lease_until timestamptz, possible_duplicate boolean NOT NULL DEFAULT false,
     reason text, PRIMARY KEY (tenant_id, id))`,
  incident_reviews: `CREATE TABLE incident_reviews (${RECORDED}, incident text NOT NULL, version int NOT NULL, state text NOT NULL,
     by text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, incident, version))`,
  follow_up_incidents: `CREATE TABLE follow_up_incidents (${RECORDED}, client text NOT NULL, incident text NOT NULL, task text NOT NULL,
     PRIMARY KEY (tenant_id, client, incident))`,
  follow_up_attempts: `CREATE TABLE follow_up_attempts (${RECORDED}, task text NOT NULL, n int NOT NULL, at timestamptz NOT NULL,
     by text NOT NULL, outcome text NOT NULL, score int, note text, next_at timestamptz,
     PRIMARY KEY (tenant_id, task, n))`,
} as const;

const STATEMENTS = [
  ...Object.values(TABLES),
  `ALTER TABLE blind_spells ADD COLUMN alarm text`,
  // Spells that ended before alarms existed are history: nobody is to be told of them now.
  `CREATE INDEX blind_spells_by_alarm ON blind_spells (tenant_id, alarm)`,
  `CREATE INDEX alarms_open ON alarms (tenant_id, opened_at) WHERE ended_at IS NULL`,
  `CREATE INDEX alarm_pages_owed ON alarm_pages (tenant_id, not_before) WHERE state IN ('queued', 'sending')`,
  `CREATE INDEX alarm_pages_by_alarm ON alarm_pages (tenant_id, alarm)`,
  `CREATE INDEX follow_up_incidents_by_task ON follow_up_incidents (tenant_id, task)`,
  `CREATE INDEX care_tasks_open ON care_tasks (tenant_id, kind, due_at) WHERE done_at IS NULL`,
  ...Object.keys(TABLES).flatMap((table) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`,
    `CREATE POLICY own_tenant ON ${table} USING (tenant_id = current_setting('keepsite.tenant', true))
       WITH CHECK (tenant_id = current_setting('keepsite.tenant', true))`,
  ]),
  `GRANT SELECT, INSERT ON incident_reviews, follow_up_attempts, follow_up_incidents TO keepsite_app`,
  `GRANT SELECT, INSERT, UPDATE ON alarms, alarm_pages TO keepsite_app`,
] as const;
