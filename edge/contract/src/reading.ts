import { z } from 'zod';
import { QUALITIES, type Millis, type Quality } from './vocabulary.ts';

/** A metric's value; null only with quality `unknown` or `bad`. */
export type Value = number | boolean | string | null;

/** One series: a metric of a device, or one part (phase, channel, tariff register) of it. */
export interface Series {
  readonly device: string;
  readonly metric: string;
  readonly part: string | null;
}

/** One value, as the edge keeps it. `at` is the device's own time, null when it has no usable one. */
export interface Reading extends Series {
  readonly value: Value;
  readonly at: Millis | null;
  readonly receivedAt: Millis;
  readonly quality: Quality;
  /** Said later than it happened (a device's own log): kept with its own time, never pages. */
  readonly historical: boolean;
}

/** The time a reading stands for: the device's when it has one, else the edge's. */
export function timeOf(reading: Pick<Reading, 'at' | 'receivedAt'>): Millis {
  return reading.at ?? reading.receivedAt;
}

/** [index into `series`, receivedAt ms, at ms or null, value, index into QUALITIES, 1 if historical] */
export const ReadingRow = z.tuple([
  z.int().nonnegative(),
  z.int(),
  z.int().nullable(),
  z.union([z.number(), z.boolean(), z.string().max(200), z.null()]),
  z
    .int()
    .min(0)
    .max(QUALITIES.length - 1),
  z.union([z.literal(0), z.literal(1)]),
]);
export type ReadingRow = z.infer<typeof ReadingRow>;

/**
 * The readings of one edge transaction, packed: a series is spelled once, its rows are tuples.
 * `seq` counts the blocks of one edge without gaps; (edge, seq) is the idempotency key. This is
 * also how the edge keeps history on disk, because row layout decides the speed of both.
 */
export const ReadingBlock = z.object({
  seq: z.int().positive(),
  series: z.array(z.tuple([z.string().max(200), z.string().max(120), z.string().max(40).nullable()])).max(20_000),
  rows: z.array(ReadingRow).max(50_000),
});
export type ReadingBlock = z.infer<typeof ReadingBlock>;

/** Packs readings into a block, in the order given. */
export function packReadings(seq: number, readings: readonly Reading[]): ReadingBlock {
  const numbers = new SeriesNumbers();
  const rows: ReadingRow[] = [];
  for (const r of readings) {
    const series = numbers.of(r);
    rows.push([series, r.receivedAt, r.at, r.value, QUALITIES.indexOf(r.quality), r.historical ? 1 : 0]);
  }
  return { seq, series: numbers.series, rows };
}

/** So many series of a device are told apart by looking, the others by their names put together. */
const FEW = 32;

/** Stands where a device has no further series. */
const LAST = -1;

/** Numbers series in the order in which they first come. Neighbours are mostly one device's, which is looked up once. */
class SeriesNumbers {
  readonly series: ReadingBlock['series'] = [];
  /** Where each device's series begin, and for each series where that device's next one stands: most devices come once. */
  readonly #first = new Map<string, number>();
  readonly #next: number[] = [];
  readonly #further = new Map<string, number>();
  #device: string | null = null;
  #begin = LAST;

  of({ device, metric, part }: Series): number {
    if (device !== this.#device) {
      this.#device = device;
      this.#begin = this.#first.get(device) ?? LAST;
    }
    let [last, looked] = [LAST, 0];
    for (let at = this.#begin; at !== LAST; at = this.#next[at] ?? LAST) {
      const known = this.series[at];
      if (known !== undefined && known[1] === metric && known[2] === part) return at;
      last = at;
      looked += 1;
    }
    return looked < FEW ? this.#add([device, metric, part], last) : this.#ofMany(device, metric, part);
  }

  #add(series: ReadingBlock['series'][number], last: number): number {
    const at = this.series.push(series) - 1;
    this.#next.push(LAST);
    if (last !== LAST) this.#next[last] = at;
    else this.#first.set(series[0], (this.#begin = at));
    return at;
  }

  #ofMany(device: string, metric: string, part: string | null): number {
    const key = `${device}\n${metric}\n${part ?? ''}`;
    const known = this.#further.get(key);
    if (known !== undefined) return known;
    const at = this.series.push([device, metric, part]) - 1;
    this.#next.push(LAST);
    this.#further.set(key, at);
    return at;
  }
}

/** The inverse of {@link packReadings}; throws a RangeError when a row names a series that the block lacks. */
export function unpackReadings(block: ReadingBlock): Reading[] {
  return block.rows.map(([index, receivedAt, at, value, quality, historical]) => {
    const series = block.series[index];
    if (!series) throw new RangeError(`block ${block.seq}: row names series ${index} of ${block.series.length}`);
    const [device, metric, part] = series;
    return {
      device,
      metric,
      part,
      value,
      at,
      receivedAt,
      quality: QUALITIES[quality] ?? 'unknown',
      historical: historical === 1,
    };
  });
}
