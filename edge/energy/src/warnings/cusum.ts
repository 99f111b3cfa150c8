import type { Random } from '../statistics/random.ts';

/** One-sided cumulative sum (Page 1954) of what exceeds the expectation. */
export interface CusumState {
  /** In spreads. */
  readonly sum: number;
  /** True from the step at which the sum passed the limit until it is back at zero. */
  readonly open: boolean;
}

export const CALM: CusumState = { sum: 0, open: false };

/** Half a spread is taken for granted: the sum rises when the mean has risen by more. */
export const ALLOWANCE = 0.5;
/** The sum is held there, so that a fault that lasted for months is over soon after it is mended. */
const CEILING = 2;
/** One day counts for at most that many spreads: a single odd day is no drift. */
const STEP_AT_MOST = 4;

/** Takes the next standardised residual. */
export function cusumStep({ sum, open }: CusumState, z: number, limit: number): CusumState {
  const raised = Math.max(0, sum + Math.min(z, STEP_AT_MOST) - ALLOWANCE);
  const next = Math.min(raised, CEILING * limit);
  return { sum: next, open: next > limit || (open && next > 0) };
}

export interface CalibrationOptions {
  /** How often the sum may open without a cause, per `per` residuals. */
  readonly falseAlarms: number;
  readonly per: number;
  readonly random: Random;
}

const LEAST_LIMIT = 4;
const LARGEST_LIMIT = 60;
const RUNS = 200;
const RUN_BLOCKS = 12;
const HALVINGS = 12;
/** Residuals that are drawn together, so that what lasts for days stays together. */
const BLOCK = 7;

/**
 * The lowest limit at which the baseline's own residuals, drawn in blocks of a week, open the sum no
 * more often than allowed (moving-block bootstrap, Künsch 1989). Textbook limits are for independent
 * normal residuals, which no building has.
 */
export function calibratedLimit(
  residuals: readonly number[],
  { falseAlarms, per, random }: CalibrationOptions,
): number {
  if (residuals.length <= BLOCK) return LARGEST_LIMIT;
  const runs = Array.from({ length: RUNS }, () => drawn(residuals, random));
  const allowed = (falseAlarms * RUNS * RUN_BLOCKS * BLOCK) / per;
  let [low, high] = [LEAST_LIMIT, LARGEST_LIMIT];
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (low + high) / 2;
    if (openings(runs, middle) <= allowed) high = middle;
    else low = middle;
  }
  return high;
}

function drawn(residuals: readonly number[], random: Random): number[] {
  return Array.from({ length: RUN_BLOCKS }, () => Math.floor(random() * (residuals.length - BLOCK + 1))).flatMap(
    (start) => residuals.slice(start, start + BLOCK),
  );
}

function openings(runs: readonly (readonly number[])[], limit: number): number {
  let count = 0;
  for (const run of runs) {
    let state = CALM;
    for (const z of run) {
      const next = cusumStep(state, z, limit);
      if (next.open && !state.open) count += 1;
      state = next;
    }
  }
  return count;
}
