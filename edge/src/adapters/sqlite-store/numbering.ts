import { GENESIS } from '@keepsite/edge-evidence';
import type { DatabaseSync } from 'node:sqlite';
import type { Remembered } from '../../ports.ts';
import { rowOf } from './connection.ts';

type Numbered = 'events' | 'blocks';

/** More than any damaged file can have lost at its end. */
const LEAP = 1_000_000;

/** What numbers go on from when the newest row is not there: this mark, or that row where it is newer. */
export function newestNumber(db: DatabaseSync, kind: Numbered): number {
  const sql = `SELECT max(ifnull((SELECT max(seq) FROM ${kind}), 0), ifnull((SELECT value FROM marks WHERE key = ?), 0)) AS seq`;
  return rowOf<{ seq: number }>(db.prepare(sql), markOf(kind))?.seq ?? 0;
}

/** The head of the evidence chain: the number may have leapt, the hash is that of the newest event there is. */
export function chainHead(db: DatabaseSync, hash: string | null): Remembered['lastEvent'] {
  const seq = newestNumber(db, 'events');
  return seq === 0 ? null : { seq, hash: hash ?? GENESIS };
}

/**
 * The newest rows are lost, and nobody knows how many: the next numbers leap far beyond them, so that
 * none is given twice. What the ledgers call unsent ends with what is there. An incident's version is
 * the number of its newest event, and may know of more than the events do.
 */
export function leap(db: DatabaseSync): void {
  const versions = "SELECT max(CAST(json_extract(json, '$.version') AS INTEGER)) AS seq FROM incidents";
  const known = rowOf<{ seq: number | null }>(db.prepare(versions))?.seq ?? 0;
  for (const kind of ['events', 'blocks'] as const) {
    const last = newestNumber(db, kind);
    const from = Math.max(last, kind === 'events' ? known : 0) + LEAP;
    db.prepare('INSERT OR REPLACE INTO marks (key, value) VALUES (?, ?)').run(markOf(kind), from);
    endLedger(db, `uplink.${kind}`, last, from);
  }
}

function endLedger(db: DatabaseSync, key: string, last: number, from: number): void {
  const row = rowOf<{ value: string }>(db.prepare('SELECT value FROM cursors WHERE key = ?'), key);
  const ranges = JSON.parse(row?.value ?? '[[1,null]]') as [number, number | null][];
  const ended = ranges
    .map(([a, b]): [number, number] => [a, Math.min(b ?? last, last)])
    .filter(([a, b]) => Number.isSafeInteger(a) && a <= b);
  const value = JSON.stringify([...ended, [from + 1, null]]);
  db.prepare('INSERT OR REPLACE INTO cursors (key, value) VALUES (?, ?)').run(key, value);
}

function markOf(kind: Numbered): string {
  return `numbers.${kind}`;
}
