import type { Millis } from '@keepsite/edge-contract';
import type { Clock } from '../src/ports.ts';

/** A clock that a measurement moves; nobody is called before it says so. */
export interface HandClock extends Clock {
  moveTo(at: Millis): void;
  /** Calls who is due by now, or everybody who waits; false: there was nobody. */
  call(who: 'due' | 'all'): boolean;
}

export function createHandClock(start: Millis): HandClock {
  const wakes = new Set<{ readonly at: Millis; readonly callback: () => void }>();
  let now = start;
  return {
    scale: 1,
    now: () => now,
    moveTo: (at) => void (now = at),
    call(who) {
      const called = [...wakes].filter(({ at }) => who === 'all' || at <= now);
      for (const wake of called) if (wakes.delete(wake)) wake.callback();
      return called.length > 0;
    },
    wake(at, callback) {
      const wake = { at, callback };
      wakes.add(wake);
      return () => void wakes.delete(wake);
    },
  };
}
