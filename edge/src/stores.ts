import type { BatchResult } from '@keepsite/edge-contract';
import { join } from 'node:path';
import type { AccessStore } from './access/ports.ts';
import { ACCOUNT_TABLES, createSqliteAccounts } from './adapters/sqlite-access/accounts.ts';
import { openAccess } from './adapters/sqlite-access/open.ts';
import { createSqliteStore } from './adapters/sqlite-store.ts';
import type { EdgeConfig } from './config.ts';
import { type EdgeError, storeError } from './errors.ts';
import type { Store } from './ports.ts';

/** Share of the disk's limit that photographs may take; the store has the rest. */
export const PHOTOS_SHARE = 0.1;
/** Share of the store's limit above which old metrics make room: what is left of it is for incidents. */
const THIN_FROM = 0.9;
/** Kept back for incidents on a full disk: room for about a thousand of them. */
const RESERVE_BYTES = 8 * 1024 * 1024;
/** Of a small disk not more than this share. */
const RESERVE_SHARE = 1 / 40;

/** The store's file of an edge. Throws a StoreError; `onDamaged` hears of damage that shows while it is open. */
export function openStore(
  { dataDir, diskLimitBytes }: Pick<EdgeConfig, 'dataDir' | 'diskLimitBytes'>,
  onDamaged?: (error: Error) => void,
): Store {
  const bytes = diskLimitBytes * (1 - PHOTOS_SHARE);
  const reserveBytes = Math.floor(Math.min(RESERVE_BYTES, bytes * RESERVE_SHARE));
  return createSqliteStore({
    ...(onDamaged && { onDamaged }),
    path: join(dataDir, 'edge', 'store.sqlite'),
    reserveBytes,
    // The reserve's own file takes the rest.
    ceilingBytes: bytes - reserveBytes,
    maxBytes: bytes * THIN_FROM,
  });
}

/** Where the store notes that it has lost what the cloud knows. */
const LOST_KEY = 'store.lost';

/**
 * The cloud has newer numbers than the store: a disk that lied at a power cut, or a file that was brought back from
 * a copy. From the next start on numbers lie far beyond them. Answers why the process should end now.
 */
export function goOnBeyond(store: Store, known: NonNullable<BatchResult['known']>, at: string): EdgeError {
  const { lastEvent, lastBlock } = store.bearings();
  const sentence = `the cloud has event ${known.event} and block ${known.block} of this store, which ends with event ${lastEvent?.seq ?? 0} and block ${lastBlock}: what is between was lost here and is kept there (found ${at})`;
  store.numberOn();
  store.saveCursor(LOST_KEY, JSON.stringify(sentence));
  return storeError('STORE_FAILED', `Start the gateway again: ${sentence}.`);
}

/** What the store has lost and the cloud has, as a sentence; null: nothing that is known of. */
export function lostTrouble(store: Pick<Store, 'cursor'>): string | null {
  return JSON.parse(store.cursor(LOST_KEY) ?? 'null') as string | null;
}

/** Accounts, sessions and tokens of an edge. */
export function openAccounts({ dataDir }: Pick<EdgeConfig, 'dataDir'>): AccessStore {
  return createSqliteAccounts(openAccess(join(dataDir, 'edge', 'access.sqlite'), ACCOUNT_TABLES));
}
