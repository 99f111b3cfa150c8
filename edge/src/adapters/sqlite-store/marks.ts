import type { DatabaseSync } from 'node:sqlite';
import { rowOf } from './connection.ts';

/** How far the store's own work has come, and what it has counted. */
export type Mark =
  /** The last block whose readings lie in pieces and chunks. */
  | 'compacted'
  /** The first hour of the first day whose slow series may still lie in chunks of an hour. */
  | 'unsettled'
  /** Readings that thinning has taken away. */
  | 'thinned'
  /** Blocks that the bound has taken away before the cloud had accepted them. */
  | 'undelivered'
  /** Chunks and pieces that were found damaged. */
  | 'damaged';

export interface Marks {
  get(mark: Mark): number | null;
  /** Inside a transaction. */
  set(mark: Mark, value: number): void;
}

export function createMarks(db: DatabaseSync): Marks {
  const get = db.prepare('SELECT value FROM marks WHERE key = ?');
  const set = db.prepare(
    'INSERT INTO marks (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  return {
    get: (mark) => rowOf<{ value: number }>(get, mark)?.value ?? null,
    set(mark, value) {
      set.run(mark, value);
    },
  };
}
