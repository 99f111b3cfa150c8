import { type Millis, QUALITIES, type Reading, type Value } from '@keepsite/edge-contract';
import { BySeries, SeriesList } from '../domain/by-series.ts';
import { CodeColumn, NumberColumn, ValueColumn } from '../domain/columns.ts';
import type { Journal, Restorable } from './journal.ts';

/** The newest value of a series. */
interface Word {
  readonly at: Millis | null;
  readonly value: Value;
  readonly quality: Reading['quality'];
}

/** Series of one device whose newest value is remembered. */
const MAX_SERIES = 512;
/** The row of a series beyond them. */
const NOT_KEPT = -1;
/** The quality of a series that has said nothing. */
const NOTHING_SAID = 0;

/**
 * What every series said last: the same value again at the same device time is a duplicate. They stand in columns, a
 * row a series, because every reading changes one: an object each would be what the collector has most to do with.
 */
export class LastWords implements Restorable {
  readonly #journal: Journal;
  readonly #devices = new Map<string, BySeries<number>>();
  readonly #noSeries = SeriesList.empty();
  /** Whoever speaks goes on speaking for a while, so the device is looked up once a message. */
  #speaker = '';
  #rowsOfSpeaker: BySeries<number> | null = null;
  #rows = 0;
  /** Null: it told no time. */
  readonly #at = new NumberColumn();
  readonly #values = new ValueColumn();
  /** One more than the quality's place among all. */
  readonly #qualities = CodeColumn.bytes();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Takes it down; false: it is what the series said last, word for word. */
  takeDown(reading: Pick<Reading, 'device' | 'metric' | 'part'> & Word): boolean {
    const row = this.#rowOf(reading);
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

  #rowOf({ device, metric, part }: Pick<Reading, 'device' | 'metric' | 'part'>): number {
    if (this.#rowsOfSpeaker === null || this.#speaker !== device) {
      this.#speaker = device;
      this.#rowsOfSpeaker = this.#rowsOf(device);
    }
    return this.#rowsOfSpeaker.get(metric, part) ?? this.#newRow(this.#rowsOfSpeaker, metric, part);
  }

  #rowsOf(device: string): BySeries<number> {
    const known = this.#devices.get(device) ?? new BySeries<number>(this.#noSeries);
    this.#devices.set(device, known);
    return known;
  }

  #newRow(known: BySeries<number>, metric: string, part: string | null): number {
    if (known.size >= MAX_SERIES) return NOT_KEPT;
    const row = this.#rows;
    known.add(metric, part, row);
    this.#rows += 1;
    return row;
  }
}
