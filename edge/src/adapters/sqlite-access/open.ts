import { mkdirSync, openSync, closeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Who may come in stands in a file of its own beside the store: a store that is full or damaged locks
 * nobody out, and whoever copies the store for support takes no credential along. Nobody but the edge's
 * own account may read it. `schema` creates what is missing and never changes what is there.
 */
export function openAccess(path: string, schema: readonly string[]): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true });
  // Made with its mode, so that there is no instant in which others could open it.
  closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path, { timeout: 5_000 });
  try {
    db.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON',
    );
    for (const statement of schema) db.exec(statement);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}
