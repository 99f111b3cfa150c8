import { sql } from 'kysely';
import type { Database } from '../adapters/postgres/database.ts';

const NOW = '2026-03-02T08:00:00.000Z';

/** One row of every table, so that no table can be forgotten: the test fails on one without a sample. */
export const SAMPLES: Record<string, Record<string, unknown>> = {
  tenants: { name: 'T' },
  edges: { id: 'e' },
  sites: { id: 's', edge: 'e', body: '{}' },
  zones: { id: 'z', site: 's', body: '{}' },
  assets: { id: 'a', zone: 'z', kind: 'elevator', body: '{}' },
  devices: { id: 'd', edge: 'e', family: 'f', status: '{}' },
  zone_clients: { zone: 'z', position: 0, client: 'c' },
  clients: { id: 'c', body: '{}' },
  contracts: { client: 'c', id: 'k', version: 1, body: '{}' },
  crm_facts: { client: 'c', kind: 'visits', id: 'v', version: 1, at: NOW, body: '{}' },
  incident_events: {
    edge: 'e',
    seq: 1,
    incident: 'i',
    at: NOW,
    edge_recorded_at: NOW,
    kind: 'noted',
    body: '{}',
    prev: '0',
    hash: '1',
    hash_ok: true,
  },
  incidents: {
    id: 'i',
    edge: 'e',
    site: 's',
    asset: 'a',
    fault: 'leak',
    severity: 'critical',
    condition: 'active',
    response: 'open',
    opened_at: NOW,
    version: 1,
    simulated: false,
    facts: '{}',
    body: '{}',
  },
  incident_clients: { incident: 'i', client: 'c' },
  edge_epochs: { edge: 'e', epoch: 'a1' },
  reading_blocks: { edge: 'e', seq: 1, rows: 1 },
  readings: { device: 'd', metric: 'leak', time: NOW, received_at: NOW, own_time: true, quality: 0, historical: false },
  daily_energy: { asset: 'a', device: 'd', day: '2026-03-02', body: '{}' },
  scorecards: {
    client: 'c',
    day: '2026-03-02',
    at: NOW,
    weights_version: 'w',
    inputs: '{}',
    colour: 'grey',
    reason: '{}',
    machine: '{}',
    report: '{}',
  },
  blind_spells: { edge: 'e', since: NOW },
  alarms: { id: 'a', opened_at: NOW, page_from: NOW, steps_done: 0, rounds: 0, paged_edges: 0 },
  alarm_pages: {
    id: 'p',
    alarm: 'a',
    kind: 'blind',
    step: 0,
    recipient: '{}',
    state: 'queued',
    at: NOW,
    not_before: NOW,
  },
  incident_reviews: { incident: 'i', version: 1, state: 'draft', by: 'li', body: '{}' },
  follow_up_incidents: { client: 'c', incident: 'i', task: 't' },
  repair_reports: { report: 'r', asset: 'a', reporter: '{}' },
  photos: { edge: 'e', sha256: 'f', type: 'image/png', bytes: Buffer.alloc(3) },
  repair_keys: { key: Buffer.alloc(32) },
  response_versions: { edge: 'e', version: 1, body: '{}', made_at: new Date(0), command_id: 'response-e-1' },
  response_told: { edge: 'e', body: '{}' },
  follow_up_attempts: { task: 't', n: 1, at: NOW, by: 'li', outcome: 'satisfied' },
  care_tasks: { id: 't', client: 'c', kind: 'k', body: '{}', opened_at: NOW, due_at: NOW },
  sla_closed: { client: 'c', contract: 'k', period: '2026-02', report: '{}' },
  commands: { edge: 'e', seq: 1, command_id: 'command-1', body: '{}', state: 'pending', received_at: NOW },
  energy_facts: { client: 'c', kind: 'measure', id: 'm', version: 1, body: '{}' },
  energy_baselines: { client: 'c', version: 1, body: '{}', span: '{}' },
  energy_reports: {
    client: 'c',
    kind: 'month',
    period: '2026-02',
    version: 1,
    entry: '{}',
    report: '{}',
    inputs: '{}',
  },
  weather_loads: { site: 's', source: 'csv', version: 1, document: 'd' },
  weather_hours: { site: 's', source: 'csv', hour: NOW, version: 1, celsius: 20 },
  rejected_records: { edge: 'e', kind: 'event', reason: 'r' },
};

/** Writes a row of a table for a tenant, in the name of one. */
export function insertRow(
  database: Database,
  as: string,
  table: string,
  tenant: string,
  sample: Record<string, unknown>,
): Promise<unknown> {
  const row = { tenant_id: tenant, ...sample };
  const columns = Object.keys(row).map((name) => sql.ref(name));
  return database.as(as, (trx) =>
    sql`INSERT INTO ${sql.table(table)} (${sql.join(columns)}) VALUES (${sql.join(Object.values(row))})`.execute(trx),
  );
}
