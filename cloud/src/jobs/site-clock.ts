import { instantMillis, type Heartbeat, type Millis } from '@keepsite/edge-contract';
import type { Clock } from '../ports.ts';

/** The time that incidents and scores are looked at from. */
export interface SiteClock {
  now(): Millis;
  readonly scale: number;
  /** Takes an edge's word for its time, as it was heard at our `heardAt`. */
  heard(heartbeat: Heartbeat, heardAt: Millis): void;
}

/**
 * Our own time; in the demo the newest edge's, which may run faster, carried on from its last
 * heartbeat. Never behind our own, or facts that were just recorded would lie in the future.
 */
export function siteClock(own: Clock, followEdges: boolean): SiteClock {
  let last: { at: Millis; scale: number; heardAt: Millis } | null = null;
  return {
    get scale() {
      return last?.scale ?? 1;
    },
    now() {
      if (!last) return own.now();
      return Math.max(own.now(), last.at + (own.now() - last.heardAt) * last.scale);
    },
    heard(heartbeat, heardAt) {
      if (!followEdges || (last && heardAt < last.heardAt)) return;
      last = { at: instantMillis(heartbeat.at), scale: heartbeat.clock.scale, heardAt };
    },
  };
}
