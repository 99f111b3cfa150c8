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
  const index = new Map<string, number>();
  const series: ReadingBlock['series'] = [];
  const rows: ReadingRow[] = [];
  for (const r of readings) {
    const key = `${r.device}\n${r.metric}\n${r.part ?? ''}`;
    let at = index.get(key);
    if (at === undefined) {
      at = series.push([r.device, r.metric, r.part]) - 1;
      index.set(key, at);
    }
    rows.push([at, r.receivedAt, r.at, r.value, QUALITIES.indexOf(r.quality), r.historical ? 1 : 0]);
  }
  return { seq, series, rows };
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
