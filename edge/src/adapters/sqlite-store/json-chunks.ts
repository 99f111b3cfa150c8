import type { DatabaseSync } from 'node:sqlite';
import type { ChunkRow } from './chunk.ts';
import { encodeRows } from './columns.ts';
import { rowsOf, type Transaction } from './connection.ts';

const CHUNKS_A_STEP = 32;

/** A chunk as versions before schema 3 wrote it: rows of JSON without the brackets around them all. */
export function encodeJsonRows(text: string): Uint8Array {
  return encodeRows(JSON.parse(`[${text}]`) as ChunkRow[], false);
}

/** Makes pieces of such chunks, a few at a time; false when there are none left. */
export function createRewriting(db: DatabaseSync, transaction: Transaction): () => boolean {
  const next = db.prepare('SELECT id, hour, series, rows FROM json_chunks ORDER BY id LIMIT ?');
  const remove = db.prepare('DELETE FROM json_chunks WHERE id = ?');
  const add = db.prepare('INSERT INTO pieces (hour, series, rows) VALUES (?, ?, ?)');
  return () => {
    const old = rowsOf<{ id: number; hour: number; series: number; rows: string }>(next, CHUNKS_A_STEP);
    const rewritten = old.map(({ rows, ...place }) => ({ ...place, rows: encodeJsonRows(rows) }));
    if (rewritten.length === 0) return false;
    transaction(() => {
      for (const { id, hour, series, rows } of rewritten) {
        remove.run(id);
        add.run(hour, series, rows);
      }
    });
    return true;
  };
}
