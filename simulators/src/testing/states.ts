import { measured, type MeterState } from '../physics/meter.ts';
import type { ElevatorState } from '../physics/elevator.ts';
import type { LeakState } from '../physics/leak.ts';
import type { SumpState } from '../physics/sump.ts';

/** 2026-03-02 16:15:30.120 in Shanghai. */
export const AT = Date.parse('2026-03-02T08:15:30.120Z');
export const ZONE = 'Asia/Shanghai';

export const CAR: ElevatorState = {
  at: AT,
  positionM: 23.3,
  floor: 7,
  speedMps: 0,
  direction: 'none',
  door: 'closed',
  people: 2,
  loadKg: 144,
  trips: 120_345,
  doorCycles: 121_000,
  motorC: 34,
  vibrationMps2: 0.02,
  trapped: true,
};

export const WET: LeakState = { at: AT, wet: true, temperatureC: 21.96, humidityPct: 46.6, batteryPct: 92 };

export const FULL_SUMP: SumpState = {
  at: AT,
  levelM: 1.234,
  pumpRunning: true,
  pumpW: 3840,
  pumpKwh: 61.5,
  floatHigh: true,
  starts: 510,
  runSeconds: 1_912_440,
};

export const METER: MeterState = measured(AT, 80_000, 12_345.678_9);
