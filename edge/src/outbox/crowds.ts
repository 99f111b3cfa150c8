import type { Millis } from '@keepsite/edge-contract';
import type { Clock, OwedPage } from '../ports.ts';

/** Somebody who was called to people in danger hears of more of them at that site in one message, for so long. */
const CROWD_MS = 60_000;
/** A message to him gathers no longer than this, edge time. */
const TOGETHER_MS = 3_000;

/** Pages that follow a call, by whom they call and where to. */
export interface Crowds {
  /** False: nobody was called there a moment ago, so it leaves at once. True: it leaves within seconds, with whatever else comes. */
  follows(key: string, owed: OwedPage): boolean;
  /** Nothing more is called; answers what was not. */
  close(): OwedPage[];
}

/** Gathers what follows; `call` gets it, the most urgent first. */
export function createCrowds(clock: Clock, call: (pages: readonly OwedPage[]) => void): Crowds {
  const waiting = new Map<string, OwedPage[]>();
  const calledAt = new Map<string, Millis>();

  function callAll(key: string): void {
    const pages = waiting.get(key);
    if (!pages) return;
    waiting.delete(key);
    calledAt.set(key, clock.now());
    call(pages.toSorted((a, b) => a.urgency - b.urgency));
  }

  return {
    follows(key, owed) {
      const now = clock.now();
      const gathered = waiting.get(key);
      if (gathered) gathered.push(owed);
      else if ((calledAt.get(key) ?? -Infinity) + CROWD_MS > now) {
        waiting.set(key, [owed]);
        clock.wake(now + TOGETHER_MS, () => callAll(key));
      } else {
        calledAt.set(key, now);
        return false;
      }
      return true;
    },
    close() {
      const left = [...waiting.values()].flat();
      waiting.clear();
      return left;
    },
  };
}
