import { quantile } from '../../statistics.ts';
import { type Features, type Scale, scaled, scaleOf } from './features.ts';
import { fitLogit, type Logit, logitAt, type LogitProblem, lossOf } from './logit.ts';
import type { Split } from './splits.ts';

/** How firmly belief may be held against the rows, a standard deviation of a feature; one is chosen by what it foretold. */
const FIRMNESS: readonly number[] = [0.3, 1, 3, 10, 30, 100];
/** Before anything was foretold there is nothing to choose by. */
const FIRST_FIRMNESS = 10;
/** Fewer events, or fewer rows without, than this teach nothing: the scorecard stands alone. */
export const LEAST_EVENTS = 10;

/** What a way to foretell said, row by row, before it knew. */
export interface Foretold {
  /** NaN where too little was known to say anything. */
  readonly logits: Float64Array;
  /** The middle of what was chosen, to learn from all rows with. */
  readonly firmness: number;
}

/** A coefficient for each feature as it was measured, and one that stands alone. */
export interface Learnt {
  readonly intercept: number;
  readonly coefficients: Float64Array;
}

/** Whether these rows hold enough of both outcomes to learn from. */
function teaches(events: readonly boolean[], rows: Uint32Array): boolean {
  const happened = rows.reduce((count, row) => count + Number(events[row]), 0);
  return Math.min(happened, rows.length - happened) >= LEAST_EVENTS;
}

/** Each split's asked rows, foretold by what its known rows teach, as firmly as has foretold best before. */
export function foretell(features: Features, events: readonly boolean[], splits: readonly Split[]): Foretold {
  const logits = new Float64Array(events.length).fill(Number.NaN);
  const past = FIRMNESS.map(() => 0);
  const chosen: number[] = [];
  for (const split of splits) {
    if (!teaches(events, split.known)) continue;
    const choice = bestOf(split.trials.length > 0 ? trialLosses(features, events, split.trials) : past);
    const firmness = FIRMNESS[choice] as number;
    chosen.push(firmness);
    // Who chooses by trials needs no other answers; what comes later chooses by all of these.
    const held = split.trials.length > 0 ? [firmness] : FIRMNESS;
    const said = answers(features, events, split, held);
    addLosses(past, said, events, split.asked);
    const own = said[held.indexOf(firmness)];
    if (own) split.asked.forEach((row, i) => (logits[row] = own[i] as number));
  }
  return { logits, firmness: quantile(chosen, 0.5) ?? FIRST_FIRMNESS };
}

/** Learnt from all rows; null where there is no such model. */
export function learn(features: Features, events: readonly boolean[], firmness: number): Learnt | null {
  const all = Uint32Array.from(events.keys());
  if (!teaches(events, all)) return null;
  const scale = scaleOf(features, all);
  const fit = fitLogit(problemOf(features, events, all, scale, firmness));
  if (!fit) return null;
  const { mean, spread } = scale;
  const coefficients = fit.coefficients.map((value, k) => value / (spread[k] as number));
  const moved = coefficients.reduce((sum, value, k) => sum + value * (mean[k] as number), 0);
  return { intercept: fit.intercept - moved, coefficients };
}

function trialLosses(features: Features, events: readonly boolean[], trials: readonly Split[]): number[] {
  const losses = FIRMNESS.map(() => 0);
  for (const trial of trials)
    if (teaches(events, trial.known))
      addLosses(losses, answers(features, events, trial, FIRMNESS), events, trial.asked);
  return losses;
}

/** What each of these firmnesses says of the asked rows; null where there is no such model. */
function answers(
  features: Features,
  events: readonly boolean[],
  { known, asked }: Split,
  firmness: readonly number[],
): (Float64Array | null)[] {
  const scale = scaleOf(features, known);
  const problem = problemOf(features, events, known, scale, 0);
  const tested = scaled(features, scale, asked);
  let last: Logit | null = null;
  return firmness.map((held) => {
    const fit: Logit | null = fitLogit({
      ...problem,
      prior: { ...problem.prior, firmness: held },
      ...(last && { start: last }),
    });
    last = fit ?? last;
    return fit && Float64Array.from(asked, (_, i) => logitAt(fit, tested, i));
  });
}

function problemOf(features: Features, events: readonly boolean[], rows: Uint32Array, scale: Scale, firmness: number) {
  return {
    ...scaled(features, scale, rows),
    events: Array.from(rows, (row) => events[row] as boolean),
    // A belief of a unit of the feature, told of a standard deviation of it.
    prior: { mean: features.belief.map((value, k) => value * (scale.spread[k] as number)), firmness },
  } satisfies LogitProblem;
}

function addLosses(
  losses: number[],
  said: readonly (Float64Array | null)[],
  events: readonly boolean[],
  rows: Uint32Array,
): void {
  said.forEach((logits, f) => {
    rows.forEach((row, i) => {
      const loss = logits ? lossOf(events[row] as boolean, logits[i] as number) : Infinity;
      losses[f] = (losses[f] as number) + loss;
    });
  });
}

/** The place of the least loss, the firmer one of equals; the first choice where nothing was lost yet. */
function bestOf(losses: readonly number[]): number {
  const least = Math.min(...losses);
  return losses.every((loss) => loss === 0) ? FIRMNESS.indexOf(FIRST_FIRMNESS) : losses.lastIndexOf(least);
}
