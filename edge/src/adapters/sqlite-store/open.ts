import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { storeError } from '../../errors.ts';
import { asStoreError, isDamage } from './failure.ts';
import { migrate, RESCUED_TABLES, versionOf } from './schema.ts';

/** Up to this size the whole file is checked when it opens; above, everything but the compacted metrics. */
const FULL_CHECK_BYTES = 256 * 1024 * 1024;
const SIDE_FILES = ['-wal', '-shm'] as const;

/** How the file was found. `rescued` counts the rows that a damaged one still gave, by table. */
export interface Opened {
  /** Where a damaged file was set aside; null when all was well. */
  readonly damaged: string | null;
  readonly rescued: Readonly<Record<string, number>>;
}

export interface Connections {
  readonly writer: DatabaseSync;
  readonly reader: DatabaseSync;
  readonly opened: Opened;
}

/**
 * Opens the store's file: WAL, `synchronous=FULL`, one connection that writes and one that only
 * reads. A damaged file is set aside as `<name>.damaged-<time>`, a new one is started, and whatever
 * can still be read is carried over, so that the evidence chain and the numbering go on.
 */
export function openDatabase(path: string, ceilingBytes: number | undefined): Connections {
  mkdirSync(dirname(path), { recursive: true });
  try {
    return { ...connect(path, ceilingBytes), opened: { damaged: null, rescued: {} } };
  } catch (error) {
    if (!isDamage(error)) throw asStoreError(error);
  }
  const damaged = setAside(path);
  const connections = connect(path, ceilingBytes);
  return { ...connections, opened: { damaged, rescued: rescue(damaged, connections.writer) } };
}

function connect(path: string, ceilingBytes: number | undefined): { writer: DatabaseSync; reader: DatabaseSync } {
  const writer = new DatabaseSync(path, { timeout: 5_000 });
  try {
    // Before the first table and before WAL, or it has no effect.
    writer.exec('PRAGMA auto_vacuum = INCREMENTAL');
    writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
    if (ceilingBytes !== undefined) limit(writer, ceilingBytes);
    check(writer, path);
    migrate(writer);
    return { writer, reader: new DatabaseSync(path, { readOnly: true, timeout: 5_000 }) };
  } catch (error) {
    writer.close();
    throw error;
  }
}

function limit(writer: DatabaseSync, ceilingBytes: number): void {
  const pageSize = Number(writer.prepare('PRAGMA page_size').get()?.['page_size']);
  writer.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(ceilingBytes / pageSize))}`);
}

function check(writer: DatabaseSync, path: string): void {
  if (versionOf(writer) === 0) return;
  const whole = statSync(path).size <= FULL_CHECK_BYTES;
  const tables = whole ? [null] : RESCUED_TABLES.filter((table) => table !== 'chunks');
  for (const table of tables) {
    const verdict = writer.prepare(`PRAGMA quick_check${table ? `(${table})` : '(1)'}`).get()?.['quick_check'];
    if (verdict !== 'ok') throw damage(String(verdict));
  }
}

function damage(verdict: string): Error {
  return Object.assign(new Error(`the file is damaged: ${verdict}`), { errcode: 11 });
}

function setAside(path: string): string {
  const stamp = new Date().toISOString().replaceAll(':', '-');
  const aside = `${path}.damaged-${stamp}`;
  renameSync(path, aside);
  for (const side of SIDE_FILES) if (existsSync(path + side)) renameSync(path + side, aside + side);
  return aside;
}

/** Best effort: a table gives its rows until the damage is met. */
function rescue(damaged: string, into: DatabaseSync): Record<string, number> {
  let from: DatabaseSync | null = null;
  try {
    from = new DatabaseSync(damaged, { timeout: 5_000 });
    if (versionOf(from) === 0 || versionOf(from) > versionOf(into)) return {};
    migrate(from);
    const source = from;
    return Object.fromEntries(RESCUED_TABLES.map((table) => [table, rescueTable(table, source, into)]));
  } catch (error) {
    if (isDamage(error)) return {};
    throw asStoreError(error);
  } finally {
    from?.close();
  }
}

function rescueTable(table: string, from: DatabaseSync, into: DatabaseSync): number {
  let rows = 0;
  into.exec('BEGIN IMMEDIATE');
  try {
    const columns = into
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .map((column) => String(column['name']));
    const insert = into.prepare(
      `INSERT OR IGNORE INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
    );
    for (const row of from.prepare(`SELECT ${columns.join()} FROM ${table}`).iterate()) {
      insert.run(...columns.map((column) => row[column] as SQLInputValue));
      rows += 1;
    }
  } catch (error) {
    if (!isDamage(error)) {
      into.exec('ROLLBACK');
      throw storeError('STORE_FAILED', `The new store could not take over what was left of ${table}.`, error);
    }
  }
  into.exec('COMMIT');
  return rows;
}
