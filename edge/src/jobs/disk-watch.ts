import type { Store } from '../ports.ts';

/** A disk that takes so long is not slow any more. */
const STUCK_MS = 5_000;
/** Longer than a disk that is well ever takes. */
const SLOW_MS = 1_000;
const REMEMBERED_MS = 300_000;

export interface DiskWatch {
  /** The same store, whose waits for the disk are seen here. */
  watched(store: Store): Store;
  /** That nothing has come to the disk for a while, as a sentence; null: it does, or there is nothing to bring. */
  fault(): string | null;
  /** That it was slow in the last minutes, as a sentence; null: it was not. */
  trouble(): string | null;
}

/**
 * Watches how long the disk takes to keep what was written: acknowledgements and pages wait for it, and nothing else
 * would show a disk that is on its way out. `ticks`: real time that only runs forward, ms.
 */
export function createDiskWatch(parts: {
  readonly ticks: () => number;
  readonly onSynced: (ms: number) => void;
}): DiskWatch {
  const { ticks, onSynced } = parts;
  let waiting = 0;
  /** Since when there is something to bring, or since something last came there. */
  let since = 0;
  let slow: { readonly at: number; readonly ms: number }[] = [];

  async function timed(sync: () => Promise<void>): Promise<void> {
    const begun = ticks();
    if (waiting === 0) since = begun;
    waiting += 1;
    try {
      await sync();
    } finally {
      waiting -= 1;
      since = ticks();
    }
    const ms = since - begun;
    onSynced(ms);
    if (ms >= SLOW_MS) slow = [...lately(), { at: since, ms }];
  }

  function lately(): typeof slow {
    return slow.filter(({ at }) => at > ticks() - REMEMBERED_MS);
  }

  return {
    watched: (store) => ({ ...store, synced: () => timed(() => store.synced()) }),
    fault() {
      const ms = ticks() - since;
      if (waiting === 0 || ms < STUCK_MS) return null;
      return `the disk has kept nothing of what was written for ${inSeconds(ms)} s: nothing is acknowledged, and what is owed is paged as a possible duplicate`;
    },
    trouble() {
      const worst = lately().reduce((most, { ms }) => Math.max(most, ms), 0);
      if (worst === 0) return null;
      return `in the last five minutes the disk took up to ${inSeconds(worst)} s to keep what was written: acknowledgements and pages wait for it; look at the disk`;
    },
  };
}

function inSeconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
