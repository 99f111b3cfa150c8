import type { Store } from '../ports.ts';

/** The newest numbers that a commit gave out; null where it had nothing of that kind. */
export interface Newest {
  readonly event: number | null;
  readonly block: number | null;
}

/** The same store, which also tells what each commit has made, once it is durable. */
export function observed(store: Store, onCommit: (newest: Newest) => void): Store {
  return {
    ...store,
    commit(commit, from) {
      const result = store.commit(commit, from);
      onCommit({ event: commit.events.at(-1)?.seq ?? null, block: result.block });
      return result;
    },
  };
}
