import type { Millis } from '@keepsite/edge-contract';
import { sentenceOf } from '../errors.ts';
import type { Commit, Store } from '../ports.ts';
import type { ChainHead, Transaction } from './transaction.ts';
import { Unsynced } from './unsynced.ts';

/** A piece of work within a transaction. */
export type Work = (tx: Transaction, now: Millis) => void;

/** Something to be done, and who is told how it went. */
export interface Job {
  readonly work: Work;
  /** After the commit that holds it. */
  readonly done: () => void;
  /** The work itself threw: nothing of it was written. */
  readonly failed: (error: unknown) => void;
  /** Nobody says it again (QoS 0): on a full disk it is dropped where too much waits already. */
  readonly droppable?: boolean;
}

/** The `done` of work that nobody waits for. */
export function nobodyWaits(): void {}

interface WorkQueueParts {
  readonly store: Pick<Store, 'commit' | 'synced'>;
  readonly now: () => Millis;
  readonly begin: (head: ChainHead | null) => Transaction;
  /** Before each transaction. */
  readonly beforeWork: () => void;
  /** What a transaction has made true, once it is on the disk and its jobs were told. */
  readonly onCommitted: (tx: Transaction) => void;
  /** What is due next may be another than before; jobs may have been told. */
  readonly afterWork: () => void;
  readonly onRefused: (error: unknown) => void;
  /** Where the edge's numbers stand. */
  readonly head: ChainHead | null;
  readonly block: number;
}

/** Jobs that were worked through together. */
interface Batch {
  readonly tx: Transaction;
  readonly jobs: readonly Job[];
  /** What those threw that are not among what was done. */
  readonly failures: ReadonlyMap<Job, unknown>;
  /** Null: there is nothing to write. */
  readonly commit: Commit | null;
}

/** Messages a transaction holds at most: more would hold the loop for too long. */
const MAX_BATCH = 256;
/**
 * Jobs that wait at most: to be worked through, for the disk to take what they wrote, and for room on it. QoS 0 is
 * dropped beyond; who publishes with QoS 1 is held back by the missing acknowledgement.
 */
const MAX_WAITING = 20_000;
const RETRY_COMMIT_MS = 500;
/** Of what is held, so many transactions are written before others have their turn. */
const HELD_A_TURN = 16;

/**
 * Works through what is waiting, one transaction for all that arrives within one turn of the event loop, or while
 * the disk takes the one before; what it changed is taken back when the commit fails. Jobs are told once their
 * transaction is on the disk, in the order of the transactions.
 *
 * On a full disk incidents, pages and answers are written out of the store's reserve. All else is worked out
 * in the order in which it came, so that rules and decoders know of it, and is held, its jobs untold, until
 * there is room: killed meanwhile, nothing of it has happened, and who waits for an acknowledgement says it again.
 */
export class WorkQueue {
  readonly #parts: WorkQueueParts;
  #head: ChainHead | null;
  #block: number;
  #waiting: Job[] = [];
  readonly #unsynced: Unsynced<Batch>;
  /** What waits has waited long enough for the disk. */
  #isLate = false;
  /** Worked out, not on disk, oldest first. */
  #held: Batch[] = [];
  readonly #heldIds = new Set<string>();
  #heldJobs = 0;
  #withheld: string | null = null;
  /** Not even the reserve took it: nothing more is tried until the next look at the disk. */
  #stuck = false;
  #scheduled = false;
  #stopped = false;
  readonly #counts = { commits: 0, duplicates: 0, dropped: 0 };

  constructor(parts: WorkQueueParts) {
    this.#parts = parts;
    this.#head = parts.head;
    this.#block = parts.block;
    this.#unsynced = new Unsynced({
      store: parts.store,
      onDisk: (batch) => this.#tell(batch),
      onTold: () => {
        this.#isLate = false;
        parts.afterWork();
        this.#goOn();
      },
      onLate: () => {
        this.#isLate = true;
        this.#goOn();
      },
      onLost: (error) => this.#lose(error),
    });
  }

  take(job: Job): void {
    this.#waiting.push(job);
    this.#schedule();
  }

  /** Taken and not told yet. */
  get waiting(): number {
    return this.#waiting.length + this.#unsynced.jobs + this.#heldJobs;
  }

  /** Too much waits to be worked through. */
  get isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING;
  }

  /** Why only what is for the reserve is written, or nothing any more; null: all is. */
  get withheld(): string | null {
    return this.#withheld;
  }

  /** The newest block of readings that is written. */
  get block(): number {
    return this.#block;
  }

  get counts(): { readonly commits: number; readonly duplicates: number; readonly dropped: number } {
    return { ...this.#counts };
  }

  /** A message of this id was worked out, and is not on disk. */
  holds(sourceId: string): boolean {
    return this.#heldIds.has(sourceId);
  }

  stop(): void {
    this.#stopped = true;
  }

  // ---------------------------------------------------------------------------- the story

  #work(): void {
    this.#scheduled = false;
    this.#isLate = false;
    const now = this.#parts.now();
    const jobs = this.#waiting.slice(0, MAX_BATCH);
    this.#parts.beforeWork();
    if (this.#withheld === null) this.#workThrough(jobs, now);
    else this.#stuck = !this.#sift(jobs, now);
    this.#parts.afterWork();
    this.#goOn();
  }

  #goOn(): void {
    if (this.#waiting.length > 0) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#stuck || this.#stopped || this.#gathers()) return;
    this.#scheduled = true;
    setImmediate(() => this.#work());
  }

  /** Until the disk has taken what is written a transaction would only be smaller, not sooner there. */
  #gathers(): boolean {
    const { isSyncing, jobs } = this.#unsynced;
    if (!isSyncing) return false;
    return jobs >= MAX_WAITING || (!this.#isLate && this.#waiting.length < MAX_BATCH);
  }

  #workThrough(jobs: readonly Job[], now: Millis): void {
    const batch = this.#attempt(jobs, now);
    // After a full disk only a commit tells that there is room.
    const probe = this.#withheld === null ? null : nothing(now);
    if (!this.#write({ ...batch, commit: batch.commit ?? probe })) return;
    this.#withheld = null;
    this.#waiting.splice(0, jobs.length);
    this.#unsynced.add(batch);
  }

  /** While the disk is full: what is for the reserve is written, all else is held. False when the reserve is used up. */
  #sift(jobs: readonly Job[], now: Millis): boolean {
    const batch = this.#attempt(jobs, now);
    const [first] = jobs;
    const isUrgent = isForReserve(batch.commit);
    const isTooMuch = this.#heldJobs + jobs.length > MAX_WAITING;
    if (jobs.length > 1 && (isUrgent || isTooMuch)) {
      batch.tx.undo();
      return jobs.every((job) => this.#sift([job], now));
    }
    if (isUrgent && !this.#write(batch, 'reserve')) return false;
    this.#waiting.splice(0, jobs.length);
    if (isUrgent) this.#unsynced.add(batch);
    else if (isTooMuch && first?.droppable) this.#drop(first, batch);
    else this.#hold(jobs, batch);
    return true;
  }

  /** One poison message never fails its batch. */
  #attempt(jobs: readonly Job[], now: Millis): Batch {
    const tx = this.#parts.begin(this.#head);
    const failures = new Map<Job, unknown>();
    for (const job of jobs) {
      const error = tx.attempt(() => job.work(tx, now));
      if (error !== undefined) failures.set(job, error);
    }
    return { tx, jobs, failures, commit: tx.commit(now) };
  }

  /** False when the disk took nothing: then nothing has happened. */
  #write({ tx, commit }: Batch, from?: 'reserve'): boolean {
    try {
      this.#commit(commit, from);
    } catch (error) {
      tx.undo();
      this.#withhold(error);
      return false;
    }
    this.#head = tx.head.seq > 0 ? tx.head : this.#head;
    return true;
  }

  #commit(commit: Commit | null, from?: 'reserve'): void {
    if (!commit) return;
    this.#block = this.#parts.store.commit(commit, from).block ?? this.#block;
    this.#counts.commits += 1;
  }

  /** What it did is on disk. */
  #tell({ tx, jobs, failures }: Batch): void {
    this.#counts.duplicates += tx.duplicates;
    for (const job of jobs) {
      if (failures.has(job)) job.failed(failures.get(job));
      else job.done();
    }
    this.#parts.onCommitted(tx);
  }

  // ---------------------------------------------------------------------------- a full disk

  #hold(jobs: readonly Job[], batch: Batch): void {
    if (batch.commit === null && jobs.every((job) => job.done === nobodyWaits)) return;
    this.#held.push(batch);
    this.#heldJobs += jobs.length;
    for (const id of batch.tx.written.sourceIds) this.#heldIds.add(id);
  }

  #drop(job: Job, { tx }: Batch): void {
    tx.undo();
    this.#counts.dropped += 1;
    job.done();
  }

  #withhold(error: unknown): void {
    const wasKnown = this.#withheld !== null;
    this.#withheld = sentenceOf(error);
    this.#parts.onRefused(error);
    if (!wasKnown) this.#lookAgain();
  }

  /** What is written may never have been: nobody is told, and nothing more is done. */
  #lose(error: unknown): void {
    this.#stopped = true;
    this.#withheld = sentenceOf(error);
    this.#parts.onRefused(error);
  }

  #lookAgain(): void {
    setTimeout(() => this.#retry(), RETRY_COMMIT_MS).unref();
  }

  /** It stays withheld until a commit went through: who asks in between must not hear that all is well. */
  #retry(): void {
    if (this.#stopped) return;
    this.#stuck = false;
    const hasRoom = this.#writeHeld();
    if (hasRoom && this.#held.length > 0) return void setImmediate(() => this.#retry());
    if (hasRoom) {
      this.#workThrough(this.#waiting.slice(0, MAX_BATCH), this.#parts.now());
      this.#parts.afterWork();
    }
    if (this.#withheld !== null) this.#lookAgain();
    this.#goOn();
  }

  /** Some of what is held, oldest first; false when the disk does not take it. */
  #writeHeld(): boolean {
    for (const batch of this.#held.slice(0, HELD_A_TURN)) {
      try {
        this.#commit(batch.commit);
      } catch (error) {
        this.#withhold(error);
        return false;
      }
      this.#held.shift();
      this.#heldJobs -= batch.jobs.length;
      for (const id of batch.tx.written.sourceIds) this.#heldIds.delete(id);
      this.#unsynced.add(batch);
    }
    return true;
  }
}

/** What people wait for: incidents, their pages, the answers to orders, and how far an answer has come with many. */
function isForReserve(commit: Commit | null): boolean {
  if (commit === null) return false;
  const { events, pages, settledPages, commands, cursors = [] } = commit;
  return [events, pages, settledPages, commands, cursors].some(({ length }) => length > 0);
}

function nothing(at: Millis): Commit {
  const none: readonly [] = [];
  const told = { events: none, incidents: none, pages: none, settledPages: none, commands: none };
  const heard = { readings: none, quarantined: none, released: none, sourceIds: none };
  return { at, ...told, ...heard, devices: none, strangers: none, forgotten: none };
}
