import type { ColumnType, GeneratedAlways } from 'kysely';
import type { Millis } from '@keepsite/edge-contract';

/** A timestamptz: epoch milliseconds out, RFC 3339 text in. */
export type At = ColumnType<Millis, string, string>;
/** The same, nullable. */
export type MaybeAt = ColumnType<Millis | null, string | null | undefined, string | null>;
/** json and jsonb: parsed when read, JSON text when written. */
export type Json<T = unknown> = ColumnType<T, string, string>;

interface Row {
  tenant_id: string;
  recorded_at: ColumnType<Millis, string | undefined, string>;
}

/** The tables as Kysely sees them; the columns' meaning is in the migrations. */
export interface Schema {
  tenants: Row & { name: string };
  edges: Row & {
    id: string;
    heartbeat: Json | null;
    heard_at: MaybeAt;
    command_seq: ColumnType<number, number | undefined, number>;
    registry_version: ColumnType<number | null, number | null | undefined, number | null>;
  };
  blind_spells: Row & { edge: string; since: At; until: MaybeAt; alarm: ColumnType<string | null, string | undefined> };
  alarms: Row & {
    id: string;
    opened_at: At;
    page_from: At;
    ended_at: MaybeAt;
    acknowledged_at: MaybeAt;
    acknowledged_by: string | null;
    note: string | null;
    steps_done: number;
    rounds: number;
    paged_at: MaybeAt;
    paged_edges: number;
  };
  alarm_pages: Row & {
    id: string;
    alarm: string;
    kind: string;
    step: number;
    recipient: Json;
    state: string;
    at: At;
    attempts: ColumnType<number, number | undefined, number>;
    not_before: At;
    lease: ColumnType<string | null, string | null | undefined>;
    lease_until: MaybeAt;
    possible_duplicate: ColumnType<boolean, boolean | undefined, boolean>;
    reason: ColumnType<string | null, string | null | undefined>;
  };
  incident_reviews: Row & { incident: string; version: number; state: string; by: string; body: Json };
  follow_up_incidents: Row & { client: string; incident: string; task: string };
  follow_up_attempts: Row & {
    task: string;
    n: number;
    at: At;
    by: string;
    outcome: string;
    score: number | null;
    note: string | null;
    next_at: MaybeAt;
  };
  sites: Row & { id: string; edge: string; body: Json };
  zones: Row & { id: string; site: string; body: Json };
  assets: Row & { id: string; zone: string; kind: string; body: Json };
  devices: Row & {
    id: string;
    edge: string;
    asset: string | null;
    site: string | null;
    family: string;
    status: Json;
    first_heard_at: MaybeAt;
    last_heard_at: MaybeAt;
  };
  zone_clients: Row & {
    zone: string;
    position: number;
    client: string;
    contract: string | null;
    valid_from: string | null;
    valid_to: string | null;
  };
  clients: Row & { id: string; body: Json };
  contracts: Row & { client: string; id: string; version: number; body: Json };
  crm_facts: Row & { client: string; kind: string; id: string; version: number; at: At; body: Json };
  edge_epochs: Row & { edge: string; epoch: string };
  incident_events: Row & {
    edge: string;
    epoch: ColumnType<string, string | undefined, never>;
    seq: number;
    incident: string;
    at: At;
    edge_recorded_at: At;
    kind: string;
    body: Json;
    prev: string;
    hash: string;
    hash_ok: boolean;
    link_ok: boolean | null;
    chain_ok: GeneratedAlways<boolean | null>;
  };
  incidents: Row & {
    id: string;
    edge: string;
    site: string;
    asset: string;
    fault: string;
    severity: string;
    condition: string;
    response: string;
    sla: string | null;
    opened_at: At;
    ended_at: MaybeAt;
    version: number;
    simulated: boolean;
    first_recorded_at: ColumnType<Millis, string | undefined, never>;
    facts: Json;
    body: Json;
  };
  incident_clients: Row & { incident: string; client: string };
  reading_blocks: Row & {
    edge: string;
    epoch: ColumnType<string, string | undefined, never>;
    seq: number;
    rows: number;
  };
  readings: Row & {
    device: string;
    metric: string;
    part: string;
    time: At;
    value: number | null;
    word: string | null;
    flag: boolean;
    own_time: boolean;
    received_at: At;
    quality: number;
    historical: boolean;
  };
  daily_energy: Row & { asset: string; device: string; day: string; body: Json };
  scorecards: Row & {
    client: string;
    day: string;
    at: At;
    weights_version: string;
    inputs: Json;
    score: number | null;
    smoothed: number | null;
    colour: string;
    reason: Json;
    machine: Json;
    report: Json;
  };
  care_tasks: Row & {
    id: string;
    client: string;
    kind: string;
    body: Json;
    opened_at: At;
    due_at: At;
    done_at: MaybeAt;
    done_by: string | null;
    note: string | null;
  };
  sla_closed: Row & { client: string; contract: string; period: string; report: Json };
  commands: Row & {
    edge: string;
    seq: number;
    command_id: string;
    incident: string | null;
    body: Json;
    state: string;
    modified: boolean | null;
    reason: string | null;
    received_at: At;
    delivered_at: MaybeAt;
    decided_at: MaybeAt;
  };
  response_versions: Row & {
    edge: string;
    version: number;
    body: Json;
    made_at: At;
    made_by: string | null;
    note: string | null;
    command_id: string;
  };
  response_told: Row & { edge: string; body: Json };
  energy_facts: Row & { client: string; kind: string; id: string; version: number; body: Json };
  energy_baselines: Row & { client: string; version: number; body: Json; span: Json };
  energy_reports: Row & {
    client: string;
    kind: string;
    period: string;
    version: number;
    entry: Json;
    report: Json;
    inputs: Json;
  };
  weather_loads: Row & { site: string; source: string; version: number; document: string };
  weather_hours: Row & { site: string; source: string; hour: At; version: number; celsius: number };
  rejected_records: Row & {
    id: ColumnType<string, string | undefined, never>;
    edge: string;
    kind: string;
    seq: number | null;
    reason: string;
    body: Json | null;
  };
}
