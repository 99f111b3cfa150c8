import { join } from 'node:path';
import type { AccessStore } from './access/ports.ts';
import { ACCOUNT_TABLES, createSqliteAccounts } from './adapters/sqlite-access/accounts.ts';
import { openAccess } from './adapters/sqlite-access/open.ts';
import { createSqliteStore } from './adapters/sqlite-store.ts';
import type { EdgeConfig } from './config.ts';
import type { Store } from './ports.ts';

/** Share of the disk's limit that photographs may take; the store has the rest. */
export const PHOTOS_SHARE = 0.1;
/** Share of the store's limit above which old metrics make room: what is left of it is for incidents. */
const THIN_FROM = 0.9;

/** The store's file of an edge. Throws a StoreError; `onDamaged` hears of damage that shows while it is open. */
export function openStore(
  { dataDir, diskLimitBytes }: Pick<EdgeConfig, 'dataDir' | 'diskLimitBytes'>,
  onDamaged?: (error: Error) => void,
): Store {
  return createSqliteStore({
    ...(onDamaged && { onDamaged }),
    path: join(dataDir, 'edge', 'store.sqlite'),
    ceilingBytes: diskLimitBytes * (1 - PHOTOS_SHARE),
    maxBytes: diskLimitBytes * (1 - PHOTOS_SHARE) * THIN_FROM,
  });
}

/** Accounts, sessions and tokens of an edge. */
export function openAccounts({ dataDir }: Pick<EdgeConfig, 'dataDir'>): AccessStore {
  return createSqliteAccounts(openAccess(join(dataDir, 'edge', 'access.sqlite'), ACCOUNT_TABLES));
}
