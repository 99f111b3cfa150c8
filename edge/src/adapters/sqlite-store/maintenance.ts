import { type ReadingBlock, type Series, timeOf, unpackReadings } from '@keepsite/edge-contract';
import type { DatabaseSync } from 'node:sqlite';
import { CHUNK_KINDS, type ChunkRow, hourOf, packRow, parseRows, rowsText, thinRows } from './chunk.ts';
import { guarded, rowOf, rowsOf, type Transaction } from './connection.ts';

/** Raw blocks are compacted once the oldest is this old… */
const COMPACT_AFTER_MS = 600_000;
/** …and then all that are older than this, so that one piece holds many rows of its series. */
const KEEP_FRESH_MS = 300_000;
/** What one transaction of compaction may hold: it holds the event loop. */
const ROWS_A_STEP = 1_000;
const BLOCKS_A_STEP = 64;
const BLOCKS_DELETED_A_CALL = 100;
const HOURS_MERGED_A_STEP = 10;
const CHUNKS_THINNED_A_CALL = 200;
/** An hour is merged once it is this many hours back; what comes later still is merged again. */
const MERGE_AFTER_HOURS = 2;
const PAGES_FREED_A_CALL = 128;
/** Metrics younger than this are never thinned. */
const UNTHINNED_HOURS = 24;
/** How many source ids and commands' answers are remembered. */
const IDS_KEPT = 100_000;

export interface MaintenanceOptions {
  /** Above this many bytes in use, the oldest metrics are thinned, then dropped. Absent: never. */
  readonly maxBytes?: number;
  /** Time after which one call begins no further step, ms. */
  readonly budgetMs: number;
}

/**
 * Keeps the file small, in bounded steps: raw blocks that are both compacted and accepted by the
 * cloud go first, then metrics above the bound, then old blocks are rewritten by series: appended
 * as pieces at first, merged into one row an hour later, because rewriting a growing row at every
 * step would write a hundred times what was said. Incidents and events are never touched.
 */
export function createMaintenance(
  writer: DatabaseSync,
  transaction: Transaction,
  { maxBytes, budgetMs }: MaintenanceOptions,
): (now: number) => void {
  const release = createRelease(writer);
  const retain = createRetention(writer);
  const merge = createMerging(writer);
  const compact = createCompaction(writer);
  const forget = createForgetting(writer);
  let compacting = false;

  /** Answers false when there is nothing to compact. */
  function compactStep(now: number): boolean {
    const oldest = compact.oldestReceived();
    compacting = oldest !== null && oldest <= now - (compacting ? KEEP_FRESH_MS : COMPACT_AFTER_MS);
    if (compacting) transaction(() => compact.step(now - KEEP_FRESH_MS));
    return compacting;
  }

  function tidy(now: number): void {
    release();
    forget();
    if (maxBytes !== undefined && bytesInUse(writer) > maxBytes) retain(hourOf(now) - UNTHINNED_HOURS);
  }

  return (now) => {
    const stopAt = performance.now() + budgetMs;
    transaction(() => tidy(now));
    let busy: boolean;
    // One step of each at least, however slow the disk: nothing may starve.
    do {
      const merged = transaction(() => merge(hourOf(now) - MERGE_AFTER_HOURS));
      busy = compactStep(now) || merged;
    } while (busy && performance.now() < stopAt);
    guarded(() => writer.exec(`PRAGMA incremental_vacuum(${PAGES_FREED_A_CALL})`));
  };
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

/** Deletes raw blocks that nobody needs: compacted, accepted by the cloud, and behind the rules' checkpoint. */
function createRelease(writer: DatabaseSync): () => void {
  const bound = writer.prepare(`
    SELECT min(
      ifnull((SELECT value FROM marks WHERE key = 'compacted'), 0),
      ifnull((SELECT CAST(value AS INTEGER) FROM cursors WHERE key = 'uplink.blocks.low'), 0) - 1,
      ifnull((SELECT block FROM checkpoint), 9007199254740991),
      ifnull((SELECT max(seq) FROM blocks), 0) - 1
    ) AS seq`);
  // The newest block always stays (the bound's last line): it carries the numbering over a restart.
  const remove = writer.prepare(
    'DELETE FROM blocks WHERE seq IN (SELECT seq FROM blocks WHERE seq <= ? ORDER BY seq LIMIT ?)',
  );
  return () => {
    remove.run(rowOf<{ seq: number }>(bound)?.seq ?? 0, BLOCKS_DELETED_A_CALL);
  };
}

/** Thins the oldest hours; when all are thin, drops the oldest of those. */
function createRetention(writer: DatabaseSync): (beforeHour: number) => void {
  const oldest = writer.prepare(
    `SELECT id, rows FROM chunks WHERE kind = ${CHUNK_KINDS.whole} AND hour < ? ORDER BY hour LIMIT ?`,
  );
  const thin = writer.prepare(`UPDATE chunks SET rows = ?, kind = ${CHUNK_KINDS.thinned} WHERE id = ?`);
  const drop = writer.prepare(
    `DELETE FROM chunks WHERE id IN
       (SELECT id FROM chunks WHERE kind = ${CHUNK_KINDS.thinned} AND hour < ? ORDER BY hour LIMIT ?)`,
  );
  return (beforeHour) => {
    const chunks = rowsOf<{ id: number; rows: string }>(oldest, beforeHour, CHUNKS_THINNED_A_CALL);
    for (const chunk of chunks) thin.run(rowsText(thinRows(parseRows(chunk.rows))), chunk.id);
    if (chunks.length === 0) drop.run(beforeHour, CHUNKS_THINNED_A_CALL);
  };
}

/** Makes one row of a series' pieces of an hour, and of what was merged of it before; false when none was due. */
function createMerging(writer: DatabaseSync): (beforeHour: number) => boolean {
  const due = writer.prepare(
    `SELECT DISTINCT hour, series FROM chunks WHERE kind = ${CHUNK_KINDS.piece} AND hour < ? ORDER BY hour, series LIMIT ?`,
  );
  const pieces = writer.prepare('SELECT rows FROM chunks WHERE hour = ? AND series = ? ORDER BY id');
  const remove = writer.prepare('DELETE FROM chunks WHERE hour = ? AND series = ?');
  const add = writer.prepare(`INSERT INTO chunks (hour, series, kind, rows) VALUES (?, ?, ${CHUNK_KINDS.whole}, ?)`);
  return (beforeHour) => {
    const places = rowsOf<{ hour: number; series: number }>(due, beforeHour, HOURS_MERGED_A_STEP);
    for (const { hour, series } of places) {
      const rows = rowsOf<{ rows: string }>(pieces, hour, series).map((piece) => piece.rows);
      remove.run(hour, series);
      add.run(hour, series, rows.join());
    }
    return places.length > 0;
  };
}

interface Compaction {
  /** When the oldest block that is not compacted was received; null when there is none. */
  oldestReceived(): number | null;
  /** Compacts the next few blocks received up to `until`; inside a transaction. */
  step(until: number): void;
}

function createCompaction(writer: DatabaseSync): Compaction {
  const compacted = writer.prepare("SELECT value FROM marks WHERE key = 'compacted'");
  const mark = writer.prepare(
    "INSERT INTO marks (key, value) VALUES ('compacted', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  const next = writer.prepare('SELECT last_received AS received FROM blocks WHERE seq > ? ORDER BY seq LIMIT 1');
  const due = writer.prepare(
    'SELECT seq, last_received AS received, json FROM blocks WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const append = createAppender(writer);
  const after = () => rowOf<{ value: number }>(compacted)?.value ?? 0;

  return {
    oldestReceived: () => rowOf<{ received: number }>(next, after())?.received ?? null,
    step(until) {
      const chunks = new Map<string, Chunk>();
      let rows = 0;
      let last = 0;
      for (const block of due.iterate(after(), BLOCKS_A_STEP)) {
        if (Number(block['received']) > until || rows >= ROWS_A_STEP) break;
        rows += gather(JSON.parse(String(block['json'])) as ReadingBlock, chunks);
        last = Number(block['seq']);
      }
      for (const chunk of chunks.values()) append(chunk);
      if (last > 0) mark.run(last);
    },
  };
}

interface Chunk {
  readonly series: Series;
  readonly hour: number;
  readonly rows: ChunkRow[];
}

/** Sorts a block's readings into chunks; answers how many there were. */
function gather(block: ReadingBlock, chunks: Map<string, Chunk>): number {
  const readings = unpackReadings(block);
  for (const reading of readings) {
    const hour = hourOf(timeOf(reading));
    const key = `${hour}\n${reading.device}\n${reading.metric}\n${reading.part ?? ''}`;
    const chunk = chunks.get(key);
    if (chunk) chunk.rows.push(packRow(reading));
    else chunks.set(key, { series: reading, hour, rows: [packRow(reading)] });
  }
  return readings.length;
}

function createAppender(writer: DatabaseSync): (chunk: Chunk) => void {
  const find = writer.prepare('SELECT id FROM series WHERE device = ? AND metric = ? AND part = ?');
  const add = writer.prepare('INSERT INTO series (device, metric, part) VALUES (?, ?, ?)');
  const append = writer.prepare(`INSERT INTO chunks (hour, series, kind, rows) VALUES (?, ?, ${CHUNK_KINDS.piece}, ?)`);
  return ({ series: { device, metric, part }, hour, rows }) => {
    const known = rowOf<{ id: number }>(find, device, metric, part ?? '')?.id;
    const id = known ?? Number(add.run(device, metric, part ?? '').lastInsertRowid);
    append.run(hour, id, rowsText(rows));
  };
}

/** Bounds what only guards against repetition. */
function createForgetting(writer: DatabaseSync): () => void {
  const statements = ['source_ids', 'commands'].map((table) =>
    writer.prepare(`DELETE FROM ${table} WHERE n <= (SELECT max(n) FROM ${table}) - ${IDS_KEPT}`),
  );
  return () => {
    for (const statement of statements) statement.run();
  };
}
