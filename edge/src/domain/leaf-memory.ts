import type { Millis, Value } from '@keepsite/edge-contract';
import { CodeColumn } from './columns.ts';
import type { Truth } from './leaf.ts';
import type { Replaced } from './rule-memory.ts';
import { ShownColumns } from './shown-columns.ts';

/** What a series showed a leaf when that last became news. */
export type Shown = {
  readonly truth: Truth;
  readonly value: Value;
  readonly deviceAt: Millis | null;
  readonly at: Millis;
  /** Edge time since when the truth is what it is. */
  readonly since: Millis;
  /** The number that was compared, where it is not the value itself. */
  readonly figure: number | null;
  /** When time alone will change the answer; null: never. */
  readonly until: Millis | null;
};

/** Of a series that has never shown it nothing else is kept: nobody will ask what it said. */
export type NeverShown = { readonly truth: false | null };

/** What a leaf knows of one series. */
export type SeriesCell = { readonly device: string; readonly part: string | null } & (Shown | NeverShown);

/** One entry a series, in the order in which they were first heard. */
export type LeafCell = readonly SeriesCell[];

/** The row of a series that the leaf has not heard. */
export const NO_ROW = 0;
/** In the place of a leaf's first row: what was saved of it has been looked for, and it has heard no series. */
const NOTHING_HEARD = -1;
const TRUTHS: readonly Truth[] = [null, false, true];

/** Rows from 1 on, of all leaves as they came. */
interface Rows {
  /** By the number of the leaf; 0: nobody has asked for it. */
  readonly first: CodeColumn<Int32Array<ArrayBuffer>>;
  /** The leaf's next row. */
  readonly next: CodeColumn<Int32Array<ArrayBuffer>>;
  readonly devices: string[];
  readonly parts: (string | null)[];
  readonly truths: CodeColumn<Uint8Array<ArrayBuffer>>;
  /** Where among what was shown; 0: it has not shown it. */
  readonly places: CodeColumn<Int32Array<ArrayBuffer>>;
  readonly shown: ShownColumns;
  /** Leaves below this number may have been asked for, rows below that one are taken. */
  leaves: number;
  count: number;
}

/**
 * What the leaves of an edge know of series: a row for each. There are rows by the ten thousand, and most readings
 * change a few, so they stand in columns. Rows are added, and taken back newest first, and never removed otherwise.
 */
export class LeafMemory {
  /** What was saved of a leaf; it is asked once. */
  readonly #saved: (leaf: number) => LeafCell | undefined;
  readonly #replaced: Replaced | null;
  readonly #rows: Rows = {
    first: CodeColumn.integers(),
    next: CodeColumn.integers(),
    devices: [''],
    parts: [null],
    truths: CodeColumn.bytes(),
    places: CodeColumn.integers(),
    shown: new ShownColumns(),
    leaves: 0,
    count: NO_ROW + 1,
  };
  #upsets = 0;

  constructor(saved: (leaf: number) => LeafCell | undefined, replaced: Replaced | null) {
    this.#saved = saved;
    this.#replaced = replaced;
  }

  /** Grows when something was taken back. */
  get upsets(): number {
    return this.#upsets;
  }

  get isEmpty(): boolean {
    return this.#rows.count === NO_ROW + 1;
  }

  /** {@link NO_ROW}: the leaf has not heard it. */
  rowOf(leaf: number, device: string, part: string | null): number {
    const { devices, parts } = this.#rows;
    let row = this.firstOf(leaf);
    while (row !== NO_ROW && (parts[row] !== part || devices[row] !== device)) row = this.nextOf(row);
    return row;
  }

  /** {@link NO_ROW}: it has heard none. */
  firstOf(leaf: number): number {
    const first = this.#rows.first.get(leaf);
    if (first > 0) return first;
    return first === NOTHING_HEARD ? NO_ROW : this.#claim(leaf);
  }

  /** {@link NO_ROW}: that was the last one. */
  nextOf(row: number): number {
    return this.#rows.next.get(row);
  }

  countOf(leaf: number): number {
    let count = 0;
    for (let row = this.firstOf(leaf); row !== NO_ROW; row = this.nextOf(row)) count += 1;
    return count;
  }

  deviceOf(row: number): string {
    return this.#rows.devices[row] as string;
  }

  truthOf(row: number): Truth {
    return truthIn(this.#rows, row);
  }

  hasShown(row: number): boolean {
    return this.#rows.places.get(row) !== 0;
  }

  /** It showed this value and this figure when that was last news. */
  showedLast(row: number, value: Value, figure: number | null): boolean {
    const { places, shown } = this.#rows;
    const place = places.get(row);
    return place !== 0 && shown.holds(place, value, figure);
  }

  untilOf(row: number): Millis | null {
    const { places, shown } = this.#rows;
    const place = places.get(row);
    return place === 0 ? null : shown.untilOf(place);
  }

  /** Edge time since when the truth of one that has shown it is what it is. */
  sinceOf(row: number): Millis {
    const { places, shown } = this.#rows;
    return shown.sinceOf(places.get(row));
  }

  read(row: number): SeriesCell {
    return seriesIn(this.#rows, row);
  }

  /** All of a leaf. */
  cellOf(leaf: number): LeafCell {
    return cellIn(this.#rows, this.firstOf(leaf));
  }

  /** All that was asked for or written, as it is now, however late it is read. */
  entries(): IteratorObject<[leaf: number, LeafCell], undefined> {
    const { truths, places, shown, count } = this.#rows;
    // All else is only added to, and what is added is told by its number.
    return cellsIn({ ...this.#rows, truths: truths.copy(count), places: places.copy(count), shown: shown.copy() });
  }

  // ---------------------------------------------------------------------------- writing

  /** A series that the leaf hears for the first time; it has said nothing yet. */
  add(leaf: number, device: string, part: string | null): number {
    const row = this.#append(leaf, device, part);
    this.#replaced?.note(this, row, leaf);
    return row;
  }

  write(row: number, said: Shown | NeverShown): void {
    this.#replaced?.note(this, row, this.read(row));
    this.#put(row, said);
  }

  /** For the journal: what stood there; or the leaf, to which it was added. */
  restore(row: number, before: unknown): void {
    if (typeof before === 'number') this.#takeBack(row, before);
    else this.#put(row, before as SeriesCell);
    this.#upsets += 1;
  }

  #put(row: number, said: Shown | NeverShown): void {
    const { truths, places, shown } = this.#rows;
    const place = places.get(row);
    truths.set(row, TRUTHS.indexOf(said.truth));
    if (isShown(said)) {
      places.set(row, place === 0 ? shown.add(said) : shown.write(place, said));
    } else if (place !== 0) {
      places.set(row, 0);
      shown.takeBack(place);
    }
  }

  #append(leaf: number, device: string, part: string | null): number {
    const { first, next, devices, parts } = this.#rows;
    let last = this.firstOf(leaf);
    while (last !== NO_ROW && next.get(last) !== NO_ROW) last = next.get(last);
    const row = this.#rows.count;
    this.#rows.count += 1;
    devices[row] = device;
    parts[row] = part;
    next.set(row, NO_ROW);
    this.#put(row, NOTHING_SAID);
    if (last === NO_ROW) first.set(leaf, row);
    else next.set(last, row);
    return row;
  }

  #takeBack(row: number, leaf: number): void {
    const { first, next } = this.#rows;
    this.#put(row, NOTHING_SAID);
    let before = first.get(leaf);
    if (before === row) first.set(leaf, NOTHING_HEARD);
    else while (next.get(before) !== row) before = next.get(before);
    if (before !== row) next.set(before, NO_ROW);
    // Behind it may be one that had been saved; then nobody has this one.
    if (row === this.#rows.count - 1) this.#rows.count = row;
  }

  #claim(leaf: number): number {
    const { first } = this.#rows;
    this.#rows.leaves = Math.max(this.#rows.leaves, leaf + 1);
    first.set(leaf, NOTHING_HEARD);
    for (const cell of this.#saved(leaf) ?? []) this.#put(this.#append(leaf, cell.device, cell.part), cell);
    return Math.max(first.get(leaf), NO_ROW);
  }
}

const NOTHING_SAID: NeverShown = { truth: null };

/** What older versions saved says null of one that was never shown. */
export function isShown(said: Shown | NeverShown): said is Shown {
  return ((said as Partial<Shown>).at ?? null) !== null;
}

function truthIn({ truths }: Rows, row: number): Truth {
  return TRUTHS[truths.get(row)] ?? null;
}

function seriesIn(rows: Rows, row: number): SeriesCell {
  const { places, shown, devices, parts } = rows;
  const [device, part, truth] = [devices[row] as string, parts[row] as string | null, truthIn(rows, row)];
  const place = places.get(row);
  return place > 0 ? { device, part, ...shown.read(place, truth) } : { device, part, truth: truth as false | null };
}

function cellIn(rows: Rows, first: number): LeafCell {
  const cell: SeriesCell[] = [];
  for (let row = first; row > NO_ROW && row < rows.count; row = rows.next.get(row)) cell.push(seriesIn(rows, row));
  return cell;
}

function* cellsIn(rows: Rows): Generator<[number, LeafCell], undefined> {
  for (let leaf = 0; leaf < rows.leaves; leaf += 1) {
    const cell = cellIn(rows, rows.first.get(leaf));
    if (cell.length > 0) yield [leaf, cell];
  }
}
