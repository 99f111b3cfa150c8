import type { DatabaseSync } from 'node:sqlite';
import { rowOf } from './connection.ts';

/** So many frames of the log, a page each, are worth moving into the file. */
export const MANY_FRAMES = 1_000;
/** A log that is longer than this must begin anew. */
const LONG_FRAMES = 4_000;
/** A log of so many frames is shortened by whoever writes. */
export const MOST_FRAMES = 16_000;

interface Frames {
  readonly log: number;
  readonly checkpointed: number;
}

/** How many frames of the log are not in the file yet. */
export function createLogLength(db: DatabaseSync): () => number {
  const look = createLook(db);
  return () => waiting(look());
}

/**
 * Moves what is in the log into the file. What is written meanwhile stays behind, and for as long as something does the
 * log grows: only of a log that is long is that rest moved too, and whoever writes waits for it.
 */
export function shortenLog(db: DatabaseSync): void {
  db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  // What that one answers is how long the log was when it began.
  const frames = createLook(db)();
  if (frames.log >= LONG_FRAMES && waiting(frames) > 0) db.exec('PRAGMA wal_checkpoint(FULL)');
}

/** Takes no lock (https://sqlite.org/pragma.html#pragma_wal_checkpoint). */
function createLook(db: DatabaseSync): () => Frames {
  const look = db.prepare('PRAGMA wal_checkpoint(NOOP)');
  return () => rowOf<Frames>(look) ?? { log: 0, checkpointed: 0 };
}

function waiting({ log, checkpointed }: Frames): number {
  return log - checkpointed;
}
