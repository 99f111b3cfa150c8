import type { Random } from '../statistics/random.ts';

export interface BootstrapOptions {
  readonly draws: number;
  /** Intervals that are drawn together, so that what lasts for days stays together: a week of them. */
  readonly block: number;
  readonly random: Random;
}

/** Errors of the savings, drawn, in rising order. */
export type Draws = Float64Array;

/**
 * Draws what the savings may be wrong by (moving-block bootstrap of residuals, Künsch 1989; here
 * circular): once through the baseline, whose noise moves the prediction by `influence`, and once through
 * the `m` reporting intervals, whose noise is not saving. `residuals` are the baseline's, already widened for
 * the degrees of freedom that the model took.
 */
export function drawErrors(
  residuals: Float64Array,
  influence: Float64Array,
  m: number,
  options: BootstrapOptions,
): Draws {
  const { draws, random } = options;
  const block = Math.max(1, Math.min(options.block, residuals.length));
  const n = residuals.length;
  const upTo = runningSums(residuals);
  const errors = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw += 1) {
    let error = 0;
    for (let i = 0; i < n; i += block) {
      const start = Math.floor(random() * n);
      for (let k = 0; k < block && i + k < n; k += 1) {
        const from = start + k < n ? start + k : start + k - n;
        error += (influence[i + k] as number) * (residuals[from] as number);
      }
    }
    for (let i = 0; i < m; i += block) error -= stretch(upTo, Math.floor(random() * n), Math.min(block, m - i), n);
    errors[draw] = error;
  }
  return errors.toSorted();
}

function runningSums(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (const [i, value] of values.entries()) sums[i + 1] = (sums[i] as number) + value;
  return sums;
}

/** Sum of `length` residuals from `start` on, round the end. */
function stretch(upTo: Float64Array, start: number, length: number, n: number): number {
  const end = start + length;
  if (end <= n) return (upTo[end] as number) - (upTo[start] as number);
  return (upTo[n] as number) - (upTo[start] as number) + (upTo[end - n] as number);
}

/** The interval of the true savings at a confidence: the estimate less the quantiles of its error. */
export function intervalOf(savings: number, errors: Draws, confidence: number): { low: number; high: number } {
  const tail = (1 - confidence) / 2;
  return { low: savings - quantile(errors, 1 - tail), high: savings - quantile(errors, tail) };
}

/** Linear between the order statistics (R's type 7). */
function quantile(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)] as number;
  return below + ((sorted[Math.ceil(at)] as number) - below) * (at - Math.floor(at));
}
