import type { Millis } from '@keepsite/edge-contract';
import type { JsonDoor } from '../http-json.ts';
import { z } from 'zod';

const ClockAnswer = z.object({ now: z.union([z.number(), z.string()]), scale: z.number().positive() });

/** The edge's time as the simulators know it; devices stamp with it. */
export interface EdgeClock {
  /** Never steps back. */
  now(): Millis;
  readonly scale: number;
  /** Asks the edge what time it is; keeps counting on its own when nobody answers. Resolves to whether it did. */
  sync(): Promise<boolean>;
  /** Asks the edge to run at a scale, and follows. */
  setScale(scale: number): Promise<void>;
}

/** Follows `{edge}/api/demo/clock`. `wall` is a steady clock in ms whose zero is the epoch. */
export function edgeClock(edge: JsonDoor | null, wall: () => Millis): EdgeClock {
  let known = { now: wall(), scale: 1, wall: wall() };
  let newest = known.now;

  function take(answer: unknown): void {
    const { now, scale } = ClockAnswer.parse(answer);
    known = { now: typeof now === 'number' ? now : Date.parse(now), scale, wall: wall() };
  }

  async function sync(): Promise<boolean> {
    if (!edge) return false;
    try {
      take(await edge.get('/api/demo/clock'));
      return true;
    } catch {
      // Devices do not stop when the gateway does: they count on from what they knew.
      return false;
    }
  }

  return {
    now() {
      newest = Math.max(newest, Math.round(known.now + (wall() - known.wall) * known.scale));
      return newest;
    },
    get scale() {
      return known.scale;
    },
    sync,
    async setScale(scale) {
      if (edge) await edge.post('/api/demo/clock', { scale });
      known = { now: known.now + (wall() - known.wall) * known.scale, scale, wall: wall() };
      await sync();
    },
  };
}

/** The machine's time, from its steady clock: a corrected wall clock does not make devices jump. */
export function steadyWall(): Millis {
  return performance.timeOrigin + performance.now();
}
