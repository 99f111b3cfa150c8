import type { Millis } from '@keepsite/edge-contract';
import type { Load } from './load.ts';

/** What a three-phase meter measures. Energy in kWh, phase powers in W; angles are not simulated. */
export interface MeterState {
  readonly at: Millis;
  readonly phases: readonly [Phase, Phase, Phase];
  readonly totalW: number;
  readonly energyKwh: number;
  readonly frequencyHz: number;
}

interface Phase {
  readonly activeW: number;
  readonly apparentVa: number;
  readonly currentA: number;
  readonly voltageV: number;
  readonly powerFactor: number;
}

/** A live meter: its load, and what a story adds to it. */
export interface Meter {
  /** Moves on to `at`; earlier instants are ignored. */
  advance(at: Millis): void;
  /** Adds a load that was not there, kW; 0 takes it away. */
  add(kw: number): void;
  readonly addedKw: number;
  state(): MeterState;
}

const SHARES = [0.35, 0.33, 0.32] as const;
const POWER_FACTOR = 0.94;
const NOMINAL_V = 228;

/** The counter includes what stories added, and never falls while the meter lives. */
export function meterOf(load: Load, startAt: Millis): Meter {
  let at = startAt;
  let added = 0;
  let addedKwh = 0;
  return {
    get addedKw() {
      return added;
    },
    advance(to) {
      if (to <= at) return;
      addedKwh += (added * (to - at)) / 3_600_000;
      at = to;
    },
    add(kw) {
      added = kw;
    },
    state: () => measured(at, (load.kwAt(at) + added) * 1000, load.kwhAt(at) + addedKwh),
  };
}

/** The phases of a total: shares of 35, 33 and 32 %, power factor 0.94, voltages that sag with the load. */
export function measured(at: Millis, totalW: number, energyKwh: number): MeterState {
  const [a, b, c] = SHARES.map((share, i) => phaseOf(totalW * share, NOMINAL_V + i * 0.7 - totalW / 2e5)) as [
    Phase,
    Phase,
    Phase,
  ];
  return { at, phases: [a, b, c], totalW, energyKwh, frequencyHz: 50 + 0.02 * Math.sin(at / 47_000) };
}

function phaseOf(activeW: number, voltageV: number): Phase {
  const apparentVa = activeW / POWER_FACTOR;
  return { activeW, apparentVa, voltageV, currentA: apparentVa / voltageV, powerFactor: POWER_FACTOR };
}
