import type { Millis, Value } from '@keepsite/edge-contract';
import { decodeColumns } from './columns.ts';

/** Chunks begin at a full hour, UTC. */
export const HOUR_MS = 3_600_000;
export const DAY_HOURS = 24;

/**
 * How far a series' history has come: the whole hour in one chunk once it is over; the whole day
 * where the series is slow; what thinning has left of a day, three readings a quarter of an hour or
 * three for all of it.
 */
export const CHUNK_KINDS = { hour: 1, day: 2, quarters: 3, daily: 4 } as const;
export type ChunkKind = (typeof CHUNK_KINDS)[keyof typeof CHUNK_KINDS];

/**
 * [time ms since the chunk's start, receivedAt ms since that time or null when the device gave no
 * time, value, index into QUALITIES × 2 + historical]
 */
export type ChunkRow = readonly [number, number | null, Value, number];

/** Its index into QUALITIES; by number, so that the thread that rewrites chunks need not load the contract. */
const GOOD = 0;

/** The hour that a time belongs to, counted from the epoch. */
export function hourOf(time: Millis): number {
  return Math.floor(time / HOUR_MS);
}

/** The first hour of an hour's day, UTC. */
export function dayOf(hour: number): number {
  return Math.floor(hour / DAY_HOURS) * DAY_HOURS;
}

/** How many hours a chunk of a kind covers. */
export function hoursOf(kind: ChunkKind): number {
  return kind === CHUNK_KINDS.hour ? 1 : DAY_HOURS;
}

/** The rows of a chunk that begins with `hour`, as rows of one that begins with `start`. Throws DamagedBytes. */
export function rowsOfChunk(bytes: Uint8Array, hour: number, start: number): ChunkRow[] {
  const { count, since, marks, values, late: lateness } = decodeColumns(bytes);
  const late = lateness();
  const shift = (hour - start) * HOUR_MS;
  return Array.from({ length: count }, (_, i) => {
    const mark = marks[i] as number;
    return [shift + (since[i] as number), mark % 2 === 0 ? (late[i] as number) : null, values[i] as Value, mark >> 1];
  });
}

/** Rows in the order of their time; those of one time stay in the order in which they came. */
export function byTime(rows: readonly ChunkRow[]): ChunkRow[] {
  return rows.toSorted((a, b) => a[0] - b[0]);
}

export function isGood(row: ChunkRow): boolean {
  return row[3] >> 1 === GOOD;
}

/** The same for a mark of {@link Columns}. */
export function isGoodMark(mark: number): boolean {
  return mark >> 2 === GOOD;
}
