import type { Store } from '../ports.ts';

interface Parts<B> {
  readonly store: Pick<Store, 'synced'>;
  /** It is on the disk, and whatever was written before it. */
  readonly onDisk: (batch: B) => void;
  /** Some are on the disk and told of. */
  readonly onTold: () => void;
  /** What came meanwhile has waited long enough for the disk; again and again while it takes its time. */
  readonly onLate: () => void;
  /** What is written may never have been: nobody is told, of later ones neither. */
  readonly onLost: (error: unknown) => void;
}

/** So long at most what comes waits for the disk to take what was before it: somebody may have to be paged. */
const LATE_MS = 250;

/** Transactions that are written, and not on the disk for all that is known. Each is told of once it is, in their order. */
export class Unsynced<B extends { readonly jobs: readonly unknown[] }> {
  readonly #parts: Parts<B>;
  #batches: B[] = [];
  #jobs = 0;
  #isSyncing = false;

  constructor(parts: Parts<B>) {
    this.#parts = parts;
  }

  /** How many jobs are in them. */
  get jobs(): number {
    return this.#jobs;
  }

  /** The disk is at work. */
  get isSyncing(): boolean {
    return this.#isSyncing;
  }

  add(batch: B): void {
    this.#batches.push(batch);
    this.#jobs += batch.jobs.length;
    if (!this.#isSyncing) void this.#sync();
  }

  async #sync(): Promise<void> {
    this.#isSyncing = true;
    while (this.#batches.length > 0) {
      const batches = this.#batches;
      this.#batches = [];
      if (!(await this.#isOnDisk())) return;
      for (const batch of batches) {
        this.#jobs -= batch.jobs.length;
        this.#parts.onDisk(batch);
      }
      this.#isSyncing = this.#batches.length > 0;
      this.#parts.onTold();
    }
  }

  async #isOnDisk(): Promise<boolean> {
    const late = setInterval(this.#parts.onLate, LATE_MS);
    try {
      await this.#parts.store.synced();
      return true;
    } catch (error) {
      this.#parts.onLost(error);
      return false;
    } finally {
      clearInterval(late);
    }
  }
}
