import type { CodeVersions } from '../acting/codes.ts';
import type { PhotoFiles } from '../acting/photos.ts';
import { storeError } from '../errors.ts';

/** Photographs without a disk. */
export function createMemoryPhotos(maxBytes = Infinity): PhotoFiles {
  const kept = new Map<string, Uint8Array>();
  return {
    put(sha256, bytes) {
      const inUse = [...kept.values()].reduce((sum, { length }) => sum + length, 0);
      if (!kept.has(sha256) && inUse + bytes.length > maxBytes) throw storeError('STORE_FULL', 'The test said so.');
      kept.set(sha256, Uint8Array.from(bytes));
    },
    get: (sha256) => kept.get(sha256) ?? null,
  };
}

/** Versions of codes without a file. */
export function createMemoryVersions(): CodeVersions {
  let kept: Readonly<Record<string, number>> = {};
  return { read: () => kept, write: (versions) => void (kept = versions) };
}
