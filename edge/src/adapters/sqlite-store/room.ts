import type { DatabaseSync } from 'node:sqlite';
import { Buckets, SLOT_MS } from './buckets.ts';
import { CHUNK_KINDS, type ChunkKind, DAY_HOURS, dayOf, HOUR_MS, hourOf } from './chunk.ts';
import { createChunkTable, newChunk, type NewChunk, soundRows, type StoredChunk } from './chunk-table.ts';
import { decodeColumns } from './columns.ts';
import { rowOf, rowsOf, type Transaction } from './connection.ts';
import { createSettingAside, type DamagedPart, DamagedParts } from './damaged-parts.ts';
import { createMarks, type Marks } from './marks.ts';
import { thinRows } from './thin.ts';

/** Metrics younger than this are never thinned. */
const UNTHINNED_HOURS = 24;
const SERIES_A_STEP = 32;
const BLOCKS_A_STEP = 200;
const DAYS_DROPPED_A_STEP = 200;

/** One way of making room; false when there is nothing left of what it takes. */
type Way = (now: number) => boolean;

/**
 * Makes room while more than `maxBytes` are in use, the oldest metrics first: whole hours and days
 * become three readings a quarter of an hour, those three a day; then the copies go that wait for the
 * cloud; at last the thinned days. Incidents, events and pages are never touched. False when there is
 * room, or nothing left that may go.
 */
export function createRoom(db: DatabaseSync, transaction: Transaction, maxBytes: number): Way {
  const { quarters, daily } = CHUNK_KINDS;
  const ways: readonly Way[] = [
    createThinning(db, transaction, { from: [CHUNK_KINDS.hour, CHUNK_KINDS.day], to: quarters, slotMs: SLOT_MS }),
    createThinning(db, transaction, { from: [quarters], to: daily, slotMs: DAY_HOURS * HOUR_MS }),
    createUndelivered(db, transaction),
    createDropping(db, transaction),
  ];
  return (now) => bytesInUse(db) > maxBytes && ways.some((way) => way(now));
}

/** Bytes that hold something; the file's free pages are not counted. */
export function bytesInUse(db: DatabaseSync): number {
  const row = rowOf<{ bytes: number }>(
    db.prepare(
      'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()',
    ),
  );
  return row?.bytes ?? 0;
}

interface Thinning {
  readonly from: readonly ChunkKind[];
  readonly to: ChunkKind;
  readonly slotMs: number;
}

function createThinning(db: DatabaseSync, transaction: Transaction, { from, to, slotMs }: Thinning): Way {
  const table = createChunkTable(db);
  const marks = createMarks(db);
  const setAside = createSettingAside(db);
  const kinds = from.join();
  const oldest = from.map((kind) => db.prepare(`SELECT min(hour) AS hour FROM chunks WHERE kind = ${kind}`));
  const series = db.prepare(
    `SELECT DISTINCT series FROM chunks WHERE kind IN (${kinds}) AND hour >= ? AND hour < ? LIMIT ${SERIES_A_STEP}`,
  );

  function thinned(id: number, day: number): { before: StoredChunk[]; chunk: NewChunk; damaged: DamagedPart[] } {
    const damaged = new DamagedParts();
    const before = table.ofDay(id, day).filter(({ kind }) => kind <= to);
    const rows = soundRows('chunks', before, day, damaged);
    const kept = thinRows(rows, slotMs);
    const gone = before.reduce((sum, chunk) => sum + chunk.gone, rows.length - kept.length);
    // Where all rows are left they tell all by themselves.
    const summary = gone === 0 ? null : summaryOfAll(before, { day, slotMs, damaged });
    const chunk = { ...newChunk({ kind: to, hour: day, series: id }, kept), gone, summary };
    return { before, chunk, damaged: damaged.found };
  }

  return (now) => {
    const hours = oldest.map((first) => rowOf<{ hour: number | null }>(first)?.hour ?? Infinity);
    const day = dayOf(Math.min(...hours));
    if (!(day + DAY_HOURS <= hourOf(now) - UNTHINNED_HOURS)) return false;
    const ids = rowsOf<{ series: number }>(series, day, day + DAY_HOURS).map((row) => row.series);
    const done = ids.map((id) => thinned(id, day));
    transaction(() => {
      for (const { before, chunk, damaged } of done) {
        setAside(damaged);
        table.remove(before);
        table.add(chunk);
        count(
          marks,
          'thinned',
          before.reduce((sum, one) => sum + one.count, -chunk.count),
        );
      }
    });
    return true;
  };
}

interface DayOfChunks {
  readonly day: number;
  readonly slotMs: number;
  readonly damaged: DamagedParts;
}

/** What all rows say that were ever there: the sum of summaries tells it after thinning, too. Where one is damaged the rows that are left tell what they can. */
function summaryOfAll(chunks: readonly StoredChunk[], { day, slotMs, damaged }: DayOfChunks): Uint8Array {
  const buckets = new Buckets(0, slotMs);
  const unread = new Set(damaged.found.map(({ id }) => id));
  for (const { id, hour, summary, rows } of chunks.filter((chunk) => !unread.has(chunk.id))) {
    const start = (hour - day) * HOUR_MS;
    const add = (told: Uint8Array) => (buckets.addSummary(told, start, -Infinity, Infinity, false), true);
    const isTold = summary && damaged.sound({ table: 'chunks', id, what: 'summary' }, () => add(summary));
    if (!isTold) buckets.addColumns(decodeColumns(rows), start, -Infinity, Infinity);
  }
  return buckets.summary();
}

/** Raw blocks that lie in chunks too, but that the cloud has not accepted; the relay learns that they are gone. */
function createUndelivered(db: DatabaseSync, transaction: Transaction): Way {
  const marks = createMarks(db);
  const remove = db.prepare(`
    DELETE FROM blocks WHERE seq IN (
      SELECT seq FROM blocks WHERE seq <= min(
        ifnull((SELECT value FROM marks WHERE key = 'compacted'), 0),
        ifnull((SELECT block FROM checkpoint), 9007199254740991),
        ifnull((SELECT max(seq) FROM blocks), 0) - 1
      ) ORDER BY seq LIMIT ${BLOCKS_A_STEP})`);
  return () =>
    transaction(() => {
      const { changes } = remove.run();
      if (changes > 0) count(marks, 'undelivered', Number(changes));
      return changes > 0;
    });
}

function createDropping(db: DatabaseSync, transaction: Transaction): Way {
  const marks = createMarks(db);
  const remove = db.prepare(
    `DELETE FROM chunks WHERE id IN (
       SELECT id FROM chunks WHERE kind = ${CHUNK_KINDS.daily} ORDER BY hour LIMIT ${DAYS_DROPPED_A_STEP})
     RETURNING count`,
  );
  return () =>
    transaction(() => {
      const gone = rowsOf<{ count: number }>(remove);
      for (const chunk of gone) count(marks, 'thinned', chunk.count);
      return gone.length > 0;
    });
}

function count(marks: Marks, mark: 'thinned' | 'undelivered', more: number): void {
  marks.set(mark, (marks.get(mark) ?? 0) + more);
}
