import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { EdgeError, sentenceOf } from '../../errors.ts';

const KEY_BYTES = 32;

export interface AccessKey {
  readonly key: Uint8Array;
  /** It was made just now: what was kept under an earlier one opens nothing any more. */
  readonly isNew: boolean;
}

/**
 * The edge's own key for what it keeps of secrets: 256 random bits in a file beside the access file,
 * made when it is first asked for, readable by the edge's own account alone. Throws
 * EDGE_FILE_UNWRITABLE. Whoever loses it issues every secret anew.
 */
export function accessKey(path: string): AccessKey {
  try {
    const isNew = makeOnce(path);
    const key = readFileSync(path);
    if (key.length === KEY_BYTES) return { key, isNew };
  } catch (error) {
    throw new EdgeError('EDGE_FILE_UNWRITABLE', `the key ${path} cannot be used: ${sentenceOf(error)}`, {
      cause: error,
    });
  }
  throw new EdgeError(
    'EDGE_FILE_UNWRITABLE',
    `the key ${path} is damaged: bring it back from a copy, or remove it and issue every credential again`,
  );
}

/** False: it was there. */
function makeOnce(path: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  try {
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, randomBytes(KEY_BYTES));
    fsyncSync(file);
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}
