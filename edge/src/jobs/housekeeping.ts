import type { EdgeEvents } from '../events.ts';

/** Work that comes round again and again, real ms. */
export interface Chore {
  readonly name: string;
  readonly everyMs: number;
  readonly work: () => void;
}

/** Does the chores until it is stopped; one that throws is logged and comes round again. */
export function startChores(chores: readonly Chore[], events: Pick<EdgeEvents, 'workFailed'>): () => void {
  const timers = chores.map(({ name, everyMs, work }) =>
    setInterval(() => {
      try {
        work();
      } catch (error) {
        events.workFailed(name, error);
      }
    }, everyMs).unref(),
  );
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
