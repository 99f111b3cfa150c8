import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../../testing/postgres.ts';
import { openDatabase, type Database } from './database.ts';

// A real database, and perhaps a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let postgres: TestPostgres;
let db: Database;

beforeAll(async () => {
  postgres = await startTestPostgres();
  db = await postgres.database();
});
afterAll(() => postgres.stop());

const NOW = '2026-03-02T08:00:00.000Z';

/** One row of every table, so that no table can be forgotten: the test fails on one without a sample. */
const SAMPLES: Record<string, Record<string, unknown>> = {
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

describe('tenants', () => {
  test('every table names its tenant and when a row was recorded, and has a sample here', async () => {
    const { rows } = await sql<{ name: string; columns: string[] }>`
      SELECT c.relname AS name, array_agg(a.attname::text) AS columns FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relname NOT LIKE 'schema_migrations%' AND a.attnum > 0 GROUP BY 1`.execute(db.owner);
    for (const row of rows) expect(row.columns, row.name).toEqual(expect.arrayContaining(['tenant_id', 'recorded_at']));
    expect(rows.map((row) => row.name).toSorted()).toEqual(Object.keys(SAMPLES).toSorted());
  });

  test.each(Object.entries(SAMPLES))(
    '%s: a row of one tenant cannot be seen or changed by another, nor written for it',
    async (table, sample) => {
      await insert('tenant-b', table, 'tenant-b', sample);

      expect(await count('tenant-b', table)).toBe(1);
      expect(await count('tenant-a', table)).toBe(0);
      await expect(insert('tenant-a', table, 'tenant-b', sample)).rejects.toThrow(/row-level security/);
      await expect(takeOver('tenant-a', table)).resolves.toBe(0);
      expect(await count('tenant-b', table)).toBe(1);
    },
  );

  test('with no tenant set nothing is visible and nothing can be written', async () => {
    for (const [table, sample] of Object.entries(SAMPLES)) {
      await insert('tenant-c', table, 'tenant-c', sample);
      const seen = await db.owner.transaction().execute(async (trx) => {
        await sql`SET LOCAL ROLE keepsite_app`.execute(trx);
        return (await sql`SELECT 1 FROM ${sql.table(table)}`.execute(trx)).rows.length;
      });
      expect(seen, table).toBe(0);
    }
  });

  test('a month of readings that was made on demand is fenced like the rest', async () => {
    await db.as('tenant-b', (trx) => sql`SELECT keepsite_partition('2026-05-17')`.execute(trx));
    await insert('tenant-b', 'readings', 'tenant-b', {
      ...SAMPLES['readings'],
      device: 'may',
      time: '2026-05-17T00:00:00.000Z',
    });
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM readings_2026_05`.execute(db.owner);
    const direct = db.as('tenant-a', (trx) => sql`SELECT * FROM readings_2026_05`.execute(trx));

    expect(rows[0]?.n).toBe(1);
    await expect(direct).rejects.toThrow(/permission denied/);
    await expect(db.assertFenced()).resolves.toBeUndefined();
  });

  test('a month whose rows already lie in the default partition moves them, whosever they are', async () => {
    for (const tenant of ['tenant-a', 'tenant-b'])
      await insert(tenant, 'readings', tenant, {
        ...SAMPLES['readings'],
        device: 'july',
        time: '2026-07-31T23:59:59.999Z',
      });
    await db.as('tenant-b', (trx) =>
      sql`SELECT keepsite_partition('2026-07-01'), keepsite_partition('2026-07-31')`.execute(trx),
    );
    const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM readings_2026_07`.execute(db.owner);

    expect(rows[0]?.n).toBe(2);
  });

  test('evidence cannot be deleted or rewritten by the role that the cloud runs under', async () => {
    const erase = db.as('tenant-b', (trx) => sql`DELETE FROM incident_events`.execute(trx));
    const rewrite = db.as('tenant-b', (trx) => sql`UPDATE incident_events SET body = '{}'`.execute(trx));

    await expect(erase).rejects.toThrow(/permission denied/);
    await expect(rewrite).rejects.toThrow(/permission denied/);
  });

  test('the cloud refuses a database whose fence has a hole', async () => {
    const other = await postgres.database();
    await expect(other.assertFenced()).resolves.toBeUndefined();
    await sql`ALTER TABLE clients NO FORCE ROW LEVEL SECURITY`.execute(other.owner);
    await expect(other.assertFenced()).rejects.toMatchObject({
      code: 'CLOUD_DATABASE_UNSAFE',
      details: ['clients is open to every tenant'],
    });
    await sql`ALTER TABLE clients FORCE ROW LEVEL SECURITY`.execute(other.owner);
    await sql`ALTER ROLE keepsite_app BYPASSRLS`.execute(other.owner);
    await expect(other.assertFenced()).rejects.toThrow(/may bypass row-level security/);
    await sql`ALTER ROLE keepsite_app NOBYPASSRLS`.execute(other.owner);
  });

  test('a tenant that is no plain word is refused before it reaches the database', async () => {
    await expect(db.as("a'; RESET ROLE; --", () => Promise.resolve())).rejects.toMatchObject({
      code: 'CLOUD_BAD_INPUT',
    });
  });
});

function insert(
  as: string,
  table: string,
  tenant: string,
  sample: Record<string, unknown>,
  database = db,
): Promise<unknown> {
  const row = { tenant_id: tenant, ...sample };
  const columns = Object.keys(row).map((name) => sql.ref(name));
  return database.as(as, (trx) =>
    sql`INSERT INTO ${sql.table(table)} (${sql.join(columns)}) VALUES (${sql.join(Object.values(row))})`.execute(trx),
  );
}

async function count(as: string, table: string): Promise<number> {
  return await db.as(
    as,
    async (trx) => (await sql`SELECT 1 FROM ${sql.table(table)} WHERE tenant_id = 'tenant-b'`.execute(trx)).rows.length,
  );
}

/** Tries to make another tenant's row its own; a table that allows no update answers 0 too. */
async function takeOver(as: string, table: string): Promise<number> {
  const work = db.as(
    as,
    async (trx) => (await sql`UPDATE ${sql.table(table)} SET tenant_id = ${as}`.execute(trx)).numAffectedRows,
  );
  return Number(
    (await work.catch((error: Error) => (/permission denied/.test(error.message) ? 0n : Promise.reject(error)))) ?? 0,
  );
}

test('an ordinary owner, as of an external PostgreSQL, is fenced like everybody, and still makes its months', async () => {
  const server = await startTestPostgres();
  const url = new URL(await server.emptyDatabase());
  const admin = openDatabase(url.href);
  await sql
    .raw(
      `CREATE ROLE plain LOGIN CREATEROLE PASSWORD 'plain'; ALTER DATABASE ${url.pathname.slice(1)} OWNER TO plain; GRANT ALL ON SCHEMA public TO plain`,
    )
    .execute(admin.owner);
  url.username = url.password = 'plain';
  const plain = openDatabase(url.href);
  try {
    await plain.migrate();
    await plain.assertFenced();
    const july = { ...SAMPLES['readings'], time: '2026-07-31T23:59:59.999Z' };
    for (const tenant of ['tenant-a', 'tenant-b']) await insert(tenant, 'readings', tenant, july, plain);
    await plain.as('tenant-b', (trx) => sql`SELECT keepsite_partition('2026-07-01')`.execute(trx));

    expect((await sql`SELECT FROM readings`.execute(plain.owner)).rows).toHaveLength(0);
    expect((await sql`SELECT FROM readings_2026_07`.execute(admin.owner)).rows).toHaveLength(2);
    expect(await plain.as('tenant-a', async (trx) => (await sql`SELECT FROM readings`.execute(trx)).rows.length)).toBe(
      1,
    );
  } finally {
    await plain.close();
    await admin.close();
    await server.stop();
  }
});
