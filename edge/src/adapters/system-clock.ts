import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Millis } from '@keepsite/edge-contract';
import type { FollowingClock } from '../ports.ts';

/** Longest time between two looks at the deadlines. */
const POLL_MS = 250;
/** The machine was asleep when its uptime has gained more than this on the monotonic clock. */
const SLEPT_MS = 1_000;

interface Waiter {
  readonly at: Millis;
  readonly callback: () => void;
}

/** The machine's clocks: what the wall says, what only ever runs forward, and what counts sleep too. */
export interface Machine {
  readonly wall: () => Millis;
  readonly monotonic: () => Millis;
  /** Since the machine was started, sleep included; coarser than `monotonic`. */
  readonly uptime: () => Millis;
  /** Tells one boot from the next; null: not known here. */
  readonly boot: string | null;
}

const BOOT_ID = '/proc/sys/kernel/random/boot_id';

/** This machine. */
export const MACHINE: Machine = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
  uptime: () => uptime() * 1000,
  boot: bootId(),
};

/**
 * Edge time: `startAt` (default: the wall clock) at the start, carried on by the monotonic clock, so
 * that a step of the wall clock moves no deadline; `offsetMs` tells how far the two have come apart.
 * The monotonic clock stands still while the machine sleeps: what its uptime gained is time that
 * passed. Deadlines are polled, because one long timer would follow neither a sleep nor a stalled loop.
 */
export function createSystemClock(machine: Machine = MACHINE, startAt: Millis = machine.wall()): FollowingClock {
  const waiters = new Set<Waiter>();
  const awakeAtStart = machine.uptime() - machine.monotonic();
  let base = startAt - machine.monotonic();
  let slept = 0;
  let lookedAt = machine.monotonic();
  let timer: NodeJS.Timeout | undefined;

  function now(): Millis {
    const monotonic = machine.monotonic();
    if (monotonic - lookedAt >= POLL_MS) noteSleep(monotonic);
    return Math.floor(base + slept + monotonic);
  }

  function noteSleep(monotonic: Millis): void {
    lookedAt = monotonic;
    const gained = machine.uptime() - monotonic - awakeAtStart;
    if (gained - slept > SLEPT_MS) slept = gained;
  }

  function look(): void {
    timer = undefined;
    noteSleep(machine.monotonic());
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
    follow() {
      base += Math.max(0, machine.wall() - now());
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

/** Linux says which boot it is; elsewhere a restart is judged by the wall clock alone. */
function bootId(): string | null {
  try {
    return readFileSync(BOOT_ID, 'utf8').trim();
  } catch {
    return null;
  }
}
