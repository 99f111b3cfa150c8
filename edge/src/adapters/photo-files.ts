import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { PhotoFiles } from '../acting/photos.ts';
import { sentenceOf, storeError } from '../errors.ts';
import { writeFile } from './durable-file.ts';

/**
 * Photographs under the hash of their bytes in a directory of their own; on disk when `put` returns.
 * `put` throws STORE_FULL where they would take more than `maxBytes` together: what is evidence never
 * makes room for what comes later.
 */
export function createPhotoFiles(directory: string, maxBytes: number): PhotoFiles {
  let inUse = sizeOf(directory);
  const pathOf = (sha256: string) => join(directory, sha256);
  const has = (sha256: string) => statSync(pathOf(sha256), { throwIfNoEntry: false }) !== undefined;
  return {
    put(sha256, bytes) {
      if (has(sha256)) return;
      if (inUse + bytes.length > maxBytes)
        throw storeError('STORE_FULL', `Photographs take ${inUse} bytes; ${maxBytes} is what they may take.`);
      write(pathOf(sha256), bytes);
      inUse += bytes.length;
    },
    get: (sha256) => (has(sha256) ? readFileSync(pathOf(sha256)) : null),
  };
}

function write(path: string, bytes: Uint8Array): void {
  try {
    writeFile(path, bytes);
  } catch (error) {
    throw storeError('STORE_FAILED', `A photograph cannot be kept: ${sentenceOf(error)}`, error);
  }
}

function sizeOf(directory: string): number {
  if (!existsSync(directory)) return 0;
  return readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
}
