/**
 * The p-quantile (0 ≤ p ≤ 1) with linear interpolation between order statistics: type 7 of Hyndman
 * and Fan (1996), the same as PostgreSQL's `percentile_cont` and numpy's default, so that anybody
 * can recompute it. Null for no values. Rises, or stays, when any value rises.
 */
export function quantile(values: readonly number[], p: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return interpolated(sorted.length, p, (rank) => sorted[rank]);
}

/** The quantile of values in rising order without the one at `left`: what one case alone does to it. */
export function quantileWithout(sorted: readonly number[], left: number, p: number): number | null {
  return interpolated(sorted.length - 1, p, (rank) => sorted[rank < left ? rank : rank + 1]);
}

function interpolated(n: number, p: number, at: (rank: number) => number | undefined): number | null {
  const position = (n - 1) * p;
  const below = at(Math.floor(position));
  const above = at(Math.ceil(position));
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (position - Math.floor(position));
}

/** How many presumed cases stand beside the observed ones in a shrunken rate. */
export const PRIOR_CASES = 10;

/**
 * A rate from few cases, pulled towards `prior`: `(y + 10·p̂)/(n + 10)`. Null when there is no case:
 * a presumption alone is not an observation.
 */
export function shrunkRate(hits: number, cases: number, prior: number): number | null {
  if (cases === 0) return null;
  return (hits + PRIOR_CASES * prior) / (cases + PRIOR_CASES);
}
