import { type EdgeError, isEdgeError, sentenceOf, storeError } from '../../errors.ts';

/** SQLite's primary result codes that this house tells apart (https://sqlite.org/rescode.html). */
const CODES = { ioError: 10, corrupt: 11, full: 13, notADatabase: 26 } as const;

/**
 * Turns whatever SQLite threw into the store's own error. An input/output error counts as a full
 * disk: with a write-ahead log that is how a disk without space, or past a quota, mostly shows.
 * It is said as what it is, because a disk that fails shows in the same way.
 */
export function asStoreError(error: unknown): EdgeError {
  if (isEdgeError(error)) return error;
  if (isFull(error)) {
    return storeError(
      'STORE_FULL',
      'The disk is full. Free some space on it: nothing is lost while senders wait.',
      error,
    );
  }
  if (primaryCode(error) === CODES.ioError) {
    return storeError(
      'STORE_FULL',
      `The disk does not take what is written (${sentenceOf(error)}): it is full, over its quota, or failing. Free some space on it, then look at the disk: nothing is lost while senders wait.`,
      error,
    );
  }
  if (isDamage(error)) {
    return storeError(
      'STORE_DAMAGED',
      `The store’s file is damaged (${sentenceOf(error)}). At the next start it is set aside and what can be read is carried over.`,
      error,
    );
  }
  return storeError('STORE_FAILED', `The store could not do its work: ${sentenceOf(error)}`, error);
}

/** True when the file itself can no longer be trusted. */
export function isDamage(error: unknown): boolean {
  const code = primaryCode(error);
  return code === CODES.corrupt || code === CODES.notADatabase;
}

function isFull(error: unknown): boolean {
  if (primaryCode(error) === CODES.full) return true;
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC';
}

/** Extended codes carry the primary one in their low byte. */
function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}
