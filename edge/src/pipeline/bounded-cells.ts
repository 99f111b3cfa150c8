import type { Cells } from './journal.ts';

/** A map that keeps what was written last: at most `limit` keys, however many names somebody invents. */
export class BoundedCells<V> implements Cells<V> {
  readonly #limit: number;
  readonly #cells = new Map<string, V>();

  constructor(limit: number, saved: Iterable<readonly [string, V]> = []) {
    this.#limit = limit;
    for (const [key, value] of saved) this.set(key, value);
  }

  get(key: string): V | undefined {
    return this.#cells.get(key);
  }

  set(key: string, value: V): void {
    this.#cells.delete(key);
    this.#cells.set(key, value);
    if (this.#cells.size <= this.#limit) return;
    for (const oldest of this.#cells.keys()) {
      this.#cells.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    this.#cells.delete(key);
  }

  keys(): Iterable<string> {
    return this.#cells.keys();
  }
}
