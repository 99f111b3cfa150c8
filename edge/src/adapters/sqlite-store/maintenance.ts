import type { DatabaseSync } from 'node:sqlite';
import { createCompaction } from './compaction.ts';
import { createTransaction, guarded, rowOf } from './connection.ts';
import { createRewriting } from './json-chunks.ts';
import { createDayMerging, createHourMerging } from './merging.ts';
import { createRoom } from './room.ts';
import { IDS_KEPT } from './source-ids.ts';

const BLOCKS_DELETED_A_STEP = 200;
const PAGES_FREED_A_PASS = 128;

/** What a pass of maintenance may do. */
export interface MaintenanceOptions {
  /** Above this many bytes in use the oldest metrics are thinned. Absent: never. */
  readonly maxBytes?: number;
  /** Time after which a pass begins no further step, ms. */
  readonly budgetMs: number;
  /** Between two steps; true ends the pass. Others may write meanwhile. */
  readonly pause: () => boolean;
}

/**
 * One pass that keeps the file small, in steps of bounded transactions: raw blocks that are both
 * compacted and accepted by the cloud go, metrics above the bound are thinned, old blocks are
 * rewritten by series. Killed between any two steps, nothing is lost or doubled.
 */
export function maintain(db: DatabaseSync, now: number, { maxBytes, budgetMs, pause }: MaintenanceOptions): void {
  const transaction = createTransaction(db);
  transaction(createForgetting(db));
  const release = createRelease(db);
  const steps: readonly ((now: number) => boolean)[] = [
    () => transaction(release),
    ...(maxBytes === undefined ? [] : [createRoom(db, transaction, maxBytes)]),
    createCompaction(db, transaction),
    createHourMerging(db, transaction),
    createDayMerging(db, transaction),
    createRewriting(db, transaction),
  ];
  const stopAt = performance.now() + budgetMs;
  let ended = false;
  // Always the first that has something to do: what is merged while it is still compacted is merged again.
  while (!ended && performance.now() < stopAt && steps.some((step) => step(now))) ended = pause();
  // One step of each, however slow the disk and whatever came first: nothing may starve.
  for (const step of ended ? [] : steps) step(now);
  guarded(() => db.exec(`PRAGMA incremental_vacuum(${PAGES_FREED_A_PASS})`));
}

/** Deletes raw blocks that nobody needs: compacted, accepted by the cloud, and behind the rules' checkpoint. */
function createRelease(db: DatabaseSync): () => boolean {
  const bound = db.prepare(`
    SELECT min(
      ifnull((SELECT value FROM marks WHERE key = 'compacted'), 0),
      ifnull((SELECT CAST(value AS INTEGER) FROM cursors WHERE key = 'uplink.blocks.low'), 0) - 1,
      ifnull((SELECT block FROM checkpoint), 9007199254740991),
      ifnull((SELECT max(seq) FROM blocks), 0) - 1
    ) AS seq`);
  // The newest block always stays (the bound's last line): it carries the numbering over a restart.
  const remove = db.prepare(
    `DELETE FROM blocks WHERE seq IN (SELECT seq FROM blocks WHERE seq <= ? ORDER BY seq LIMIT ${BLOCKS_DELETED_A_STEP})`,
  );
  return () => remove.run(rowOf<{ seq: number }>(bound)?.seq ?? 0).changes > 0;
}

/** Bounds what only guards against repetition. */
function createForgetting(db: DatabaseSync): () => void {
  const statements = ['source_ids', 'commands'].map((table) =>
    db.prepare(`DELETE FROM ${table} WHERE n <= (SELECT max(n) FROM ${table}) - ${IDS_KEPT}`),
  );
  return () => {
    for (const statement of statements) statement.run();
  };
}
