import type { Millis, Value } from '@keepsite/edge-contract';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Bucket } from '../../ports.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readingBytes, sealed, unsealed } from './checksum.ts';
import { type ChunkRow, isGood, isGoodMark } from './chunk.ts';
import type { Columns } from './columns.ts';
import { readValues, writeValues } from './value-column.ts';

/** Summaries tell of quarters of an hour. */
export const SLOT_MS = 900_000;

/** The first byte of a summary with a checksum: no raw deflate begins so (RFC 1951 §3.2.3, a block of the reserved type). */
const CHECKED = 0xf6;

/** What is gathered of one bucket; `sum` in place of a mean, so that two can be added. */
interface Gathered {
  count: number;
  good: number;
  numbers: number;
  min: number;
  max: number;
  sum: number;
  last: Value;
  lastAt: Millis;
  thinned: boolean;
}

/** Gathers readings, and summaries of readings, into buckets of one width from `origin` on. */
export class Buckets {
  readonly #origin: Millis;
  readonly #width: Millis;
  readonly #gathered = new Map<number, Gathered>();
  #newest: { readonly index: number; readonly bucket: Gathered } | null = null;

  constructor(origin: Millis, width: Millis) {
    this.#origin = origin;
    this.#width = width;
  }

  add(time: Millis, value: Value, good: boolean, thinned = false): void {
    const bucket = this.#at(Math.floor((time - this.#origin) / this.#width));
    bucket.count += 1;
    bucket.thinned ||= thinned;
    if (!good) return;
    bucket.good += 1;
    if (time >= bucket.lastAt) {
      bucket.last = value;
      bucket.lastAt = time;
    }
    // The share of time for which something was so.
    const number = typeof value === 'boolean' ? Number(value) : value;
    if (typeof number !== 'number') return;
    bucket.numbers += 1;
    bucket.sum += number;
    if (number < bucket.min) bucket.min = number;
    if (number > bucket.max) bucket.max = number;
  }

  /** A chunk's rows with from ≤ time < to; `start` is the chunk's. */
  addColumns(columns: Columns, start: Millis, from: Millis, to: Millis): void {
    const { count, since, marks, values } = columns;
    for (let i = 0; i < count; i++) {
      const time = start + (since[i] as number);
      if (time >= from && time < to) this.add(time, values[i] as Value, isGoodMark(marks[i] as number));
    }
  }

  /** What a chunk's summary tells of slots that lie in from ≤ time < to. Throws DamagedBytes, and then adds nothing. */
  addSummary(summary: Uint8Array, start: Millis, from: Millis, to: Millis, thinned: boolean): void {
    for (const [slot, told] of readSlots(summary)) {
      const time = start + slot * SLOT_MS;
      if (time < from || time >= to) continue;
      const bucket = this.#at(Math.floor((time - this.#origin) / this.#width));
      bucket.count += told.count;
      bucket.good += told.good;
      bucket.numbers += told.numbers;
      bucket.sum += told.sum;
      bucket.min = Math.min(bucket.min, told.min);
      bucket.max = Math.max(bucket.max, told.max);
      bucket.thinned ||= thinned;
      if (told.good > 0 && time >= bucket.lastAt) {
        bucket.last = told.last;
        bucket.lastAt = time;
      }
    }
  }

  /** Oldest first; where nothing was heard there is none. */
  list(): Bucket[] {
    return this.#sorted().map(([index, { count, good, numbers, min, max, sum, last, thinned }]) => ({
      from: this.#origin + index * this.#width,
      count,
      good,
      min: numbers > 0 ? min : null,
      max: numbers > 0 ? max : null,
      mean: numbers > 0 ? sum / numbers : null,
      last,
      ...(thinned && { thinned }),
    }));
  }

  /** For {@link addSummary}; of buckets that are slots from a chunk's start on. */
  summary(): Uint8Array {
    const slots = this.#sorted();
    const out = new ByteWriter();
    out.unsigned(slots.length);
    for (const [index, { count, good, numbers }] of slots)
      for (const number of [index, count, count - good, good - numbers]) out.unsigned(number);
    for (const key of ['min', 'max', 'sum', 'last'] as const)
      writeValues(
        slots.map(([, gathered]) => (key === 'sum' ? withoutNoise(gathered.sum) : gathered[key])),
        out,
      );
    return sealed(CHECKED, deflateRawSync(out.written()));
  }

  #sorted(): [number, Gathered][] {
    return [...this.#gathered].toSorted(([a], [b]) => a - b);
  }

  /** Times mostly ascend: the bucket of the one before is mostly the right one. */
  #at(index: number): Gathered {
    if (this.#newest?.index === index) return this.#newest.bucket;
    const bucket = this.#gathered.get(index) ?? emptyBucket();
    this.#gathered.set(index, bucket);
    this.#newest = { index, bucket };
    return bucket;
  }
}

/** A sum of decimal fractions is one itself, but for the noise of adding; without it it lies in few bytes. */
function withoutNoise(sum: number): number {
  return Number(sum.toPrecision(13));
}

/** The summary of a chunk's rows. */
export function summaryOf(rows: readonly ChunkRow[]): Uint8Array {
  const slots = new Buckets(0, SLOT_MS);
  for (const row of rows) slots.add(row[0], row[2], isGood(row));
  return slots.summary();
}

function emptyBucket(): Gathered {
  return {
    count: 0,
    good: 0,
    numbers: 0,
    min: Infinity,
    max: -Infinity,
    sum: 0,
    last: null,
    lastAt: -Infinity,
    thinned: false,
  };
}

type Slot = Omit<Gathered, 'lastAt' | 'thinned'>;

function readSlots(summary: Uint8Array): [number, Slot][] {
  return readingBytes(() => slotsIn(inflateRawSync(unsealed(CHECKED, summary))));
}

function slotsIn(plain: Uint8Array): [number, Slot][] {
  const from = new ByteReader(plain);
  const length = from.unsigned();
  const heads = Array.from({ length }, () => Array.from({ length: 4 }, () => from.unsigned()));
  const [min, max, sum, last] = Array.from({ length: 4 }, () => readValues(length, from));
  return heads.map(([slot = 0, count = 0, bad = 0, words = 0], i) => [
    slot,
    {
      count,
      good: count - bad,
      numbers: count - bad - words,
      min: min?.[i] as number,
      max: max?.[i] as number,
      sum: sum?.[i] as number,
      last: last?.[i] as Value,
    },
  ]);
}
