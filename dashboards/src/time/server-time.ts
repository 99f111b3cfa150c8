import type { Millis } from '@keepsite/edge-contract';

/** No clock event for this long, in real milliseconds: say so in amber. */
export const LATE_AFTER = 5_000;
/** No clock event for this long: the numbers are no longer true and must look it. */
export const DEAD_AFTER = 10_000;

/**
 * What the page knows of the server's clock. `heardAt` is the browser's monotonic clock
 * (`performance.now()`), which only measures how long ago; the hour always comes from the server.
 */
export interface ServerTime {
  readonly now: Millis;
  readonly scale: number;
  readonly heardAt: number;
}

export type Freshness = 'waiting' | 'live' | 'late' | 'dead';

/**
 * The server's time at monotonic instant `mono`: the last tick plus what has passed since, times
 * the scale. It stands still once the stream is dead: an extrapolated countdown would be a guess.
 */
export function serverNow(time: ServerTime, mono: number): Millis {
  return time.now + Math.min(ageOf(time, mono), DEAD_AFTER) * time.scale;
}

/** Real milliseconds since the last tick; never negative. */
export function ageOf(time: ServerTime, mono: number): number {
  return Math.max(0, mono - time.heardAt);
}

/** How far the numbers on the page can be trusted. */
export function freshnessOf(time: ServerTime | null, mono: number): Freshness {
  if (!time) return 'waiting';
  const age = ageOf(time, mono);
  if (age >= DEAD_AFTER) return 'dead';
  return age >= LATE_AFTER ? 'late' : 'live';
}

/**
 * Takes a tick in. A tick that is at most 400 ms (of real time) off the running estimate does not
 * move it, so that network jitter never makes a second last twice; anything else is a correction
 * and is followed at once, backwards too.
 */
export function absorb(before: ServerTime | null, tick: { now: Millis; scale: number }, mono: number): ServerTime {
  const heard: ServerTime = { now: tick.now, scale: tick.scale, heardAt: mono };
  if (!before || before.scale !== tick.scale || freshnessOf(before, mono) === 'dead') return heard;
  const estimate = serverNow(before, mono);
  const off = (estimate - tick.now) / tick.scale;
  return Math.abs(off) <= 400 ? { ...heard, now: estimate - off * 0.1 * tick.scale } : heard;
}

/** Reads a `clock` event: `now` is RFC 3339 text or epoch milliseconds; null when it is neither. */
export function readTick(data: unknown): { now: Millis; scale: number } | null {
  if (typeof data !== 'object' || data === null) return null;
  const { now, scale } = data as { now?: unknown; scale?: unknown };
  const at = typeof now === 'string' ? Date.parse(now) : now;
  if (typeof at !== 'number' || !Number.isFinite(at)) return null;
  return { now: at, scale: typeof scale === 'number' && scale > 0 ? scale : 1 };
}
