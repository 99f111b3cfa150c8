import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { EPOCH_KEY } from '../../domain/epoch.ts';
import { DAMAGE_KEY, damageOf, type DamageRecord } from '../../domain/store-damage.ts';
import { limitBytes, rowOf } from './connection.ts';
import { asStoreError, isDamage } from './failure.ts';
import { MOST_FRAMES } from './log-length.ts';
import { rescue, type Rescued } from './rescue.ts';
import { migrate, RESCUED_TABLES, versionOf } from './schema.ts';
import { whatIsUnsound } from './soundness.ts';

/** Up to this size the whole file is checked when it opens; above, everything but the compacted metrics. */
const FULL_CHECK_BYTES = 256 * 1024 * 1024;
const COMPACTED: readonly string[] = ['chunks', 'json_chunks', 'pieces'];
const SIDE_FILES = ['-wal', '-shm'] as const;
/** Beside the file: it showed damage while it was in use, and its check at the start may not find it. */
const SUSPECT = '.suspect';
/** Beside the file: its successor in the making. */
const RESCUED = '.rescued';

/** How the file was found. */
export interface Opened {
  /** Where a damaged file was set aside; null when all was well. */
  readonly damaged: string | null;
  /** What it still gave, by table. */
  readonly rescued: Rescued['rows'];
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
  // Killed between its last two steps: what was rescued is whole, and only lacks its name.
  if (!existsSync(path) && existsSync(path + RESCUED)) renameSync(path + RESCUED, path);
  if (!existsSync(path + SUSPECT)) {
    try {
      return { ...connect(path, ceilingBytes), opened: { damaged: null, rescued: {} } };
    } catch (error) {
      if (!isDamage(error)) throw asStoreError(error);
    }
  }
  const { file, rows } = replace(path, ceilingBytes);
  return { ...connect(path, ceilingBytes), opened: { damaged: file, rescued: rows } };
}

/** The damaged file stays where it is until its successor is whole: who is killed meanwhile begins again. */
function replace(path: string, ceilingBytes: number | undefined): DamageRecord {
  const at = new Date().toISOString();
  const file = `${path}.damaged-${at.replaceAll(':', '-')}`;
  for (const end of ['', ...SIDE_FILES]) rmSync(path + RESCUED + end, { force: true });
  const { writer, reader } = connect(path + RESCUED, ceilingBytes);
  reader.close();
  const rescued = rescue(path, writer);
  const before = rowOf<{ value: string }>(writer.prepare('SELECT value FROM cursors WHERE key = ?'), DAMAGE_KEY);
  const times = (damageOf(before?.value)?.times ?? 0) + 1;
  const record = { at, file, times, told: false, ...rescued };
  writer.prepare('INSERT OR REPLACE INTO cursors (key, value) VALUES (?, ?)').run(DAMAGE_KEY, JSON.stringify(record));
  writer.close();
  for (const side of ['', ...SIDE_FILES]) if (existsSync(path + side)) renameSync(path + side, file + side);
  renameSync(path + RESCUED, path);
  rmSync(path + SUSPECT, { force: true });
  return record;
}

/** The next start trusts this file no more. */
export function suspect(path: string): void {
  writeFileSync(path + SUSPECT, '');
}

function connect(path: string, ceilingBytes: number | undefined): { writer: DatabaseSync; reader: DatabaseSync } {
  const writer = new DatabaseSync(path, { timeout: 5_000 });
  try {
    // Before the first table and before WAL, or it has no effect.
    writer.exec('PRAGMA auto_vacuum = INCREMENTAL');
    writer.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864');
    // A thread of its own shortens the log; should that one be gone, the log ends here all the same.
    writer.exec(`PRAGMA wal_autocheckpoint = ${MOST_FRAMES}`);
    limitBytes(writer, ceilingBytes);
    checkStructure(writer, path);
    const isNew = versionOf(writer) === 0;
    migrate(writer);
    if (isNew) beginEpoch(writer);
    const unsound = whatIsUnsound(writer, { whole: isSmall(path) });
    if (unsound !== null) throw damage(unsound);
    return { writer, reader: new DatabaseSync(path, { readOnly: true, timeout: 5_000 }) };
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** A new file numbers from 1, and says by its epoch that these are other numbers than those of any file before it. */
function beginEpoch(writer: DatabaseSync): void {
  // Ten letters and digits: short enough to be read out with an incident's id.
  const epoch = BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(10, '0')
    .slice(-10);
  writer.prepare('INSERT INTO cursors (key, value) VALUES (?, ?)').run(EPOCH_KEY, JSON.stringify(epoch));
}

function checkStructure(writer: DatabaseSync, path: string): void {
  if (versionOf(writer) === 0) return;
  const tables = isSmall(path) ? [null] : RESCUED_TABLES.filter((table) => !COMPACTED.includes(table));
  for (const table of tables) {
    const verdict = writer.prepare(`PRAGMA quick_check${table ? `(${table})` : '(1)'}`).get()?.['quick_check'];
    if (verdict !== 'ok') throw damage(String(verdict));
  }
}

function isSmall(path: string): boolean {
  return statSync(path).size <= FULL_CHECK_BYTES;
}

function damage(verdict: string): Error {
  return Object.assign(new Error(`the file is damaged: ${verdict}`), { errcode: 11 });
}
