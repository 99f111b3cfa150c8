import type { Millis } from '@keepsite/edge-contract';
import type { Random } from '../random.ts';
import type { SumpSpec } from '../world/specs.ts';

/** A sump and its pump. Level in metres above the sump's floor, power in W. */
export interface SumpState {
  readonly at: Millis;
  readonly levelM: number;
  readonly pumpRunning: boolean;
  readonly pumpW: number;
  readonly pumpKwh: number;
  readonly floatHigh: boolean;
  readonly starts: number;
  readonly runSeconds: number;
}

export interface Sump {
  /** Lives on to `at` in steps of a second; earlier instants are ignored, long gaps are skipped. */
  advance(at: Millis): void;
  /** Rain over the catchment, mm/h. */
  rain(mmPerHour: number): void;
  /** `fails`: runs when asked but moves nothing (a blocked impeller draws a third of its power). */
  pump(works: boolean): void;
  /** Pumps down at once to where the pump stops: a mobile pump was brought. */
  drain(): void;
  state(): SumpState;
}

const STEP = 1000;
const LONGEST_CATCH_UP = 3_600_000;
const SEEPAGE_M3H = 0.35;

/** Water in: seepage and rain; water out: what the pump moves between its start and stop levels. */
export function sumpOf(spec: SumpSpec, random: Random, startAt: Millis): Sump {
  let at = Math.floor(startAt / STEP) * STEP;
  let levelM = random.between(spec.stopM, spec.startM - 0.02);
  let running = false;
  let works = true;
  let rainMmH = 0;
  let starts = random.int(400, 4000);
  let runSeconds = starts * 90;
  let kwh = starts * 0.1;

  function second(): void {
    const inM3h = SEEPAGE_M3H + (rainMmH / 1000) * spec.catchmentM2;
    const outM3h = running && works ? spec.capacityM3h : 0;
    levelM = Math.max(0, levelM + (inM3h - outM3h) / 3600 / spec.areaM2);
    if (!running && levelM >= spec.startM) {
      running = true;
      starts += 1;
    }
    if (running && levelM <= spec.stopM) running = false;
    if (!running) return;
    runSeconds += 1;
    kwh += watts() / 3.6e6;
  }

  const watts = () => (running ? spec.pumpKw * (works ? 960 : 330) : 0);

  return {
    advance(to) {
      if (to - at > LONGEST_CATCH_UP) at = Math.floor((to - LONGEST_CATCH_UP) / STEP) * STEP;
      for (; at + STEP <= to; at += STEP) second();
    },
    rain(mmPerHour) {
      rainMmH = mmPerHour;
    },
    pump(nowWorks) {
      works = nowWorks;
    },
    drain() {
      levelM = Math.min(levelM, spec.stopM);
      running = false;
    },
    state: () => ({
      at,
      levelM,
      pumpRunning: running,
      pumpW: watts(),
      pumpKwh: kwh,
      floatHigh: levelM >= spec.criticalLevelM,
      starts,
      runSeconds,
    }),
  };
}
