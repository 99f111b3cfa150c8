import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createSqliteStore, type SqliteStore, type SqliteStoreOptions } from '../adapters/sqlite-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Where the file of a store can lie until the test has finished. */
export function temporaryStorePath(): string {
  return join(temporaryFolder(), 'edge.db');
}

/** The real store, on a file of its own unless told which; closed when the test has finished, if it did not do so itself. */
export function openTestStore(
  path = temporaryStorePath(),
  options: Omit<SqliteStoreOptions, 'path'> = {},
): SqliteStore {
  const store = createSqliteStore({ path, ...options });
  onTestFinished(() => store.close());
  return store;
}
