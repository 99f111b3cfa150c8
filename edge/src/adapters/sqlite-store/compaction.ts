import type { ReadingBlock } from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import { type ChunkRow, HOUR_MS, hourOf } from './chunk.ts';
import { encodeRows } from './columns.ts';
import { rowOf, rowsOf, type Transaction } from './connection.ts';
import { createMarks } from './marks.ts';

/** Raw blocks are compacted once the oldest is this old: until then every question must look into them… */
const COMPACT_AFTER_MS = 120_000;
/** …and then all that are older than this, so that a piece holds several rows of a busy series. */
const KEEP_FRESH_MS = 60_000;
/** What one transaction may hold: the pipeline's commit waits for its pieces; more blocks make longer ones. */
const PIECES_A_STEP = 1_000;
const ROWS_A_STEP = 20_000;
const BLOCKS_A_STEP = 400;

/** Makes pieces of raw blocks that are no longer fresh, a few at a time; false when nothing is due. */
export function createCompaction(db: DatabaseSync, transaction: Transaction): (now: number) => boolean {
  const marks = createMarks(db);
  const next = db.prepare('SELECT last_received AS received FROM blocks WHERE seq > ? ORDER BY seq LIMIT 1');
  const due = db.prepare('SELECT seq, last_received AS received, json FROM blocks WHERE seq > ? ORDER BY seq LIMIT ?');
  const append = createAppender(db);
  let compacting = false;

  return (now) => {
    const after = marks.get('compacted') ?? 0;
    const oldest = rowOf<{ received: number }>(next, after)?.received ?? Infinity;
    compacting = oldest <= now - (compacting ? KEEP_FRESH_MS : COMPACT_AFTER_MS);
    if (!compacting) return false;
    const pieces = new Map<string, Piece>();
    let rows = 0;
    let last = after;
    for (const block of rowsOf<DueBlock>(due, after, BLOCKS_A_STEP)) {
      if (block.received > now - KEEP_FRESH_MS || rows >= ROWS_A_STEP || pieces.size >= PIECES_A_STEP) break;
      rows += gather(JSON.parse(block.json) as ReadingBlock, pieces);
      last = block.seq;
    }
    const encoded = [...pieces.values()].map((piece) => ({ ...piece, bytes: encodeRows(piece.rows, false) }));
    transaction(() => {
      for (const piece of encoded) append(piece);
      marks.set('compacted', last);
    });
    return true;
  };
}

interface DueBlock {
  readonly seq: number;
  readonly received: number;
  readonly json: string;
}

interface Piece {
  readonly series: ReadingBlock['series'][number];
  readonly hour: number;
  readonly rows: ChunkRow[];
}

/** Sorts a block's rows into pieces; answers how many there were. */
function gather({ seq, series, rows }: ReadingBlock, pieces: Map<string, Piece>): number {
  for (const [index, receivedAt, at, value, quality, historical] of rows) {
    const own = series[index];
    if (!own) throw new RangeError(`block ${seq}: row names series ${index} of ${series.length}`);
    const time = at ?? receivedAt;
    const hour = hourOf(time);
    const key = `${hour}\n${own.join('\n')}`;
    const late = at === null ? null : receivedAt - time;
    const row: ChunkRow = [time - hour * HOUR_MS, late, value, quality * 2 + historical];
    const piece = pieces.get(key);
    if (piece) piece.rows.push(row);
    else pieces.set(key, { series: own, hour, rows: [row] });
  }
  return rows.length;
}

function createAppender(db: DatabaseSync): (piece: Piece & { readonly bytes: Uint8Array }) => void {
  const find = db.prepare('SELECT id FROM series WHERE device = ? AND metric = ? AND part = ?');
  const add = db.prepare('INSERT INTO series (device, metric, part) VALUES (?, ?, ?)');
  const append = db.prepare('INSERT INTO pieces (hour, series, rows) VALUES (?, ?, ?)');
  return ({ series: [device, metric, part], hour, bytes }) => {
    const known = rowOf<{ id: number }>(find, device, metric, part ?? '')?.id;
    const id = known ?? Number(add.run(device, metric, part ?? '').lastInsertRowid);
    append.run(hour, id, bytes);
  };
}
