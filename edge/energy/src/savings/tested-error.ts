import type { Fit, Model } from '../models/model.ts';
import { known, type Row } from '../models/rows.ts';
import { studentQuantile } from '../statistics/student-t.ts';
import { temperatureRange } from './coverage.ts';

/** Each fifth of the baseline is predicted from the other four. */
const PARTS = 5;

/** What the model got wrong in stretches of the baseline that it had not seen. */
export interface TestedError {
  /** Predicted less actual of each part, as a share of the predicted. */
  readonly parts: readonly number[];
  /** Standard deviation, as a share, of the error that lasts: what the parts are off beyond their noise. */
  readonly lasting: number;
}

/**
 * Tests a method on its own baseline: every fifth of it is predicted by a model of the rest.
 * Residuals within a fit cannot show that a building changes slowly; these errors can. What exceeds
 * their noise (residuals in blocks, and the fit's own uncertainty) is taken for lasting error, which a
 * longer reporting period does not average out. Null when the baseline cannot be cut.
 */
export function testedError<R extends Row>(
  rows: readonly R[],
  fit: (rows: readonly R[]) => Fit<R>,
  block: number,
): TestedError | null {
  const usable = known(rows);
  const parts = Array.from({ length: PARTS }, (_, k) => k).flatMap((k) => {
    const [from, to] = [k, k + 1].map((edge) => Math.floor((usable.length * edge) / PARTS));
    const tested = usable.slice(from, to);
    const left = fit([...usable.slice(0, from), ...usable.slice(to)]);
    return left.ok ? (errorOf(left.model, tested, block) ?? []) : [];
  });
  if (parts.length < PARTS) return null;
  const beyondNoise = parts.reduce((sum, { error, noise }) => sum + error ** 2 - noise, 0) / parts.length;
  return { parts: parts.map(({ error }) => error), lasting: Math.sqrt(Math.max(0, beyondNoise)) };
}

/** The half-width that lasting error adds at a confidence, as a share of the adjusted baseline. */
export function lastingShare({ lasting }: TestedError, confidence: number): number {
  return lasting * studentQuantile(1 - (1 - confidence) / 2, PARTS);
}

function errorOf<R extends Row>(model: Model<R>, tested: readonly R[], block: number) {
  const { low, high } = temperatureRange(known(model.rows));
  // A year-long baseline is not asked to go beyond its temperatures, so its parts are not either.
  const rows = known(tested).filter(
    (row) => row.temperature >= low && row.temperature <= high && model.predict(row) !== null,
  );
  const predicted = rows.reduce((sum, row) => sum + (model.predict(row) ?? 0), 0);
  const actual = rows.reduce((sum, row) => sum + row.usage, 0);
  if (rows.length === 0 || predicted <= 0) return null;
  const throughFit = model.influence(rows).reduce((sum, value) => sum + value * value, 0);
  const variance = blockVariance(widenedResiduals(model), block) * (rows.length + throughFit);
  return { error: (predicted - actual) / predicted, noise: variance / predicted ** 2 };
}

/** Residuals of a fit, widened for the degrees of freedom that it took. */
export function widenedResiduals(model: Model): Float64Array {
  const free = model.rows.length - model.parameters - model.intercepts;
  const scale = Math.sqrt(model.rows.length / Math.max(1, free));
  return model.observed.map((value, i) => (value - (model.fitted[i] as number)) * scale);
}

/** Variance per interval of sums over blocks: larger than the residuals' own where they hang together. */
function blockVariance(residuals: Float64Array, block: number): number {
  const n = residuals.length;
  const length = Math.min(block, n);
  let sum = 0;
  for (let k = 0; k < length; k += 1) sum += residuals[k] as number;
  let squares = 0;
  for (let start = 0; start < n; start += 1) {
    squares += sum * sum;
    sum += (residuals[(start + length) % n] as number) - (residuals[start] as number);
  }
  return squares / n / length;
}
