import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestPostgres, type TestPostgres } from '../../testing/postgres.ts';
import { insertRow, SAMPLES } from '../../testing/rows.ts';
import { assertFenced, type Database } from './database.ts';

// A real database, and perhaps a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let postgres: TestPostgres;
let db: Database;

beforeAll(async () => {
  postgres = startTestPostgres();
  db = await postgres.database();
});
afterAll(() => postgres.stop());

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
      await insertRow(db, 'tenant-b', table, 'tenant-b', sample);

      expect(await count('tenant-b', table)).toBe(1);
      expect(await count('tenant-a', table)).toBe(0);
      await expect(insertRow(db, 'tenant-a', table, 'tenant-b', sample)).rejects.toThrow(/row-level security/);
      await expect(takeOver('tenant-a', table)).resolves.toBe(0);
      expect(await count('tenant-b', table)).toBe(1);
    },
  );

  test('with no tenant set nothing is visible and nothing can be written', async () => {
    for (const [table, sample] of Object.entries(SAMPLES)) {
      await insertRow(db, 'tenant-c', table, 'tenant-c', sample);
      const seen = await db.owner.transaction().execute(async (trx) => {
        await sql`SET LOCAL ROLE keepsite_app`.execute(trx);
        return (await sql`SELECT 1 FROM ${sql.table(table)}`.execute(trx)).rows.length;
      });
      expect(seen, table).toBe(0);
    }
  });

  test('a month of readings that was made on demand is fenced like the rest', async () => {
    await db.as('tenant-b', (trx) => sql`SELECT keepsite_partition('2026-05-17')`.execute(trx));
    await insertRow(db, 'tenant-b', 'readings', 'tenant-b', {
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
      await insertRow(db, tenant, 'readings', tenant, {
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
  });

  test('the cloud refuses a role that may climb over the fence', async () => {
    // Roles belong to the whole server: the others that use it must never see this one changed.
    const unseen = db.owner.transaction().execute(async (trx) => {
      await sql`ALTER ROLE keepsite_app BYPASSRLS`.execute(trx);
      await assertFenced(trx);
    });

    await expect(unseen).rejects.toThrow(/may bypass row-level security/);
    await expect(db.assertFenced()).resolves.toBeUndefined();
  });

  test('a tenant that is no plain word is refused before it reaches the database', async () => {
    await expect(db.as("a'; RESET ROLE; --", () => Promise.resolve())).rejects.toMatchObject({
      code: 'CLOUD_BAD_INPUT',
    });
  });
});

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
