import { type Millis, QUALITIES, type Reading, type Value } from '@keepsite/edge-contract';
import { CodeColumn, NumberColumn, ValueColumn } from '../domain/columns.ts';
import { NOT_KEPT, type SeriesRows } from '../domain/series-rows.ts';
import type { Journal, Restorable } from './journal.ts';

/** The newest value of a series. */
interface Word {
  readonly at: Millis | null;
  readonly value: Value;
  readonly quality: Reading['quality'];
}

/** The quality of a series that has said nothing. */
const NOTHING_SAID = 0;

/**
 * What every series said last: the same value again at the same device time is a duplicate. They stand in columns, a
 * row a series, because every reading changes one: an object each would be what the collector has most to do with.
 */
export class LastWords implements Restorable {
  readonly #journal: Journal;
  readonly #rows: SeriesRows;
  /** Null: it told no time. */
  readonly #at = new NumberColumn();
  readonly #values = new ValueColumn();
  /** One more than the quality's place among all. */
  readonly #qualities = CodeColumn.bytes();

  constructor(journal: Journal, rows: SeriesRows) {
    this.#journal = journal;
    this.#rows = rows;
  }

  /** Takes it down; false: it is what the series said last, word for word. */
  takeDown(reading: Pick<Reading, 'device' | 'metric' | 'part'> & Word): boolean {
    const row = this.#rows.of(reading.device, reading.metric, reading.part);
    if (row === NOT_KEPT) return true;
    if (this.#isSame(row, reading)) return false;
    this.#journal.note(this, row, this.#read(row));
    this.#write(row, reading);
    return true;
  }

  restore(row: number, before: unknown): void {
    if (before === null) this.#qualities.set(row, NOTHING_SAID);
    else this.#write(row, before as Word);
  }

  #isSame(row: number, { at, value, quality }: Word): boolean {
    if (at === null || this.#at.get(row) !== at) return false;
    return this.#values.get(row) === value && this.#qualityIn(row) === quality;
  }

  #read(row: number): Word | null {
    const quality = this.#qualityIn(row);
    return quality === undefined ? null : { at: this.#at.get(row), value: this.#values.get(row), quality };
  }

  #write(row: number, { at, value, quality }: Word): void {
    this.#at.set(row, at);
    this.#values.set(row, value);
    this.#qualities.set(row, QUALITIES.indexOf(quality) + 1);
  }

  /** Undefined: nothing was said. */
  #qualityIn(row: number): Reading['quality'] | undefined {
    return QUALITIES[this.#qualities.get(row) - 1];
  }
}
