import type { Millis } from '@keepsite/edge-contract';
import { hash32 } from '../random.ts';
import { smoothNoise } from './weather.ts';

/** A water sensor: wet or dry, the room's air, and a battery that lasts five years. */
export interface LeakState {
  readonly at: Millis;
  readonly wet: boolean;
  readonly temperatureC: number;
  readonly humidityPct: number;
  readonly batteryPct: number;
}

export interface Leak {
  advance(at: Millis): void;
  wet(isWet: boolean): void;
  state(): LeakState;
}

/** The air of a room is a function of time; only water is told by stories. */
export function leakOf(name: string, startAt: Millis): Leak {
  const key = hash32(name);
  let at = startAt;
  let isWet = false;
  return {
    advance(to) {
      at = Math.max(at, to);
    },
    wet(nowWet) {
      isWet = nowWet;
    },
    state: () => ({
      at,
      wet: isWet,
      temperatureC: 22 + 1.5 * smoothNoise(key, at / 3_600_000),
      humidityPct: 46 + 6 * smoothNoise(key + 1, at / 5_400_000),
      batteryPct: 74 + (key % 26),
    }),
  };
}
