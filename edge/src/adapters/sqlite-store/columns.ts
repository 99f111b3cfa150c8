import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { ChunkRow } from './chunk.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readingBytes, sealed, unsealed } from './checksum.ts';
import { readRuns, readValues, type ValueColumn, writeRuns, writeValues } from './value-column.ts';

/** The first byte of a chunk; these numbers never change. A flipped bit makes no other of `checked`, whose checksum covers one of the others. */
const LAYOUTS = { plain: 1, deflated: 2, checked: 0xf4 } as const;
/** Below this deflating saves nothing worth its time. */
const DEFLATE_FROM = 64;

/** A chunk's rows by column, sorted as they were written. */
export interface Columns {
  readonly count: number;
  /** ms since the chunk's start. */
  readonly since: Float64Array;
  /** (index into QUALITIES × 2 + historical) × 2 + 1 where the device gave no time. */
  readonly marks: Uint32Array;
  readonly values: ValueColumn;
  /** `receivedAt` ms since that time, without meaning where the device gave none. Read when it is asked for: a chart never does. */
  readonly late: () => Float64Array;
}

/**
 * Packs rows by column: times as differences of differences, marks as runs, values as `value-column.ts`
 * tells, lateness as differences; the whole deflated where that is shorter. `deflate` false: only packed, for what
 * is soon written anew.
 */
export function encodeRows(rows: readonly ChunkRow[], deflate = true): Uint8Array {
  const body = new ByteWriter();
  body.unsigned(LAYOUTS.plain);
  body.unsigned(rows.length);
  writeTimes(rows, body);
  writeRuns(
    rows.map(([, late, , flags]) => flags * 2 + (late === null ? 1 : 0)),
    body,
  );
  writeValues(
    rows.map(([, , value]) => value),
    body,
  );
  writeLateness(rows, body);
  const plain = body.written();
  const deflated = deflate && plain.length >= DEFLATE_FROM ? deflateRawSync(plain, { level: 6 }) : plain;
  const shorter = deflated.length + 1 < plain.length ? Buffer.concat([Buffer.of(LAYOUTS.deflated), deflated]) : plain;
  return sealed(LAYOUTS.checked, shorter);
}

/** The inverse of {@link encodeRows}, and of what wrote chunks without a checksum. Throws DamagedBytes for all else. */
export function decodeColumns(bytes: Uint8Array): Columns {
  return readingBytes(() => decodeUnsealed(unsealed(LAYOUTS.checked, bytes)));
}

function decodeUnsealed(bytes: Uint8Array): Columns {
  const plain = bytes[0] === LAYOUTS.deflated ? inflateRawSync(bytes.subarray(1)) : bytes;
  const from = new ByteReader(plain);
  const layout = from.unsigned();
  if (layout !== LAYOUTS.plain)
    throw new RangeError(`a chunk of layout ${layout}; this version reads ${LAYOUTS.plain}`);
  const count = from.unsigned();
  const since = readTimes(count, from);
  const marks = readRuns(count, from);
  const values = readValues(count, from);
  return { count, since, marks, values, late: () => readingBytes(() => readLateness(count, from)) };
}

function writeTimes(rows: readonly ChunkRow[], out: ByteWriter): void {
  let before = 0;
  let step = 0;
  for (const [since] of rows) {
    out.signed(since - before - step);
    step = since - before;
    before = since;
  }
}

function readTimes(count: number, from: ByteReader): Float64Array {
  const times = from.signedRun(count);
  let time = 0;
  let step = 0;
  for (let i = 0; i < count; i++) {
    step += times[i] as number;
    time += step;
    times[i] = time;
  }
  return times;
}

function writeLateness(rows: readonly ChunkRow[], out: ByteWriter): void {
  let before = 0;
  for (const [, late] of rows) {
    out.signed((late ?? before) - before);
    before = late ?? before;
  }
}

function readLateness(count: number, from: ByteReader): Float64Array {
  const lateness = from.signedRun(count);
  for (let i = 1; i < count; i++) lateness[i] = (lateness[i] as number) + (lateness[i - 1] as number);
  return lateness;
}
