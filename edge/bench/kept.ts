import type { Reading } from '@keepsite/edge-contract';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore, type SqliteStore } from '../src/adapters/sqlite-store.ts';
import type { Commit } from '../src/ports.ts';

/** Commits readings as the pipeline does; the cloud is taken to have accepted them. */
export function keep(store: SqliteStore, readings: readonly Reading[]): void {
  const { block } = store.commit({ ...NOTHING, readings });
  if (block !== null && block % 50 === 0) store.noteCursor('uplink.blocks.low', String(block + 1));
}

/** Maintains until everything is compacted and merged as of `now`. */
export async function untilIdle(store: SqliteStore, now: number): Promise<void> {
  store.saveCursor('uplink.blocks.low', String(Number.MAX_SAFE_INTEGER));
  for (let before = -1, left = 0; before !== left;) {
    before = left;
    await store.maintain(now);
    left = store.sizes().inUse;
  }
}

export async function inStore<T>(work: (store: SqliteStore, dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'keepsite-history-'));
  const store = createSqliteStore({ path: join(dir, 'store.sqlite'), maintainBudgetMs: 60_000 });
  try {
    return await work(store, dir);
  } finally {
    store.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const NOTHING: Commit = {
  at: 0,
  readings: [],
  events: [],
  incidents: [],
  pages: [],
  settledPages: [],
  quarantined: [],
  released: [],
  strangers: [],
  forgotten: [],
  sourceIds: [],
  devices: [],
  commands: [],
};
