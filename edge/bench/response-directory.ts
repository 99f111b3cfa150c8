import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Does the work with a store's file in a directory that is gone afterwards. */
export async function inDirectory<T>(work: (path: string, dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-response-'));
  try {
    return await work(join(dir, 'store.sqlite'), dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
