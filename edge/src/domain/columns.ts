import type { Value } from '@keepsite/edge-contract';

const FIRST_ROWS = 1_024;
/** A value that stands among the numbers. */
const A_NUMBER = Symbol('a number');

type Codes = Uint8Array<ArrayBuffer> | Int32Array<ArrayBuffer>;
type Numbers = Float64Array<ArrayBuffer>;

/**
 * Small whole numbers by row. What every reading changes stands in columns: an object each would be what the collector
 * has most to do with. A row that was never written says 0.
 */
export class CodeColumn<C extends Codes> {
  #codes: C;

  private constructor(codes: C) {
    this.#codes = codes;
  }

  static bytes(): CodeColumn<Uint8Array<ArrayBuffer>> {
    return new CodeColumn(new Uint8Array(FIRST_ROWS));
  }

  static integers(): CodeColumn<Int32Array<ArrayBuffer>> {
    return new CodeColumn(new Int32Array(FIRST_ROWS));
  }

  get(row: number): number {
    return this.#codes[row] ?? 0;
  }

  set(row: number, code: number): void {
    if (row >= this.#codes.length) this.#codes = longer(this.#codes, row);
    this.#codes[row] = code;
  }

  /** As it is now, so many rows of it. */
  copy(rows: number): CodeColumn<C> {
    return new CodeColumn(this.#codes.slice(0, rows) as C);
  }
}

/** Numbers by row, or null. A row that was never written says 0. */
export class NumberColumn {
  /** NaN: null. */
  #numbers: Numbers;

  constructor(numbers: Numbers = new Float64Array(FIRST_ROWS)) {
    this.#numbers = numbers;
  }

  get(row: number): number | null {
    const number = this.#numbers[row] ?? 0;
    return Number.isNaN(number) ? null : number;
  }

  set(row: number, number: number | null): void {
    if (row >= this.#numbers.length) this.#numbers = longer(this.#numbers, row);
    this.#numbers[row] = number ?? NaN;
  }

  /** As it is now, so many rows of it. */
  copy(rows: number): NumberColumn {
    return new NumberColumn(this.#numbers.slice(0, rows));
  }
}

/** Values by row. A row that was never written says null. */
export class ValueColumn {
  readonly #numbers: NumberColumn;
  readonly #others: (Value | typeof A_NUMBER)[];

  constructor(numbers = new NumberColumn(), others: (Value | typeof A_NUMBER)[] = []) {
    this.#numbers = numbers;
    this.#others = others;
  }

  get(row: number): Value {
    const other = this.#others[row];
    return other === A_NUMBER ? this.#numbers.get(row) : (other ?? null);
  }

  set(row: number, value: Value): void {
    if (typeof value === 'number') this.#numbers.set(row, value);
    // A list with gaps would be another kind of list, and slower.
    while (this.#others.length < row) this.#others.push(null);
    this.#others[row] = typeof value === 'number' ? A_NUMBER : value;
  }

  /** As it is now, so many rows of it. */
  copy(rows: number): ValueColumn {
    return new ValueColumn(this.#numbers.copy(rows), this.#others.slice(0, rows));
  }
}

/** With room for the row: what is never written takes no memory, however long it is. */
function longer<C extends Codes | Numbers>(column: C, row: number): C {
  const Kind = column.constructor as new (length: number) => C;
  const copy = new Kind(Math.max(column.length * 2, row + 1));
  copy.set(column);
  return copy;
}
