import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { asStoreError } from './failure.ts';

/** Runs work in one transaction: all of it is done when this returns, or nothing and it throws. */
export type Transaction = <T>(work: () => T) => T;

/** Two ways to end a transaction. */
export interface Ways {
  /** It is on the disk when it returns; everything else waits for that. */
  readonly durably: Transaction;
  /** It is in the log when it returns, and on the disk once the log is synced. */
  readonly quickly: Transaction;
}

/** Statements are prepared once; the rollback never hides the error that caused it. */
export function createTransaction(db: DatabaseSync): Transaction {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  return (work) => {
    try {
      begin.run();
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      // A full disk may already have rolled it back.
      if (db.isTransaction) rollback.run();
      throw asStoreError(error);
    }
  };
}

/**
 * Both ways over one connection, which stands at `synchronous=FULL`. Without the sync of a commit, what a power cut
 * leaves is still a whole number of transactions, the oldest ones (https://sqlite.org/pragma.html#pragma_synchronous).
 */
export function createWays(db: DatabaseSync, onQuick: () => void): Ways {
  const transaction = createTransaction(db);
  let syncs = true;
  function set(should: boolean): void {
    if (syncs === should) return;
    guarded(() => db.exec(`PRAGMA synchronous = ${should ? 'FULL' : 'NORMAL'}`));
    syncs = should;
  }
  return {
    durably(work) {
      set(true);
      return transaction(work);
    },
    quickly(work) {
      set(false);
      const result = transaction(work);
      onQuick();
      return result;
    },
  };
}

/** Reads with the store's own errors. */
export function guarded<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asStoreError(error);
  }
}

/** All rows, typed by who wrote the statement. */
export function rowsOf<T>(statement: StatementSync, ...values: SQLInputValue[]): T[] {
  return statement.all(...values) as unknown as T[];
}

/** The first row, typed by who wrote the statement. */
export function rowOf<T>(statement: StatementSync, ...values: SQLInputValue[]): T | undefined {
  return statement.get(...values) as unknown as T | undefined;
}

/** The file never grows beyond this from here on, nor beyond what it is already; undefined: the disk decides. */
export function limitBytes(db: DatabaseSync, bytes: number | undefined): void {
  if (bytes === undefined) return;
  const pageSize = Number(db.prepare('PRAGMA page_size').get()?.['page_size']);
  db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(bytes / pageSize))}`);
}
