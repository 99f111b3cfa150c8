/** How much may be in work. */
export interface RoomLimits {
  /** Messages of one connection that the edge works on at a time, and of all of them. */
  readonly inWorkPerClient: number;
  readonly inWork: number;
  /** The same of all of them while nothing of it comes to an end. */
  readonly inWorkStuck: number;
}

/** Where nothing comes to an end for so long, or up to twice that, and others wait, it is stuck. */
const STUCK_MS = 500;
/** Of what may be in work while it is stuck each connection has so much, however many there are. */
const LEAST_SHARE = 4;

/**
 * What is in work, and what more may be. Where nothing comes to an end (a full disk, or one that hangs), what is in
 * work says nothing of how busy the edge is: until it does again there is a larger room, of which each connection has
 * its share. Readings that cannot be written keep no alarm out.
 */
export class WorkRoom {
  readonly #limits: RoomLimits;
  #inWork = 0;
  /** Connections that have something in work. */
  #busy = 0;
  #ended = 0;
  #isStuck = false;
  #isWatched = false;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    const { inWork, inWorkStuck } = this.#limits;
    return this.#inWork >= (this.#isStuck ? inWorkStuck : inWork);
  }

  /** What one connection may have in work. */
  get share(): number {
    const { inWorkPerClient, inWorkStuck } = this.#limits;
    if (!this.#isStuck) return inWorkPerClient;
    return Math.min(inWorkPerClient, Math.max(LEAST_SHARE, Math.floor(inWorkStuck / (this.#busy + 1))));
  }

  /** A message of a connection that had so many in work. */
  begin(before: number): void {
    if (before === 0) this.#busy += 1;
    this.#inWork += 1;
  }

  /** And so many are left. */
  end(left: number): void {
    if (left === 0) this.#busy -= 1;
    this.#inWork -= 1;
    this.#ended += 1;
    if (this.#inWork < this.#limits.inWork) this.#isStuck = false;
  }

  /** For as long as somebody waits: `onLarger` is called when nothing has come to an end meanwhile. */
  watch(someoneWaits: () => boolean, onLarger: () => void): void {
    if (this.#isWatched || this.#isStuck || !someoneWaits()) return;
    this.#isWatched = true;
    const before = this.#ended;
    setTimeout(() => {
      this.#isWatched = false;
      this.#isStuck = someoneWaits() && this.#ended === before;
      if (this.#isStuck) onLarger();
      else this.watch(someoneWaits, onLarger);
    }, STUCK_MS).unref();
  }
}
