import { sql, type Kysely } from 'kysely';

/**
 * The first schema. Every table names its tenant and when the row was recorded; every key is text
 * or a number that its sender gave, so that a second delivery meets the first one. Evidence
 * (`incident_events.body`) is `json`, not `jsonb`: it keeps the text as it was hashed, and takes
 * every string that JSON can say.
 */
export async function start(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES) await sql.raw(table).execute(db);
  for (const index of INDEXES) await sql.raw(index).execute(db);
}

const RECORDED = `tenant_id text NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp()`;

const TABLES = [
  `CREATE TABLE tenants (${RECORDED}, name text NOT NULL, PRIMARY KEY (tenant_id))`,

  `CREATE TABLE edges (${RECORDED}, id text NOT NULL,
     heartbeat jsonb, heard_at timestamptz,
     command_seq bigint NOT NULL DEFAULT 0, registry_version int,
     PRIMARY KEY (tenant_id, id))`,

  // Stretches in which the cloud did not hear an edge: unknown time, never good time.
  `CREATE TABLE blind_spells (${RECORDED}, edge text NOT NULL, since timestamptz NOT NULL, until timestamptz,
     PRIMARY KEY (tenant_id, edge, since))`,

  `CREATE TABLE sites (${RECORDED}, id text NOT NULL, edge text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, id))`,
  `CREATE TABLE zones (${RECORDED}, id text NOT NULL, site text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, id))`,
  `CREATE TABLE assets (${RECORDED}, id text NOT NULL, zone text NOT NULL, kind text NOT NULL, body jsonb NOT NULL,
     PRIMARY KEY (tenant_id, id))`,
  `CREATE TABLE devices (${RECORDED}, id text NOT NULL, edge text NOT NULL, asset text, site text, family text NOT NULL,
     status jsonb NOT NULL, first_heard_at timestamptz, last_heard_at timestamptz, PRIMARY KEY (tenant_id, id))`,
  `CREATE TABLE zone_clients (${RECORDED}, zone text NOT NULL, position int NOT NULL, client text NOT NULL, contract text,
     valid_from date, valid_to date, PRIMARY KEY (tenant_id, zone, position))`,

  `CREATE TABLE clients (${RECORDED}, id text NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, id))`,
  `CREATE TABLE contracts (${RECORDED}, client text NOT NULL, id text NOT NULL, version int NOT NULL, body jsonb NOT NULL,
     PRIMARY KEY (tenant_id, client, id, version))`,
  `CREATE TABLE crm_facts (${RECORDED}, client text NOT NULL, kind text NOT NULL, id text NOT NULL, version int NOT NULL,
     at timestamptz NOT NULL, body jsonb NOT NULL, PRIMARY KEY (tenant_id, client, kind, id, version))`,

  `CREATE TABLE incident_events (${RECORDED}, edge text NOT NULL, seq bigint NOT NULL, incident text NOT NULL,
     at timestamptz NOT NULL, edge_recorded_at timestamptz NOT NULL, kind text NOT NULL, body json NOT NULL,
     prev text NOT NULL, hash text NOT NULL, hash_ok boolean NOT NULL, link_ok boolean,
     chain_ok boolean GENERATED ALWAYS AS (hash_ok AND link_ok) STORED,
     PRIMARY KEY (tenant_id, edge, seq))`,
  `CREATE TABLE incidents (${RECORDED}, id text NOT NULL, edge text NOT NULL, site text NOT NULL, asset text NOT NULL,
     fault text NOT NULL, severity text NOT NULL, condition text NOT NULL, response text NOT NULL, sla text,
     opened_at timestamptz NOT NULL, ended_at timestamptz, version bigint NOT NULL, simulated boolean NOT NULL,
     first_recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), facts json NOT NULL, body json NOT NULL,
     PRIMARY KEY (tenant_id, id))`,
  `CREATE TABLE incident_clients (${RECORDED}, incident text NOT NULL, client text NOT NULL,
     PRIMARY KEY (tenant_id, client, incident))`,

  `CREATE TABLE reading_blocks (${RECORDED}, edge text NOT NULL, seq bigint NOT NULL, rows int NOT NULL,
     PRIMARY KEY (tenant_id, edge, seq))`,
  // value: the number, or 1 and 0 for true and false; word: the text; both null: the device said nothing.
  `CREATE TABLE readings (${RECORDED}, device text NOT NULL, metric text NOT NULL, part text NOT NULL DEFAULT '',
     time timestamptz NOT NULL, value double precision, word text, flag boolean NOT NULL DEFAULT false,
     own_time boolean NOT NULL, received_at timestamptz NOT NULL, quality smallint NOT NULL,
     historical boolean NOT NULL) PARTITION BY RANGE (time)`,
  `CREATE TABLE readings_default PARTITION OF readings DEFAULT`,

  `CREATE TABLE daily_energy (${RECORDED}, asset text NOT NULL, device text NOT NULL, day date NOT NULL, body jsonb NOT NULL,
     PRIMARY KEY (tenant_id, asset, device, day))`,

  `CREATE TABLE scorecards (${RECORDED}, client text NOT NULL, day date NOT NULL, at timestamptz NOT NULL,
     weights_version text NOT NULL, inputs jsonb NOT NULL, score double precision, smoothed double precision,
     colour text NOT NULL, reason jsonb NOT NULL, machine jsonb NOT NULL, report jsonb NOT NULL,
     PRIMARY KEY (tenant_id, client, day))`,
  `CREATE TABLE care_tasks (${RECORDED}, id text NOT NULL, client text NOT NULL, kind text NOT NULL, body jsonb NOT NULL,
     opened_at timestamptz NOT NULL, due_at timestamptz NOT NULL, done_at timestamptz, done_by text, note text,
     PRIMARY KEY (tenant_id, id))`,
  `CREATE TABLE sla_closed (${RECORDED}, client text NOT NULL, contract text NOT NULL, period text NOT NULL, report jsonb NOT NULL,
     PRIMARY KEY (tenant_id, client, contract, period))`,

  `CREATE TABLE commands (${RECORDED}, edge text NOT NULL, seq bigint NOT NULL, command_id text NOT NULL, incident text,
     body jsonb NOT NULL, state text NOT NULL, modified boolean, reason text, received_at timestamptz NOT NULL,
     delivered_at timestamptz, decided_at timestamptz, PRIMARY KEY (tenant_id, edge, seq), UNIQUE (tenant_id, command_id))`,
  `CREATE TABLE rejected_records (${RECORDED}, id uuid NOT NULL DEFAULT gen_random_uuid(), edge text NOT NULL, kind text NOT NULL,
     seq bigint, reason text NOT NULL, body json, PRIMARY KEY (tenant_id, id))`,
] as const;

const INDEXES = [
  `CREATE INDEX incident_events_by_incident ON incident_events (tenant_id, incident, seq)`,
  `CREATE INDEX incident_events_broken ON incident_events (tenant_id, edge, seq) WHERE NOT (hash_ok AND link_ok)`,
  `CREATE INDEX incidents_by_time ON incidents (tenant_id, opened_at DESC, id DESC)`,
  `CREATE INDEX incidents_open ON incidents (tenant_id, opened_at) WHERE ended_at IS NULL`,
  `CREATE INDEX readings_by_series ON readings (tenant_id, device, metric, part, time)`,
  `CREATE INDEX zone_clients_by_client ON zone_clients (tenant_id, client)`,
  `CREATE INDEX commands_by_incident ON commands (tenant_id, incident, received_at)`,
  `CREATE INDEX rejected_records_by_time ON rejected_records (tenant_id, recorded_at)`,
] as const;
