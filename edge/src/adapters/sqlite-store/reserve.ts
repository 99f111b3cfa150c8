import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  statfsSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isEdgeError, sentenceOf, storeError } from '../../errors.ts';
import type { Reserve } from '../../ports.ts';

/** Given back at once: a transaction takes some of it, and whoever else fills the disk gets the rest. */
const SLICE_BYTES = 512 * 1024;
/** Beside what the reserve lacks there must be so much more, or the next readings would take it away again. */
const COMFORT_BYTES = 4 * 1024 * 1024;
/** How a file system says that there is no room, or none for this user or this file. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO']);

export interface ReserveOptions {
  /** The file that takes the room; beside the store, so on the same disk. */
  readonly path: string;
  /** Its size when it is whole; 0: no reserve. */
  readonly bytes: number;
}

/** Room on the disk that is there when it is full. */
export interface DiskReserve {
  status(): Reserve;
  /** Does the work; while the disk is too full for it, gives back a slice and does it again. Throws what the work throws at last. */
  draw<T>(work: () => T): T;
  /** Makes it whole again. Throws STORE_FULL while the disk has no room for that. */
  makeWhole(): void;
}

/**
 * A file of bytes that nobody needs, so that the disk has room for incidents when it is full: it is cut
 * short by a slice for each transaction that does not fit. Where it cannot be had for another reason than a
 * full disk, the edge goes on without one and says why. The bytes are random, so that no file system can
 * compress them away.
 */
export function createReserve({ path, bytes }: ReserveOptions): DiskReserve {
  let left = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let trouble: string | null = null;
  try {
    makeWhole();
  } catch (error) {
    // Readings wait until there is room; the edge itself need not.
    if (!isEdgeError(error, 'STORE_FULL')) throw error;
  }

  function give(): boolean {
    if (left === 0) return false;
    left = Math.max(0, left - SLICE_BYTES);
    truncateSync(path, left);
    return true;
  }

  function makeWhole(): void {
    if (left >= bytes || trouble !== null) return;
    if (!hasRoom(dirname(path), bytes - left + COMFORT_BYTES)) throw full(left, bytes);
    try {
      left = extend(path, bytes);
    } catch (error) {
      if (isNoRoom(error)) throw full(left, bytes);
      trouble = `Nothing is kept back for a full disk: ${path} cannot be written (${sentenceOf(error)}).`;
    }
  }

  function draw<T>(work: () => T): T {
    for (;;) {
      try {
        return work();
      } catch (error) {
        if (!isEdgeError(error, 'STORE_FULL') || !give()) throw error;
      }
    }
  }

  return { status: () => ({ left: Math.min(left, bytes), whole: bytes, trouble }), draw, makeWhole };
}

/** Answers the size that it has then; what did not fit is given back. */
function extend(path: string, bytes: number): number {
  const file = openSync(path, 'a', 0o600);
  const before = fstatSync(file).size;
  try {
    for (let size = before; size < bytes;) size += writeSync(file, randomBytes(Math.min(SLICE_BYTES, bytes - size)));
    fsyncSync(file);
    return bytes;
  } catch (error) {
    ftruncateSync(file, before);
    throw error;
  } finally {
    closeSync(file);
  }
}

/** Some file systems do not tell: then trying does. */
function hasRoom(directory: string, bytes: number): boolean {
  try {
    const { bavail, blocks, bsize } = statfsSync(directory);
    return blocks === 0 || bavail * bsize >= bytes;
  } catch {
    return true;
  }
}

function isNoRoom(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NO_ROOM.has(String(error.code));
}

function full(left: number, bytes: number): Error {
  return storeError(
    'STORE_FULL',
    `The disk is full. Free some space on it: readings wait with their senders until the reserve for incidents is whole again (${inMegabytes(left)} of ${inMegabytes(bytes)} MB are left).`,
  );
}

function inMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
