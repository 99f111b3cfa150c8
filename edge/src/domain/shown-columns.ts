import type { Millis, Value } from '@keepsite/edge-contract';
import { NumberColumn, ValueColumn } from './columns.ts';
import type { Truth } from './leaf.ts';
import type { Shown } from './leaf-memory.ts';

interface Columns {
  readonly value: ValueColumn;
  readonly deviceAt: NumberColumn;
  readonly at: NumberColumn;
  readonly since: NumberColumn;
  readonly figure: NumberColumn;
  readonly until: NumberColumn;
}

/** What series have shown leaves, by its place, from 1 on; its truth stands elsewhere. */
export class ShownColumns {
  #count: number;
  readonly #columns: Columns;

  constructor(count = 1, columns = emptyColumns()) {
    this.#count = count;
    this.#columns = columns;
  }

  /** Answers its place. */
  add(shown: Shown): number {
    this.#count += 1;
    return this.write(this.#count - 1, shown);
  }

  write(place: number, { value, deviceAt, at, since, figure, until }: Shown): number {
    const columns = this.#columns;
    columns.value.set(place, value);
    columns.deviceAt.set(place, deviceAt);
    columns.at.set(place, at);
    columns.since.set(place, since);
    columns.figure.set(place, figure);
    columns.until.set(place, until);
    return place;
  }

  /** The place that was given last is given again. */
  takeBack(place: number): void {
    if (place === this.#count - 1) this.#count = place;
  }

  holds(place: number, value: Value, figure: number | null): boolean {
    return this.#columns.value.get(place) === value && this.#columns.figure.get(place) === figure;
  }

  sinceOf(place: number): Millis {
    return this.#columns.since.get(place) ?? 0;
  }

  untilOf(place: number): Millis | null {
    return this.#columns.until.get(place);
  }

  read(place: number, truth: Truth): Shown {
    const { value, deviceAt, at, since, figure, until } = this.#columns;
    return {
      truth,
      value: value.get(place),
      deviceAt: deviceAt.get(place),
      at: at.get(place) ?? 0,
      since: since.get(place) ?? 0,
      figure: figure.get(place),
      until: until.get(place),
    };
  }

  /** As it is now. */
  copy(): ShownColumns {
    const { value, deviceAt, at, since, figure, until } = this.#columns;
    const rows = this.#count;
    return new ShownColumns(rows, {
      value: value.copy(rows),
      deviceAt: deviceAt.copy(rows),
      at: at.copy(rows),
      since: since.copy(rows),
      figure: figure.copy(rows),
      until: until.copy(rows),
    });
  }
}

function emptyColumns(): Columns {
  return {
    value: new ValueColumn(),
    deviceAt: new NumberColumn(),
    at: new NumberColumn(),
    since: new NumberColumn(),
    figure: new NumberColumn(),
    until: new NumberColumn(),
  };
}
