import type { Millis } from '@keepsite/edge-contract';

/** A wall clock that moves this much against the machine's own time was set, or the machine slept. */
const STEP_MS = 2_000;

/**
 * Since when this replica has listened without a break. Silence counts only from there: a cloud that
 * was away, could not reach its database, slept, or had its clock set has heard nobody, and that says
 * nothing about the edges.
 */
export interface Listening {
  /** Looks at the clocks; call it on every look. Answers since when we listen. */
  look(wall: Millis, ticks: Millis): Millis;
  /** Nothing could be heard just now. */
  deaf(): void;
}

/** `everyMs`: how often it is looked; a look that comes three times as late means that we slept. */
export function createListening(everyMs: number): Listening {
  let since: Millis | null = null;
  let last: { wall: Millis; ticks: Millis } | null = null;
  return {
    look(wall, ticks) {
      const passed = last && { wall: wall - last.wall, ticks: ticks - last.ticks };
      if (passed && (Math.abs(passed.wall - passed.ticks) > STEP_MS || passed.ticks > 3 * everyMs)) since = null;
      last = { wall, ticks };
      return (since ??= wall);
    },
    deaf() {
      since = null;
    },
  };
}
