import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { type EdgeError, isEdgeError } from '../errors.ts';
import type { Bearings, Commit, Store } from '../ports.ts';
import { createCheckpoints } from './sqlite-store/checkpoint.ts';
import { createWays, guarded, limitBytes, rowOf, type Transaction } from './sqlite-store/connection.ts';
import { asStoreError } from './sqlite-store/failure.ts';
import { createSettingAside, type DamagedPart } from './sqlite-store/damaged-parts.ts';
import { createBlockWriter, createHistoryReader, packBlocks } from './sqlite-store/history.ts';
import {
  createIncidentReader,
  createIncidentWriter,
  lastEventOf,
  rememberIncidents,
} from './sqlite-store/incidents.ts';
import { createBookkeeping, createLedgerReader, createLedgerWriter, rememberLedger } from './sqlite-store/ledger.ts';
import { createHousekeeper } from './sqlite-store/housekeeper.ts';
import { createLogLength, MANY_FRAMES } from './sqlite-store/log-length.ts';
import { openLogFile, type SyncFile } from './sqlite-store/log-file.ts';
import { openDatabase, type Opened, suspect } from './sqlite-store/open.ts';
import { bytesInUse } from './sqlite-store/room.ts';
import { createDuePages, createLeasing, createPageWriter, takeBackLeases } from './sqlite-store/pages.ts';
import { createReserve } from './sqlite-store/reserve.ts';
import { leap, newestNumber } from './sqlite-store/numbering.ts';
import { createSourceIds, type SourceIds } from './sqlite-store/source-ids.ts';
import { createQuarantineReader } from './sqlite-store/quarantine-reader.ts';
import { createQuarantineWriter, type QuarantineBounds, rememberStrangers } from './sqlite-store/quarantine.ts';

export interface SqliteStoreOptions {
  /** The database file; its directory is made. `-wal` and `-shm` lie beside it. */
  readonly path: string;
  /** Above this many bytes in use `maintain` thins the oldest metrics. Absent: they are kept. */
  readonly maxBytes?: number;
  /** The file never grows beyond this; a commit that needs more throws STORE_FULL. Absent: the disk decides. */
  readonly ceilingBytes?: number;
  /**
   * Kept back for incidents and pages: so much of the disk, as a file beside the store, and so much below the
   * ceiling. Absent: nothing.
   */
  readonly reserveBytes?: number;
  /** The file has shown damage while it is in use: the process should end, the next start carries over what can be read. */
  readonly onDamaged?: (error: EdgeError) => void;
  /** How much of what could not be used is kept; the oldest of the largest source goes first. */
  readonly quarantine?: QuarantineBounds;
  /** Time after which one `maintain` begins no further step, ms. Default 2,000. */
  readonly maintainBudgetMs?: number;
  /** Brings the write-ahead log to the disk; a test's own one. Default: `fdatasync`. */
  readonly sync?: SyncFile;
}

/** The edge's store, and how its file was found when it opened. */
export interface SqliteStore extends Store {
  readonly opened: Opened;
  sizes(): ReturnType<Store['sizes']> & {
    /** Bytes of the file that hold something. */
    readonly inUse: number;
  };
}

const MIB = 1024 * 1024;
/** A device that speaks every ten seconds may wait half a day for its adoption. */
const DEFAULT_QUARANTINE: QuarantineBounds = {
  rejected: { maxItems: 10_000, maxBytes: 64 * MIB },
  strangers: { maxItems: 50_000, maxBytes: 64 * MIB, each: { maxItems: 5_000, maxBytes: 4 * MIB } },
};

/** Frames of the log between two looks at how long it is. */
const LOOK_EVERY = 16;

/**
 * The edge's disk: one SQLite file in WAL mode. What the edge's one loop may wait for is committed with
 * `synchronous=FULL`; what `commit` writes is synced beside it, many transactions at a time. Either survives a power
 * cut. Throws STORE_FAILED when the file cannot be opened.
 */
export function createSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const { path, maxBytes, maintainBudgetMs: budgetMs = 2_000, reserveBytes = 0 } = options;
  const ceilingBytes = options.ceilingBytes === undefined ? undefined : options.ceilingBytes - reserveBytes;
  const { writer, reader, opened } = openDatabase(path, ceilingBytes);
  const log = openLogFile(`${path}-wal`, options.sync);
  const { durably, quickly } = createWays(writer, () => {
    log.written();
    shorten();
  });
  const reserve = createReserve({ path: `${path}.reserve`, bytes: reserveBytes });
  /** What a full disk must take all the same: first above the ceiling, then into the room that the reserve gives back. */
  const urgently = (way: Transaction): Transaction => {
    return (work) => {
      try {
        return way(work);
      } catch (error) {
        if (!isEdgeError(error, 'STORE_FULL') || reserveBytes === 0) throw error;
      }
      limitBytes(writer, options.ceilingBytes);
      try {
        return reserve.draw(() => way(work));
      } finally {
        limitBytes(writer, ceilingBytes);
      }
    };
  };
  const housekeeper = createHousekeeper({
    path,
    budgetMs,
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(ceilingBytes === undefined ? {} : { ceilingBytes }),
  });
  const shorten = createShortening(writer, housekeeper.shorten);
  const setAside = createSettingAside(writer);
  const ids = createSourceIds(writer, reader);
  const store: SqliteStore = {
    opened,
    remember: () => guarded(() => ({ ...rememberIncidents(reader), ...bearingsOf(reader) })),
    bearings: () => guarded(() => bearingsOf(reader)),
    commit: createCommit(writer, {
      ids,
      urgently: urgently(quickly),
      bounds: options.quarantine ?? DEFAULT_QUARANTINE,
      usually(work) {
        reserve.makeWhole();
        return quickly(work);
      },
    }),
    synced: log.synced,
    reserve() {
      const status = reserve.status();
      const below = options.ceilingBytes === undefined ? Infinity : options.ceilingBytes - bytesInUse(reader);
      return { ...status, left: Math.max(0, Math.min(status.left, below)) };
    },
    ...createIncidentReader(reader),
    ...createHistoryReader(reader, (parts) => forget(setAside, parts, quickly)),
    hasSourceId: ids.hasSourceId,
    ...createLedgerReader(reader),
    ...createBookkeeping(writer, { durably, quickly }),
    ...createCheckpoints({ writer, reader }, { usually: quickly, urgently: urgently(quickly) }),
    ...createQuarantineReader(reader),
    leasePages: createLeasing(writer, urgently(quickly)),
    duePages: createDuePages(reader),
    numberOn: () => durably(() => leap(writer)),
    takeBackLeases: () => urgently(durably)(() => takeBackLeases(writer)),
    maintain: housekeeper.maintain,
    sizes: createSizes(reader, path),
    close() {
      housekeeper.close();
      log.close();
      if (reader.isOpen) reader.close();
      if (writer.isOpen) writer.close();
    },
  };
  return watchingDamage(store, (error) => {
    try {
      suspect(path);
    } finally {
      options.onDamaged?.(error);
    }
  });
}

/** Has the log shortened when much of it waits for that; looks now and then. */
function createShortening(writer: DatabaseSync, shorten: () => void): () => void {
  const waiting = createLogLength(writer);
  let turn = 0;
  return () => {
    turn = (turn + 1) % LOOK_EVERY;
    if (turn === 0 && waiting() >= MANY_FRAMES) shorten();
  };
}

/** Damaged parts go where nobody reads them; on a disk that takes nothing the next question finds them again. */
function forget(
  setAside: (parts: readonly DamagedPart[]) => void,
  parts: readonly DamagedPart[],
  transaction: Transaction,
): void {
  try {
    transaction(() => setAside(parts));
  } catch (error) {
    if (!isEdgeError(error, 'STORE_FULL')) throw error;
  }
}

/** The same store; the first damage that it meets is told. */
function watchingDamage<T extends object>(store: T, onDamaged: (error: EdgeError) => void): T {
  let told = false;
  const tell = (error: unknown): never => {
    if (!told && isEdgeError(error, 'STORE_DAMAGED')) {
      told = true;
      onDamaged(error);
    }
    throw error;
  };
  const watched = Object.entries(store).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [name, member];
    const work = member as (...args: unknown[]) => unknown;
    return [name, (...args: unknown[]) => watchedCall(() => work(...args), tell)];
  });
  return Object.fromEntries(watched) as T;
}

function watchedCall(call: () => unknown, tell: (error: unknown) => never): unknown {
  try {
    const result = call();
    return result instanceof Promise ? result.catch(tell) : result;
  } catch (error) {
    return tell(error);
  }
}

interface CommitWays {
  readonly usually: Transaction;
  readonly urgently: Transaction;
  readonly bounds: QuarantineBounds;
  readonly ids: SourceIds;
}

function createCommit(writer: DatabaseSync, { usually, urgently, bounds, ids }: CommitWays): Store['commit'] {
  const writeBlock = createBlockWriter(writer);
  const writeIncidents = createIncidentWriter(writer);
  const writePages = createPageWriter(writer);
  const writeQuarantine = createQuarantineWriter(writer, bounds);
  const writeLedger = createLedgerWriter(writer, ids);
  let lastBlock = guarded(() => lastBlockOf(writer));
  return (commit: Commit, from) => {
    const blocks = pack(lastBlock, commit);
    const transaction = from === 'reserve' ? urgently : usually;
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

function bearingsOf(reader: DatabaseSync): Bearings {
  return {
    lastEvent: lastEventOf(reader),
    lastBlock: lastBlockOf(reader),
    ...rememberLedger(reader),
    strangers: rememberStrangers(reader),
  };
}

function lastBlockOf(db: DatabaseSync): number {
  return newestNumber(db, 'blocks');
}

function createSizes(reader: DatabaseSync, path: string): SqliteStore['sizes'] {
  // Events and blocks are numbered without gaps: counting them needs no scan.
  const sizes = reader.prepare(`
    SELECT (SELECT ifnull(max(seq), 0) FROM events) - (SELECT ifnull(min(seq), 1) - 1 FROM events) AS events,
      (SELECT ifnull(max(seq), 0) FROM blocks) - (SELECT ifnull(min(seq), 1) - 1 FROM blocks) AS blocks,
      (SELECT count(*) FROM pages) AS owedPages, (SELECT count(*) FROM quarantine WHERE reason <> '') AS quarantined,
      ifnull((SELECT value FROM marks WHERE key = 'thinned'), 0) AS thinned,
      ifnull((SELECT value FROM marks WHERE key = 'undelivered'), 0) AS undelivered,
      ifnull((SELECT value FROM marks WHERE key = 'damaged'), 0) AS damaged`);
  return () =>
    guarded(() => {
      const counts = rowOf<Omit<ReturnType<Store['sizes']>, 'bytes'>>(sizes);
      if (!counts) throw new Error('the store did not answer how large it is');
      return { ...counts, bytes: sizeOf(path) + sizeOf(`${path}-wal`), inUse: bytesInUse(reader) };
    });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
