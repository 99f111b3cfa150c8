import { QUALITIES, timeOf, type Millis, type Reading, type Series, type Value } from '@keepsite/edge-contract';

/** Chunks hold one hour of one series. */
export const CHUNK_MS = 3_600_000;
/** What is left of an hour once it is thinned: one reading a slot. */
export const THINNED_SLOT_MS = 900_000;

/**
 * How far a chunk has come: a `piece` of an hour as compaction appends it, the `whole` hour in one
 * row once the hour is over, or what thinning has left of it.
 */
export const CHUNK_KINDS = { piece: 0, whole: 1, thinned: 2 } as const;

/**
 * [time ms since the hour's start, receivedAt ms since that time or null when the device gave no
 * time, value, index into QUALITIES × 2 + historical]
 */
export type ChunkRow = readonly [number, number | null, Value, number];

/** The hour that a reading belongs to, counted from the epoch. */
export function hourOf(time: Millis): number {
  return Math.floor(time / CHUNK_MS);
}

/** Packs one reading for the chunk of its hour. */
export function packRow(reading: Reading): ChunkRow {
  const time = timeOf(reading);
  const since = time - hourOf(time) * CHUNK_MS;
  const late = reading.at === null ? null : reading.receivedAt - time;
  return [since, late, reading.value, QUALITIES.indexOf(reading.quality) * 2 + (reading.historical ? 1 : 0)];
}

/** The inverse of {@link packRow}. */
export function unpackRow(series: Series, hour: number, [since, late, value, flags]: ChunkRow): Reading {
  const time = hour * CHUNK_MS + since;
  return {
    device: series.device,
    metric: series.metric,
    part: series.part,
    value,
    at: late === null ? null : time,
    receivedAt: time + (late ?? 0),
    quality: QUALITIES[flags >> 1] ?? 'unknown',
    historical: flags % 2 === 1,
  };
}

/** Rows as they lie in a chunk: a JSON array without its brackets, so that more can be appended. */
export function rowsText(rows: readonly ChunkRow[]): string {
  return JSON.stringify(rows).slice(1, -1);
}

/** The inverse of {@link rowsText}. */
export function parseRows(text: string): ChunkRow[] {
  return JSON.parse(`[${text}]`) as ChunkRow[];
}

/** One reading per quarter of an hour: the first good one, else the first. */
export function thinRows(rows: readonly ChunkRow[]): ChunkRow[] {
  const kept = new Map<number, ChunkRow>();
  for (const row of rows.toSorted((a, b) => a[0] - b[0])) {
    const slot = Math.floor(row[0] / THINNED_SLOT_MS);
    const holder = kept.get(slot);
    if (!holder || (isGood(row) && !isGood(holder))) kept.set(slot, row);
  }
  return [...kept.values()];
}

function isGood(row: ChunkRow): boolean {
  return row[3] >> 1 === QUALITIES.indexOf('good');
}
