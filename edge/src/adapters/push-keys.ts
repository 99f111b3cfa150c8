import { newPushKeys, PushKeys } from '@keepsite/edge-notify';
import { renameSync } from 'node:fs';
import type { Log } from '../events.ts';
import { writeSecretFile } from './durable-file.ts';
import { readTextFile } from './text-files.ts';

/**
 * The edge's own VAPID keys, made when they are first asked for and readable by the edge's own account
 * alone. Phones belong to the keys that they subscribed with: without the file every phone must be
 * opened once. A file that cannot be used is put aside, and said to be: nobody's pager waits for it.
 * Throws EDGE_FILE_UNWRITABLE.
 */
export function keptPushKeys(path: string, subject: string, log: Pick<Log, 'error'>): PushKeys {
  const kept = readTextFile(path);
  const found = kept && understood(kept.text, subject);
  if (found) return found;
  if (kept) {
    renameSync(path, `${path}.damaged`);
    log.error(
      { file: path },
      'the push keys cannot be used and are new now: phones are paged again once they were opened',
    );
  }
  const keys = newPushKeys();
  writeSecretFile(path, `${JSON.stringify(keys)}\n`);
  return { subject, ...keys };
}

function understood(text: string, subject: string): PushKeys | undefined {
  try {
    const { publicKey, privateKey } = JSON.parse(text) as Partial<PushKeys>;
    return PushKeys.safeParse({ subject, publicKey, privateKey }).data;
  } catch {
    return undefined;
  }
}
