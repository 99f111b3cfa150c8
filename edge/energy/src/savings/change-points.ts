/** A stretch in which the savings keep one mean and one spread. Indices, `to` excluded. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  readonly mean: number;
  readonly variance: number;
}

export interface CutRules {
  /** What a further cut must gain (RMV2.0: n/10). */
  readonly penalty: number;
  /** The fewest values of a stretch. */
  readonly shortest: number;
  /** Cuts lie at multiples of this: a year of hours is searched by days. */
  readonly every: number;
}

/** The smallest spread that is believed: a constant stretch would otherwise cost minus infinity. */
const LEAST_VARIANCE = 1e-11;

/**
 * Cuts a series where its mean or variance changes: PELT (Killick, Fearnhead & Eckley 2012) with the
 * normal likelihood, as LBNL's RMV2.0 looks for non-routine events.
 */
export function segmentsOf(values: readonly number[], { penalty, shortest, every }: CutRules): Segment[] {
  const n = values.length;
  const least = Math.max(2, shortest);
  if (n === 0) return [];
  const sums = runningSums(values);
  if (n < least) return [segment(sums, 0, n)];
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const cut = new Int32Array(n + 1);
  best[0] = -penalty;
  let starts: { at: number; beatenAt: number | null }[] = [{ at: 0, beatenAt: null }];
  const ends = Array.from({ length: Math.floor((n - 1) / every) }, (_, i) => (i + 1) * every).filter(
    (end) => end >= least,
  );
  for (const end of [...ends, n]) {
    starts = starts.filter(({ beatenAt }) => beatenAt === null || end < beatenAt + least);
    const open = starts.filter(({ at }) => end - at >= least);
    const costs = open.map(({ at }) => (best[at] as number) + costOf(sums, at, end));
    const lowest = Math.min(...costs);
    best[end] = lowest + penalty;
    cut[end] = open[costs.indexOf(lowest)]?.at ?? 0;
    // A start that is worse by more than a cut costs never becomes best again, once the cut here can be taken.
    for (const [i, start] of open.entries()) if ((costs[i] as number) >= best[end]) start.beatenAt ??= end;
    starts.push({ at: end, beatenAt: null });
  }
  const segments: Segment[] = [];
  for (let end = n; end > 0; end = cut[end] as number) segments.unshift(segment(sums, cut[end] as number, end));
  return segments;
}

interface Sums {
  readonly value: Float64Array;
  readonly square: Float64Array;
}

/** Sums of the values less their overall mean, so that squares keep their digits. */
function runningSums(values: readonly number[]): Sums & { readonly mean: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const value = new Float64Array(values.length + 1);
  const square = new Float64Array(values.length + 1);
  for (const [i, each] of values.entries()) {
    value[i + 1] = (value[i] as number) + each - mean;
    square[i + 1] = (square[i] as number) + (each - mean) ** 2;
  }
  return { value, square, mean };
}

function varianceOf({ value, square }: Sums, from: number, to: number): number {
  const length = to - from;
  const sum = (value[to] as number) - (value[from] as number);
  return Math.max(0, ((square[to] as number) - (square[from] as number) - (sum * sum) / length) / length);
}

function costOf(sums: Sums, from: number, to: number): number {
  return normalCost(to - from, varianceOf(sums, from, to));
}

/** Twice the negative log-likelihood of a normal stretch. */
function normalCost(length: number, variance: number): number {
  return length * (Math.log(2 * Math.PI) + Math.log(Math.max(LEAST_VARIANCE, variance)) + 1);
}

/** Whether two stretches, wherever they lie, are told apart by more than the penalty. */
export function differ(a: Segment, b: Segment, penalty: number): boolean {
  const [n, m] = [a.to - a.from, b.to - b.from];
  const between = ((n * m) / (n + m) ** 2) * (a.mean - b.mean) ** 2;
  const joint = (n * a.variance + m * b.variance) / (n + m) + between;
  return normalCost(n + m, joint) - normalCost(n, a.variance) - normalCost(m, b.variance) > penalty;
}

function segment(sums: ReturnType<typeof runningSums>, from: number, to: number): Segment {
  const mean = sums.mean + ((sums.value[to] as number) - (sums.value[from] as number)) / (to - from);
  return { from, to, mean, variance: varianceOf(sums, from, to) };
}
