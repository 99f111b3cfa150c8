import { inject } from 'vitest';
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
