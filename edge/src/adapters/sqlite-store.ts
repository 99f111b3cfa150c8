import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Commit, Store } from '../ports.ts';
import { createTransaction, guarded, rowOf, type Transaction } from './sqlite-store/connection.ts';
import { asStoreError } from './sqlite-store/failure.ts';
import { createBlockWriter, createHistoryReader, packBlocks } from './sqlite-store/history.ts';
import { createIncidentReader, createIncidentWriter, rememberIncidents } from './sqlite-store/incidents.ts';
import { createBookkeeping, createLedgerReader, createLedgerWriter, rememberLedger } from './sqlite-store/ledger.ts';
import { createMaintenance } from './sqlite-store/maintenance.ts';
import { openDatabase, type Opened } from './sqlite-store/open.ts';
import { createLeasing, createPageWriter, takeBackLeases } from './sqlite-store/pages.ts';
import { createQuarantineReader } from './sqlite-store/quarantine-reader.ts';
import { createQuarantineWriter, type QuarantineBounds, rememberStrangers } from './sqlite-store/quarantine.ts';

export interface SqliteStoreOptions {
  /** The database file; its directory is made. `-wal` and `-shm` lie beside it. */
  readonly path: string;
  /** Above this many bytes in use `maintain` thins the oldest metrics. Absent: they are kept. */
  readonly maxBytes?: number;
  /** The file never grows beyond this; a commit that needs more throws STORE_FULL. Absent: the disk decides. */
  readonly ceilingBytes?: number;
  /** How much of what could not be used is kept; the oldest of the largest source goes first. */
  readonly quarantine?: QuarantineBounds;
  /** How long one `maintain` may compact, ms. Default 25: it holds the event loop. */
  readonly maintainBudgetMs?: number;
}

/** The edge's store, and how its file was found when it opened. */
export interface SqliteStore extends Store {
  readonly opened: Opened;
}

const MIB = 1024 * 1024;
/** A device that speaks every ten seconds may wait half a day for its adoption. */
const DEFAULT_QUARANTINE: QuarantineBounds = {
  rejected: { maxItems: 10_000, maxBytes: 64 * MIB },
  strangers: { maxItems: 50_000, maxBytes: 64 * MIB, each: { maxItems: 5_000, maxBytes: 4 * MIB } },
};

/**
 * The edge's disk: one SQLite file in WAL mode with `synchronous=FULL`, so that what `commit`
 * returned for survives a power cut. Throws STORE_FAILED when the file cannot be opened.
 */
export function createSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const { writer, reader, opened } = openDatabase(options.path, options.ceilingBytes);
  const transaction = createTransaction(writer);
  const { maxBytes, maintainBudgetMs: budgetMs = 25 } = options;
  const maintain = createMaintenance(writer, transaction, {
    budgetMs,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
  return {
    opened,
    remember: () =>
      guarded(() => ({
        ...rememberIncidents(reader),
        ...rememberLedger(reader),
        strangers: rememberStrangers(reader),
        lastBlock: lastBlockOf(reader),
      })),
    commit: createCommit(writer, transaction, options.quarantine ?? DEFAULT_QUARANTINE),
    ...createIncidentReader(reader),
    ...createHistoryReader(reader),
    ...createLedgerReader(reader),
    ...createBookkeeping(writer, transaction),
    ...createQuarantineReader(reader),
    leasePages: createLeasing(writer, transaction),
    takeBackLeases: () => guarded(() => takeBackLeases(writer)),
    maintain,
    sizes: createSizes(reader, options.path),
    close() {
      if (reader.isOpen) reader.close();
      if (writer.isOpen) writer.close();
    },
  };
}

function createCommit(writer: DatabaseSync, transaction: Transaction, bounds: QuarantineBounds): Store['commit'] {
  const writeBlock = createBlockWriter(writer);
  const writeIncidents = createIncidentWriter(writer);
  const writePages = createPageWriter(writer);
  const writeQuarantine = createQuarantineWriter(writer, bounds);
  const writeLedger = createLedgerWriter(writer);
  let lastBlock = guarded(() => lastBlockOf(writer));
  return (commit: Commit) => {
    const blocks = pack(lastBlock, commit);
    transaction(() => {
      for (const block of blocks) writeBlock(block);
      writeIncidents(commit);
      writePages(commit);
      writeQuarantine(commit);
      writeLedger(commit);
    });
    lastBlock += blocks.length;
    return { block: blocks.length > 0 ? lastBlock : null };
  };
}

function pack(lastBlock: number, commit: Commit): ReturnType<typeof packBlocks> {
  try {
    return packBlocks(lastBlock, commit.readings);
  } catch (error) {
    throw asStoreError(error);
  }
}

function lastBlockOf(db: DatabaseSync): number {
  return rowOf<{ seq: number }>(db.prepare('SELECT ifnull(max(seq), 0) AS seq FROM blocks'))?.seq ?? 0;
}

function createSizes(reader: DatabaseSync, path: string): Store['sizes'] {
  // Events and blocks are numbered without gaps: counting them needs no scan.
  const sizes = reader.prepare(`
    SELECT (SELECT ifnull(max(seq), 0) FROM events) - (SELECT ifnull(min(seq), 1) - 1 FROM events) AS events,
      (SELECT ifnull(max(seq), 0) FROM blocks) - (SELECT ifnull(min(seq), 1) - 1 FROM blocks) AS blocks,
      (SELECT count(*) FROM pages) AS owedPages, (SELECT count(*) FROM quarantine WHERE reason <> '') AS quarantined`);
  return () =>
    guarded(() => {
      const counts = rowOf<Omit<ReturnType<Store['sizes']>, 'bytes'>>(sizes);
      if (!counts) throw new Error('the store did not answer how large it is');
      return { ...counts, bytes: sizeOf(path) + sizeOf(`${path}-wal`) };
    });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
