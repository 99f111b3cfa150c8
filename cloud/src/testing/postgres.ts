import { afterAll, beforeAll, inject, vi } from 'vitest';
import { openDatabase, type Database } from '../adapters/postgres/database.ts';
import { createDatabase } from './create-database.ts';

/** Fresh databases for one test file, in the real PostgreSQL that all of them share. */
export interface TestPostgres {
  /** A new, migrated database. */
  database(): Promise<Database>;
  /** The URL of a new, empty database. */
  emptyDatabase(): Promise<string>;
  /** Closes what was opened. */
  stop(): Promise<void>;
}

export function startTestPostgres(): TestPostgres {
  const [server, template] = [inject('postgresUrl'), inject('postgresTemplate')];
  const open: Database[] = [];
  return {
    emptyDatabase: () => createDatabase(server),
    async database() {
      const database = openDatabase(await createDatabase(server, template), 6);
      open.push(database);
      return database;
    },
    async stop() {
      await Promise.all(open.map((database) => database.close()));
    },
  };
}

/** The database of one test file. */
export interface TestDatabase {
  /** New and migrated; there once the tests begin. */
  readonly db: Database;
  /** A tenant that no other test of the file has. */
  tenant(): string;
  /** The URL of another database, new and empty. */
  emptyDatabase(): Promise<string>;
}

/** Called at the top of a test file: its tests may take as long as a real database on a busy machine does. */
export function useTestDatabase(): TestDatabase {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  let postgres: TestPostgres | undefined;
  let db: Database | undefined;
  let tenants = 0;
  beforeAll(async () => {
    postgres = startTestPostgres();
    db = await postgres.database();
  });
  afterAll(() => postgres?.stop());
  const opened = <T>(of: T | undefined): T => {
    if (of === undefined) throw new Error('the database is there once the tests begin');
    return of;
  };
  return {
    get db() {
      return opened(db);
    },
    tenant: () => `t${(tenants += 1)}`,
    emptyDatabase: () => opened(postgres).emptyDatabase(),
  };
}
