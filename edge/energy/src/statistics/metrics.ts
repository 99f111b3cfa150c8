/** How well a model fits what was observed; null where the data leave it undefined. */
export interface FitMetrics {
  readonly n: number;
  readonly mean: number;
  /** Sum of squared residuals. */
  readonly sse: number;
  /** Share of the variance that the model explains, 1 − SSE/SST. */
  readonly r2: number | null;
  readonly r2Adjusted: number | null;
  /** Squared correlation of observed and predicted: what eemeter calls r². Equal to `r2` for one least-squares fit. */
  readonly correlation2: number | null;
  readonly rmse: number;
  /** √(SSE/n) ÷ mean. */
  readonly cvrmse: number | null;
  /** √(SSE/(n−p)) ÷ mean, p being the parameters without intercepts (nmecr's stored results, eemeter's `cvrmse_adj`). */
  readonly cvrmseAdjusted: number | null;
  /** Σ(predicted − observed) ÷ Σ observed. */
  readonly nmbe: number | null;
  readonly nmae: number | null;
  readonly mape: number | null;
  /** Correlation of each residual with the one before. */
  readonly rho: number | null;
}

/** The metrics of a fit with `parameters` coefficients beside its intercepts. */
export function fitMetrics(observed: ArrayLike<number>, predicted: ArrayLike<number>, parameters: number): FitMetrics {
  const n = observed.length;
  const seen = Array.from(observed);
  const residuals = seen.map((value, i) => value - (predicted[i] as number));
  const total = sum(seen);
  const mean = total / n;
  const sse = sum(residuals.map((residual) => residual ** 2));
  const sst = sum(seen.map((value) => (value - mean) ** 2));
  const r2 = sst > 0 ? 1 - sse / sst : null;
  const correlation = correlationOf(seen, Array.from(predicted));
  const correlation2 = correlation === null ? null : correlation ** 2;
  const free = n - parameters;
  return {
    n,
    mean,
    sse,
    r2,
    r2Adjusted: r2 === null || free <= 1 ? null : 1 - ((1 - r2) * (n - 1)) / (free - 1),
    correlation2,
    rmse: Math.sqrt(sse / n),
    cvrmse: mean > 0 ? Math.sqrt(sse / n) / mean : null,
    cvrmseAdjusted: mean > 0 && free > 0 ? Math.sqrt(sse / free) / mean : null,
    nmbe: total > 0 ? -sum(residuals) / total : null,
    nmae: total > 0 ? sum(residuals.map(Math.abs)) / total : null,
    mape: seen.some((value) => value === 0)
      ? null
      : sum(residuals.map((residual, i) => Math.abs(residual / (seen[i] as number)))) / n,
    rho: correlationOf(residuals.slice(1), residuals.slice(0, -1)),
  };
}

/** Pearson's correlation; null when either never changes. */
export function correlationOf(a: readonly number[], b: readonly number[]): number | null {
  const meanA = sum(a) / a.length;
  const meanB = sum(b) / b.length;
  const product = sum(a.map((value, i) => (value - meanA) * ((b[i] as number) - meanB)));
  const squares = sum(a.map((value) => (value - meanA) ** 2)) * sum(b.map((value) => (value - meanB) ** 2));
  return squares > 0 ? product / Math.sqrt(squares) : null;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
