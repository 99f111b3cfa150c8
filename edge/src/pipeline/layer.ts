/** What can be read and written by key: a Map, or a layer over one. */
export interface Cells<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  keys(): Iterable<string>;
}

const GONE = Symbol('deleted in this layer');
type Own<V> = V | typeof GONE | undefined;

/** What layers have changed since the last mark, so that it can be undone. */
export class Journal {
  readonly #layers: Layer<never>[] = [];
  readonly #keys: string[] = [];
  readonly #before: Own<never>[] = [];

  note(layer: Layer<never>, key: string, before: Own<never>): void {
    this.#layers.push(layer);
    this.#keys.push(key);
    this.#before.push(before);
  }

  /** From here on. What came before can no longer be undone. */
  mark(): void {
    this.#layers.length = this.#keys.length = this.#before.length = 0;
  }

  /** Back to the mark, the newest change first. */
  undo(): void {
    for (let n = this.#layers.length - 1; n >= 0; n -= 1) {
      this.#layers[n]?.restore(this.#keys[n] ?? '', this.#before[n]);
    }
    this.mark();
  }
}

/**
 * A map over another: reads fall through, writes stay here until `merge`. The next state is
 * computed on layers and swapped in after the commit; a layer that is dropped never happened.
 */
export class Layer<V> implements Cells<V> {
  readonly #base: Cells<V>;
  readonly #journal: Journal;
  readonly #own = new Map<string, Own<V>>();

  constructor(base: Cells<V>, journal: Journal) {
    this.#base = base;
    this.#journal = journal;
  }

  get(key: string): V | undefined {
    const own = this.#own.get(key);
    if (own === undefined) return this.#base.get(key);
    return own === GONE ? undefined : own;
  }

  set(key: string, value: V): void {
    this.#put(key, value);
  }

  delete(key: string): void {
    this.#put(key, GONE);
  }

  *keys(): Iterable<string> {
    for (const key of this.#base.keys()) if (this.#own.get(key) === undefined) yield key;
    for (const [key, value] of this.#own) if (value !== GONE && value !== undefined) yield key;
  }

  /** For the journal alone: puts back what was there. */
  restore(key: string, before: Own<V>): void {
    if (before === undefined) this.#own.delete(key);
    else this.#own.set(key, before);
  }

  merge(): void {
    for (const [key, value] of this.#own) {
      if (value === GONE) this.#base.delete(key);
      else if (value !== undefined) this.#base.set(key, value);
    }
    this.#own.clear();
  }

  #put(key: string, value: Own<V>): void {
    this.#journal.note(this as unknown as Layer<never>, key, this.#own.get(key) as Own<never>);
    this.#own.set(key, value);
  }
}
