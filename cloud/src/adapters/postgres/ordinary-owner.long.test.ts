import { sql } from 'kysely';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDatabase } from '../../testing/create-database.ts';
import { insertRow, SAMPLES } from '../../testing/rows.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded-postgres.ts';
import { openDatabase } from './database.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

// A server of its own: roles belong to all of a server's databases, and here nobody else may have made them.
const directory = mkdtempSync(join(tmpdir(), 'keepsite-test-'));
const fallback = `${directory}-fallback`;
let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startEmbeddedPostgres({ directory: join(directory, 'postgres'), fallback, durable: false });
});
afterAll(async () => {
  await server?.stop();
  for (const made of [directory, fallback]) rmSync(made, { recursive: true, force: true });
});

test('an ordinary owner, as of an external PostgreSQL, is fenced like everybody, and still makes its months', async () => {
  const url = new URL(await createDatabase(server.url));
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
    for (const tenant of ['tenant-a', 'tenant-b']) await insertRow(plain, tenant, 'readings', tenant, july);
    await plain.as('tenant-b', (trx) => sql`SELECT keepsite_partition('2026-07-01')`.execute(trx));

    expect((await sql`SELECT FROM readings`.execute(plain.owner)).rows).toHaveLength(0);
    expect((await sql`SELECT FROM readings_2026_07`.execute(admin.owner)).rows).toHaveLength(2);
    expect(await plain.as('tenant-a', async (trx) => (await sql`SELECT FROM readings`.execute(trx)).rows.length)).toBe(
      1,
    );
  } finally {
    await plain.close();
    await admin.close();
  }
});
