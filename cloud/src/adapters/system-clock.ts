import type { Clock } from '../ports.ts';

/** This machine's time. */
export const systemClock: Clock = { now: () => Date.now() };
