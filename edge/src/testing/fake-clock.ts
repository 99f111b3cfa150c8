import type { Millis } from '@keepsite/edge-contract';
import type { Clock } from '../ports.ts';

/** A clock whose time a test moves. */
export interface FakeClock extends Clock {
  /** Moves time on by `ms`, calling every wake on the way at its own instant, the earliest first. */
  advance(ms: number): void;
  /** Moves time on to `at`; a RangeError when that is in the past. */
  advanceTo(at: Millis): void;
  /** Wakes that are still to come. */
  readonly pending: number;
}

interface Wake {
  readonly at: Millis;
  readonly callback: () => void;
}

/** The in-memory twin of the clock. Wakes at the same instant come in the order they were asked for. */
export function createFakeClock(start: Millis = Date.UTC(2026, 2, 2, 8, 0, 0), scale = 1): FakeClock {
  const wakes = new Set<Wake>();
  let now = start;

  function nextUpTo(at: Millis): Wake | undefined {
    let next: Wake | undefined;
    for (const wake of wakes) if (wake.at <= at && (!next || wake.at < next.at)) next = wake;
    return next;
  }

  function advanceTo(at: Millis): void {
    if (at < now) throw new RangeError(`time never steps back: ${at} < ${now}`);
    for (let wake = nextUpTo(at); wake; wake = nextUpTo(at)) {
      wakes.delete(wake);
      now = Math.max(now, wake.at);
      wake.callback();
    }
    now = Math.max(now, at);
  }

  return {
    scale,
    now: () => now,
    wake(at, callback) {
      const wake = { at, callback };
      wakes.add(wake);
      return () => void wakes.delete(wake);
    },
    advance: (ms) => advanceTo(now + ms),
    advanceTo,
    get pending() {
      return wakes.size;
    },
  };
}
