import type { Millis } from '@keepsite/edge-contract';
import type { Clock } from '../ports.ts';

/** Longest time between two looks at the deadlines. */
const POLL_MS = 250;

interface Waiter {
  readonly at: Millis;
  readonly callback: () => void;
}

/** The machine's two clocks: what the wall says, and what only ever runs forward. */
export interface Machine {
  readonly wall: () => Millis;
  readonly monotonic: () => Millis;
}

const MACHINE: Machine = { wall: () => Date.now(), monotonic: () => performance.now() };

/**
 * Edge time: the wall clock at the start, carried on by the monotonic clock, so that a step of the
 * wall clock moves no deadline; `offsetMs` tells how far the two have come apart. Deadlines are
 * polled, because one long timer would follow neither a suspend nor a stalled loop.
 */
export function createSystemClock(machine: Machine = MACHINE): Clock {
  const base = machine.wall() - machine.monotonic();
  const waiters = new Set<Waiter>();
  let timer: NodeJS.Timeout | undefined;

  function now(): Millis {
    return Math.floor(base + machine.monotonic());
  }

  function look(): void {
    timer = undefined;
    const at = now();
    // A callback may cancel another one that is due in the same look.
    for (const waiter of [...waiters].toSorted((a, b) => a.at - b.at)) {
      if (waiter.at <= at && waiters.delete(waiter)) waiter.callback();
    }
    arm();
  }

  function arm(): void {
    if (timer !== undefined || waiters.size === 0) return;
    const soonest = Math.min(...[...waiters].map((waiter) => waiter.at));
    timer = setTimeout(look, Math.min(POLL_MS, Math.max(1, soonest - now())));
    timer.unref();
  }

  return {
    now,
    scale: 1,
    get offsetMs() {
      return now() - machine.wall();
    },
    wake(at, callback) {
      const waiter = { at, callback };
      waiters.add(waiter);
      clearTimeout(timer);
      timer = undefined;
      arm();
      return () => void waiters.delete(waiter);
    },
  };
}
