import type { Millis } from '@keepsite/edge-contract';
import { noiseAt } from '../random.ts';
import { wallClock } from '../local-time.ts';

const DAY = 86_400_000;
const WARMEST_DAY = 205;

/**
 * Outdoor temperature, °C: a year's wave, a day's wave and weather that lasts a few days. The
 * averages are those of Hangzhou, rounded.
 */
export function outdoorC(at: Millis, zone: string, key: number): number {
  const { hour } = wallClock(at, zone);
  const year = Math.cos((2 * Math.PI * (at / DAY - WARMEST_DAY)) / 365.2425);
  const day = Math.cos((2 * Math.PI * (hour - 15)) / 24);
  return 17.5 + 11.5 * year + 3.5 * day + 3.5 * smoothNoise(key, at / (3 * DAY));
}

/** Noise in [-1, 1] that moves smoothly from one whole number of `x` to the next. */
export function smoothNoise(key: number, x: number): number {
  const slot = Math.floor(x);
  const part = x - slot;
  const blend = part * part * (3 - 2 * part);
  return noiseAt(key, slot) * (1 - blend) + noiseAt(key, slot + 1) * blend;
}
