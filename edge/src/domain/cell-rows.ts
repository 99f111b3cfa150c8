import type { CellNumbers } from './rule-memory.ts';

/** Cells that are numbered one after the other. */
interface Row {
  readonly first: number;
  /** What the one at this place of the row is called. */
  readonly keyOf: (place: number) => string;
}

/** Gives an asker's cells their numbers, a row of them at a time. */
export class CellRows implements CellNumbers {
  readonly #rows: Row[] = [];
  #count = 0;
  /** Another row behind the last one would take its numbers. */
  #isLast = false;

  get count(): number {
    return this.#count;
  }

  /** The number of the first of so many more. Throws a RangeError once the last row has grown. */
  row(length: number, keyOf: Row['keyOf']): number {
    if (this.#isLast) throw new RangeError('the last row has begun');
    const first = this.#count;
    this.#rows.push({ first, keyOf });
    this.#count += length;
    return first;
  }

  /** The number of the first of so many more in the last row. */
  more(length: number): number {
    this.#isLast = true;
    const first = this.#count;
    this.#count += length;
    return first;
  }

  /** Throws a RangeError for a number that was not given. */
  keyOf(number: number): string {
    const row = number < this.#count ? this.#rows.findLast(({ first }) => first <= number) : undefined;
    if (!row) throw new RangeError(`no cell has the number ${number}`);
    return row.keyOf(number - row.first);
  }
}
