/** What the score needs of an indicator: how good it stands, and what it weighs now and when fresh. */
export interface Weighed {
  /** 0 (bad) … 1 (good); null when nothing was observed. */
  readonly u: number | null;
  /** After staleness. */
  readonly weight: number;
  readonly fullWeight: number;
}

export interface Score {
  /** S, 0…100; null when nothing is observed. */
  readonly score: number | null;
  /** C: the share of the weight that stands on fresh facts, 0…1. */
  readonly coverage: number;
  /** S if all that is missing were bad, and if it were good. Null with the score. */
  readonly low: number | null;
  readonly high: number | null;
  /** Σ of the observed weights, after staleness. */
  readonly observed: number;
}

/** Where a value stands between its bounds: 1 at `good` or better, 0 at `bad` or worse, linear between. */
export function unit(value: number, good: number, bad: number): number {
  return Math.min(Math.max((value - bad) / (good - bad), 0), 1);
}

/**
 * `S = 100·Σ w·u / Σ w` over what was observed, with coverage and both bounds. What is missing, and
 * the weight that staleness took away, is neither good nor bad: it lowers the coverage and widens
 * the bounds. low ≤ S ≤ high always.
 */
export function score(indicators: readonly Weighed[]): Score {
  let full = 0;
  let observed = 0;
  let won = 0;
  for (const { u, weight, fullWeight } of indicators) {
    full += fullWeight;
    if (u === null) continue;
    observed += weight;
    won += weight * u;
  }
  if (observed === 0) return { score: null, coverage: 0, low: null, high: null, observed };
  return {
    score: (100 * won) / observed,
    coverage: observed / full,
    low: (100 * won) / full,
    high: (100 * (won + full - observed)) / full,
    observed,
  };
}

/** `100·w(1−u)/Σ observed w`: the points an indicator takes from 100; null when it is missing. */
export function pointsLost({ u, weight }: Weighed, observed: number): number | null {
  return u === null || observed === 0 ? null : (100 * weight * (1 - u)) / observed;
}

/** The weight of a value `ageDays` after its newest fact: full until its TTL, then halved per TTL. */
export function staleWeight(weight: number, ageDays: number, ttlDays: number): number {
  if (ageDays <= ttlDays) return weight;
  return weight * 0.5 ** ((ageDays - ttlDays) / ttlDays);
}
