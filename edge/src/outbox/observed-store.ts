import type { Store } from '../ports.ts';

/** The newest numbers that commits gave out; null where they had nothing of that kind. */
export interface Newest {
  readonly event: number | null;
  readonly block: number | null;
}

const NOTHING: Newest = { event: null, block: null };

/** The same store, which also tells what commits have made, once that is on the disk. */
export function observed(store: Store, onDisk: (newest: Newest) => void): Store {
  let made = NOTHING;
  return {
    ...store,
    commit(commit, from) {
      const result = store.commit(commit, from);
      made = { event: commit.events.at(-1)?.seq ?? made.event, block: result.block ?? made.block };
      return result;
    },
    async synced() {
      const newest = made;
      made = NOTHING;
      await store.synced();
      if (newest !== NOTHING) onDisk(newest);
    },
  };
}
