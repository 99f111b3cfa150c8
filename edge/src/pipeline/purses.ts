import { type IncidentChange, instantMillis, type Millis } from '@keepsite/edge-contract';
import { movement, type Spent } from '../domain/spending/purse.ts';
import type { Store } from '../ports.ts';
import { type Journal, Journaled } from './journal.ts';

const PAGE = 1_000;
/** A month is 31 days and a time zone at most 14 hours; a clock that was set is allowed the rest. */
const LONGEST_MONTH_MS = 35 * 24 * 3_600_000;

/**
 * How much was taken from every purse, counted from the events alone: what the store holds of the last
 * month, looked up when somebody first asks, and what was recorded since. What a transaction added is
 * taken back with it.
 */
export class Purses {
  readonly #store: Pick<Store, 'events'>;
  /** The newest event that stood in the store at the start. */
  readonly #upTo: number;
  readonly #since: Journaled<number>;
  #before: ReadonlyMap<string, number> | null = null;

  constructor(store: Pick<Store, 'events'>, upTo: number, journal: Journal) {
    this.#store = store;
    this.#upTo = upTo;
    this.#since = new Journaled(new Map<string, number>(), journal);
  }

  /** Cents that were taken and not given back, as of `now`. */
  spentAt(now: Millis): Spent {
    return (purse) => {
      this.#before ??= spentInStore(this.#store, this.#upTo, now - LONGEST_MONTH_MS);
      return (this.#before.get(purse) ?? 0) + (this.#since.get(purse) ?? 0);
    };
  }

  heard(change: IncidentChange): void {
    const moved = movement(change);
    if (moved) this.#since.set(moved.purse, (this.#since.get(moved.purse) ?? 0) + moved.cents);
  }
}

function spentInStore(store: Pick<Store, 'events'>, upTo: number, from: Millis): Map<string, number> {
  const spent = new Map<string, number>();
  let after = firstSince(store, upTo, from) - 1;
  while (after < upTo) {
    const events = store.events({ after, limit: PAGE });
    for (const { seq, change } of events) {
      const moved = seq <= upTo ? movement(change) : null;
      if (moved) spent.set(moved.purse, (spent.get(moved.purse) ?? 0) + moved.cents);
    }
    const last = events.at(-1);
    if (!last) break;
    after = last.seq;
  }
  return spent;
}

/** The seq of about the first event that was recorded since: events are written in the order of time. */
function firstSince(store: Pick<Store, 'events'>, upTo: number, from: Millis): number {
  let low = 1;
  let high = upTo + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [event] = store.events({ after: middle - 1, limit: 1 });
    if (!event || instantMillis(event.recordedAt) >= from) high = middle;
    else low = middle + 1;
  }
  return low;
}
