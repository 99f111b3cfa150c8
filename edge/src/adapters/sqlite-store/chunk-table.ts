import type { DatabaseSync } from 'node:sqlite';
import { byTime, CHUNK_KINDS, type ChunkKind, type ChunkRow, DAY_HOURS, rowsOfChunk } from './chunk.ts';
import { summaryOf } from './buckets.ts';
import { encodeRows } from './columns.ts';
import { rowsOf } from './connection.ts';
import type { DamagedPart, DamagedParts } from './damaged-parts.ts';

/** Rows from which a chunk has a summary: reading fewer takes no time. */
const SUMMARISED_FROM = 240;

/** A chunk as it lies in its table. */
export interface StoredChunk {
  readonly id: number;
  readonly kind: ChunkKind;
  readonly hour: number;
  readonly count: number;
  /** Readings that thinning has taken out of it. */
  readonly gone: number;
  readonly summary: Uint8Array | null;
  readonly rows: Uint8Array;
}

/** A chunk that is ready to be written: the work that needs no transaction is behind it. */
export type NewChunk = Omit<StoredChunk, 'id'> & { readonly series: number };

/** Makes a chunk of rows in the order of their time. */
export function newChunk(place: Pick<NewChunk, 'kind' | 'hour' | 'series'>, rows: readonly ChunkRow[]): NewChunk {
  const summary = rows.length >= SUMMARISED_FROM ? summaryOf(rows) : null;
  return { ...place, count: rows.length, gone: 0, summary, rows: encodeRows(rows) };
}

/**
 * The rows of chunks and pieces as rows of one chunk that begins with `start`, in the order of their time; what
 * is damaged is left out, and noted.
 */
export function soundRows(
  table: DamagedPart['table'],
  parts: readonly Pick<StoredChunk, 'id' | 'hour' | 'rows'>[],
  start: number,
  damaged: DamagedParts,
): ChunkRow[] {
  const rows = parts.flatMap(
    ({ id, hour, rows: bytes }) =>
      damaged.sound({ table, id, what: 'rows' }, () => rowsOfChunk(bytes, hour, start)) ?? [],
  );
  return byTime(rows);
}

export interface ChunkTable {
  /** The chunk of one hour of a series; late history may find one there. */
  ofHour(series: number, hour: number): StoredChunk[];
  /** All chunks that begin on the day of a series, in order. */
  ofDay(series: number, day: number): StoredChunk[];
  /** Inside a transaction. */
  remove(chunks: readonly Pick<StoredChunk, 'id'>[]): void;
  /** Inside a transaction. */
  add(chunk: NewChunk): void;
}

export function createChunkTable(db: DatabaseSync): ChunkTable {
  const all = 'SELECT id, kind, hour, count, gone, summary, rows FROM chunks';
  const ofHour = db.prepare(`${all} WHERE series = ? AND hour = ? AND kind = ${CHUNK_KINDS.hour}`);
  const ofDay = db.prepare(`${all} WHERE series = ? AND hour >= ? AND hour < ? ORDER BY hour`);
  const remove = db.prepare('DELETE FROM chunks WHERE id = ?');
  const add = db.prepare(
    'INSERT INTO chunks (kind, hour, series, count, gone, summary, rows) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  return {
    ofHour: (series, hour) => rowsOf<StoredChunk>(ofHour, series, hour),
    ofDay: (series, day) => rowsOf<StoredChunk>(ofDay, series, day, day + DAY_HOURS),
    remove(chunks) {
      for (const { id } of chunks) remove.run(id);
    },
    add({ kind, hour, series, count, gone, summary, rows }) {
      // All that it was made of was damaged.
      if (count === 0) return;
      add.run(kind, hour, series, count, gone, summary, rows);
    },
  };
}
