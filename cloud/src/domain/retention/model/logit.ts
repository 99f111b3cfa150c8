import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** Rows of features, one row's after another's; a model's intercept has no column. */
export interface Rows {
  readonly values: Float64Array;
  /** Features of a row. */
  readonly width: number;
}

export interface LogitProblem extends Rows {
  /** Whether it happened, a row each. */
  readonly events: ArrayLike<boolean>;
  /** How often each row counts; absent: once. */
  readonly weights?: Float64Array;
  /** What is believed of each coefficient before the rows speak, and how firmly: `½·firmness·(β − mean)²`. */
  readonly prior?: { readonly mean: Float64Array; readonly firmness: number };
  /** Where to begin; the answer does not depend on it. */
  readonly start?: Logit;
}

/** `P(event) = 1/(1 + e^−(intercept + Σ coefficient·feature))`. */
export interface Logit {
  readonly intercept: number;
  readonly coefficients: Float64Array;
}

/** Both are many times what a fit that has a minimum needs. */
const MAX_STEPS = 50;
const MAX_HALVINGS = 30;
/** A step shorter than this, beside what a coefficient is, is the last: where features part the events, none ever is. */
const SETTLED = 1e-8;
/** What the last digits of a sum over many rows may differ by. */
const ROUNDING = 1e-12;

/**
 * The coefficients that minimise `−Σ w·[y·ln p + (1−y)·ln(1−p)] + ½·firmness·Σ(β − mean)²`, the intercept free: a logistic
 * regression whose prior is normal (ridge, where the means are nought), by Newton's method with step halving. Null when
 * there is no minimum: without a prior, features that part events from the rest, or that repeat one another.
 */
export function fitLogit(problem: LogitProblem): Logit | null {
  let at = startOf(problem);
  let height = objective(problem, at);
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    const step = newtonStep(problem, at);
    if (!step) return null;
    if (step.every((value, k) => Math.abs(value) <= SETTLED * (1 + Math.abs(at[k] as number)))) return logitOf(at);
    const next = descended(problem, at, step, height);
    if (!next) return null;
    ({ at, height } = next);
  }
  return null;
}

/** `intercept + Σ coefficient·feature` of one row. */
export function logitAt({ intercept, coefficients }: Logit, { values, width }: Rows, row: number): number {
  let sum = intercept;
  for (let k = 0; k < width; k += 1) sum += (coefficients[k] as number) * (values[row * width + k] as number);
  return sum;
}

export function probabilityOf(logit: number): number {
  return logit >= 0 ? 1 / (1 + Math.exp(-logit)) : Math.exp(logit) / (1 + Math.exp(logit));
}

export function logitOfProbability(p: number): number {
  return Math.log(p / (1 - p));
}

/** `−[y·ln p + (1−y)·ln(1−p)]`, of the logit: no probability is so sure that its digits are lost. */
export function lossOf(event: boolean, logit: number): number {
  const wrong = event ? -logit : logit;
  return wrong > 0 ? wrong + Math.log1p(Math.exp(-wrong)) : Math.log1p(Math.exp(wrong));
}

/** The intercept stands first. */
function startOf({ width, start }: LogitProblem): Float64Array {
  return start ? Float64Array.of(start.intercept, ...start.coefficients) : new Float64Array(width + 1);
}

function logitOf(at: Float64Array): Logit {
  return { intercept: at[0] as number, coefficients: at.slice(1) };
}

function objective(problem: LogitProblem, at: Float64Array): number {
  const { events, weights, prior } = problem;
  const logit = logitOf(at);
  let height = 0;
  for (let row = 0; row < events.length; row += 1)
    height += (weights?.[row] ?? 1) * lossOf(events[row] as boolean, logitAt(logit, problem, row));
  prior?.mean.forEach((mean, k) => {
    height += (prior.firmness / 2) * ((logit.coefficients[k] as number) - mean) ** 2;
  });
  return height;
}

/** The step to the lowest point of the parabola that fits here; null where it has none. */
function newtonStep(problem: LogitProblem, at: Float64Array): Float64Array | null {
  const { gradient, curvature } = slopes(problem, at);
  addPrior(problem, at, gradient, curvature);
  const factored = new CholeskyDecomposition(curvature);
  if (!factored.isPositiveDefinite()) return null;
  return Float64Array.from(factored.solve(Matrix.columnVector(gradient)).to1DArray());
}

/** What the rows alone say: first and second derivatives of the loss. */
function slopes(problem: LogitProblem, at: Float64Array): { gradient: Float64Array; curvature: Matrix } {
  const { values, width, events, weights } = problem;
  const logit = logitOf(at);
  const size = width + 1;
  const gradient = new Float64Array(size);
  const lower = new Float64Array(size * size);
  const row = new Float64Array(size).fill(1);
  for (let i = 0; i < events.length; i += 1) {
    const weight = weights?.[i] ?? 1;
    if (weight === 0) continue;
    for (let k = 0; k < width; k += 1) row[k + 1] = values[i * width + k] as number;
    const p = probabilityOf(logitAt(logit, problem, i));
    const error = weight * (p - Number(events[i]));
    const bend = weight * p * (1 - p);
    for (let j = 0; j < size; j += 1) {
      const value = row[j] as number;
      gradient[j] = (gradient[j] as number) + error * value;
      const bent = bend * value;
      for (let k = 0; k <= j; k += 1) lower[j * size + k] = (lower[j * size + k] as number) + bent * (row[k] as number);
    }
  }
  const curvature = Matrix.zeros(size, size);
  for (let j = 0; j < size; j += 1)
    for (let k = 0; k <= j; k += 1) {
      curvature.set(j, k, lower[j * size + k] as number);
      curvature.set(k, j, lower[j * size + k] as number);
    }
  return { gradient, curvature };
}

function addPrior({ prior }: LogitProblem, at: Float64Array, gradient: Float64Array, curvature: Matrix): void {
  prior?.mean.forEach((mean, k) => {
    const off = (at[k + 1] as number) - mean;
    gradient[k + 1] = (gradient[k + 1] as number) + prior.firmness * off;
    curvature.set(k + 1, k + 1, curvature.get(k + 1, k + 1) + prior.firmness);
  });
}

/** Halves the step until it does not lead uphill; null when no part of it leads down, or it leads out of the numbers. */
function descended(problem: LogitProblem, from: Float64Array, step: Float64Array, height: number) {
  for (let halvings = 0, part = 1; halvings <= MAX_HALVINGS; halvings += 1, part /= 2) {
    const at = from.map((value, k) => value - part * (step[k] as number));
    const reached = objective(problem, at);
    if (reached <= height + ROUNDING * height) return { at, height: reached };
  }
  return null;
}
