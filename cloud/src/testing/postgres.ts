import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openDatabase, type Database } from '../adapters/postgres/database.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../adapters/embedded-postgres.ts';

/** A real PostgreSQL for one test file, and fresh databases in it. */
export interface TestPostgres {
  /** A new, migrated database. */
  database(): Promise<Database>;
  /** The URL of a new, empty database. */
  emptyDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server in a temporary directory, without durability; `stop` ends it and removes all of it. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const directory = mkdtempSync(join(tmpdir(), 'keepsite-test-'));
  const server = await startEmbeddedPostgres({
    directory: join(directory, 'postgres'),
    fallback: `${directory}-fallback`,
    durable: false,
  });
  const open: Database[] = [];
  return {
    emptyDatabase: () => createDatabase(server),
    async database() {
      const database = openDatabase(await createDatabase(server), 6);
      open.push(database);
      await database.migrate();
      return database;
    },
    async stop() {
      await Promise.all(open.map((database) => database.close()));
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
      rmSync(`${directory}-fallback`, { recursive: true, force: true });
    },
  };
}

async function createDatabase(server: EmbeddedPostgres): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
  return server.url.replace(/\/[^/]*$/, `/${name}`);
}
