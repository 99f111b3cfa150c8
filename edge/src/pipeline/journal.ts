/** What can be read and written by key. */
export interface Cells<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  keys(): Iterable<string>;
}

/** Where what was written can be put back; `before` undefined: nothing stood there. */
export interface Restorable {
  /** `what` is as its `note` named it. */
  restore(what: unknown, before: unknown): void;
}

/** Notes for which room is kept from one transaction to the next. */
const ROOM = 16_384;

/** What writes have replaced: since the mark, or since the beginning, it can all be put back. */
export class Journal {
  /** Three lists of one length, which stay as long as they once were: made anew they would be most of what is thrown away. */
  readonly #places: Restorable[] = [];
  readonly #what: unknown[] = [];
  readonly #before: unknown[] = [];
  #count = 0;
  #mark = 0;

  note(place: Restorable, what: unknown, before: unknown): void {
    const n = this.#count;
    this.#places[n] = place;
    this.#what[n] = what;
    this.#before[n] = before;
    this.#count = n + 1;
  }

  /** Whatever was written stands. */
  clear(): void {
    this.#forget(0);
    this.#mark = 0;
    if (this.#places.length > ROOM) this.#places.length = this.#what.length = this.#before.length = 0;
  }

  mark(): void {
    this.#mark = this.#count;
  }

  /** Back to the mark. */
  undo(): void {
    this.#backTo(this.#mark);
  }

  undoAll(): void {
    this.#backTo(0);
  }

  /** The newest change first. */
  #backTo(count: number): void {
    for (let n = this.#count - 1; n >= count; n -= 1) this.#places[n]?.restore(this.#what[n], this.#before[n]);
    this.#forget(count);
  }

  /** What was replaced is nobody's any more. */
  #forget(count: number): void {
    this.#what.fill(undefined, count, this.#count);
    this.#before.fill(undefined, count, this.#count);
    this.#count = count;
  }
}

/**
 * Cells that are written through, each write noted in a journal first. Nothing else reads them while a
 * transaction is made, because it is made and committed in one turn: reading costs one look-up, which is
 * what tens of thousands of readings a second are made of.
 */
export class Journaled<V> implements Cells<V>, Restorable {
  readonly #cells: Cells<V>;
  readonly #journal: Journal;

  constructor(cells: Cells<V>, journal: Journal) {
    this.#cells = cells;
    this.#journal = journal;
  }

  get(key: string): V | undefined {
    return this.#cells.get(key);
  }

  set(key: string, value: V): void {
    this.#journal.note(this, key, this.#cells.get(key));
    this.#cells.set(key, value);
  }

  delete(key: string): void {
    this.#journal.note(this, key, this.#cells.get(key));
    this.#cells.delete(key);
  }

  keys(): Iterable<string> {
    return this.#cells.keys();
  }

  restore(key: string, before: unknown): void {
    if (before === undefined) this.#cells.delete(key);
    else this.#cells.set(key, before as V);
  }
}
