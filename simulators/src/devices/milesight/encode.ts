import type { Millis } from '@keepsite/edge-contract';
import type { LeakState } from '../../physics/leak.ts';
import type { SumpState } from '../../physics/sump.ts';
import { rounded } from '../message.ts';

/** What Milesight's codec yields. Source: github.com/Milesight-IoT/SensorDecoders. */
export type MilesightObject = Readonly<Record<string, unknown>>;

/** EM300-SLD spot leak sensor. */
export function leakObject(leak: LeakState): MilesightObject {
  return { battery: leak.batteryPct, ...airAndLeak(leak) };
}

/** EM300-SLD after an outage: what it kept, with its own times in Unix seconds; oldest first. */
export function leakHistoryObject(kept: readonly LeakState[]): MilesightObject {
  return { history: kept.map((leak) => ({ ...airAndLeak(leak), timestamp: secondsOf(leak.at) })) };
}

/** EM500-SWL submersible level sensor: depth in centimetres, whole. */
export function levelObject(sump: Pick<SumpState, 'levelM'>, batteryPct: number): MilesightObject {
  return { battery: batteryPct, depth: Math.round(sump.levelM * 100) };
}

function airAndLeak(leak: LeakState): Record<string, unknown> {
  return {
    temperature: rounded(leak.temperatureC, 1),
    humidity: rounded(Math.round(leak.humidityPct * 2) / 2, 1),
    leakage_status: leak.wet ? 'leak' : 'normal',
  };
}

function secondsOf(at: Millis): number {
  return Math.floor(at / 1000);
}
