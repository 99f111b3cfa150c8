import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { promisify } from 'node:util';
import { sentenceOf, storeError } from '../../errors.ts';
import { asStoreError } from './failure.ts';

/** The store's write-ahead log, as a file that is brought to the disk beside other work. */
export interface LogFile {
  /** Something stands in the log that the disk may not have yet. */
  written(): void;
  /**
   * Resolves once all that was written before is on the disk. Rejects with STORE_DAMAGED when the disk did not
   * take it: no later call can tell whether it did, so the process should end.
   */
  synced(): Promise<void>;
  close(): void;
}

/** Brings a file's bytes to the disk; `fdatasync` of `node:fs`, or what a test puts in its place. */
export type SyncFile = (file: number) => Promise<void>;

/**
 * Opens the log of a database that is open, and brings what a killed process has left in it to the disk. SQLite keeps
 * no lock on its log, so that a second descriptor takes none away (https://sqlite.org/wal.html#the_wal_file).
 */
export function openLogFile(path: string, sync: SyncFile = promisify(fdatasync)): LogFile {
  const file = open(path);
  let newest = 0;
  let onDisk = 0;
  let running: Promise<void> | null = null;
  let lost: Error | null = null;
  let closed = false;

  async function bring(): Promise<void> {
    const upTo = newest;
    try {
      await sync(file);
    } catch (error) {
      // Asked again it would say that all is well: the system tells once, and forgets what it could not write.
      lost = storeError(
        'STORE_DAMAGED',
        `The disk did not keep what was written to it (${sentenceOf(error)}): look at it, it is full or failing. At the next start the store’s file is set aside and what can be read is carried over.`,
        error,
      );
      throw lost;
    } finally {
      running = null;
      if (closed) closeSync(file);
    }
    onDisk = upTo;
  }

  return {
    written() {
      newest += 1;
    },
    async synced() {
      if (lost) throw lost;
      // One that runs already may have begun before the newest was written.
      for (const upTo = newest; onDisk < upTo;) await (running ??= bring());
    },
    close() {
      if (closed) return;
      closed = true;
      if (!running) closeSync(file);
    },
  };
}

function open(path: string): number {
  try {
    const file = openSync(path, 'r+');
    fdatasyncSync(file);
    return file;
  } catch (error) {
    throw asStoreError(error);
  }
}
