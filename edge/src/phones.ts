import type { PushKeys } from '@keepsite/edge-notify';
import { join } from 'node:path';
import type { AccessStore } from './access/ports.ts';
import { keptPushKeys } from './adapters/push-keys.ts';
import { openPhones } from './adapters/sqlite-access/phones.ts';
import type { EdgeConfig } from './config.ts';
import type { Log } from './events.ts';
import type { Clock } from './ports.ts';
import { createPhoneBook, type PhoneBook } from './push/phone-book.ts';
import { createReach, type Reach } from './push/reach.ts';

/** The phones on which people of this edge are paged. */
export interface OpenPhones {
  readonly book: PhoneBook;
  readonly keys: PushKeys;
  readonly reach: Reach;
  close(): void;
}

/** Whom a push service may ask, where nobody said how this edge is reached: an address that reaches nobody. */
const NOBODY = 'mailto:keepsite@example.com';

/** `given`: the VAPID keys of `channels.yaml`. Throws EDGE_FILE_UNWRITABLE. */
export function openPhoneBook(
  { dataDir, http: { publicUrl } }: Pick<EdgeConfig, 'dataDir' | 'http'>,
  parts: {
    readonly given: PushKeys | undefined;
    /** Null in the demo, which has no logins. */
    readonly accounts: AccessStore | null;
    readonly people: () => readonly string[];
    readonly clock: Pick<Clock, 'now'>;
    readonly log: Log;
  },
): OpenPhones {
  const { given, ...known } = parts;
  const file = (name: string) => join(dataDir, 'edge', name);
  const subject = publicUrl?.startsWith('https:') ? publicUrl : NOBODY;
  const keys = given ?? keptPushKeys(file('push-keys.json'), subject, parts.log);
  const store = openPhones(file('access.sqlite'));
  const book = createPhoneBook({ ...known, store, publicKey: keys.publicKey });
  return { book, keys, reach: createReach(book), close: store.close };
}
