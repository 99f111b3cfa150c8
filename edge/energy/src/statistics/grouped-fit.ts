import { factor } from './least-squares.ts';

/** A regression in which every group has a level of its own and all share the slopes of some terms. */
export interface GroupedFit {
  /** Level of each group that has weight. */
  readonly levels: ReadonlyMap<number, number>;
  /** One per term; null where levels and earlier terms explain it already. */
  readonly slopes: readonly (number | null)[];
  /** Null for a group that was never seen. */
  predict(group: number, terms: readonly number[]): number | null;
  /** As {@link Factored.influence}, for the sum of the predictions of these. */
  influence(rows: readonly Grouped[]): Float64Array;
}

export interface Grouped {
  readonly group: number;
  readonly terms: readonly number[];
}

export interface GroupedRow extends Grouped {
  readonly outcome: number;
  /** Above 0. */
  readonly weight: number;
}

interface GroupMeans {
  weight: number;
  outcome: number;
  terms: Float64Array;
}

/**
 * Weighted least squares of `outcome ~ group + terms`. The groups are swept out by subtracting their
 * weighted means, and only the terms are factored: 168 hours of a week cost no more than seven days
 * (Frisch & Waugh 1933). Terms are dropped as R's `lm` would when it meets the groups first.
 */
export function fitGroups(rows: readonly GroupedRow[], terms: number): GroupedFit {
  const means = meansOf(rows, terms);
  const columns = Array.from({ length: terms }, () => new Float64Array(rows.length));
  const outcome = new Float64Array(rows.length);
  const squares = new Float64Array(terms);
  for (const [i, row] of rows.entries()) {
    const mean = means.get(row.group) as GroupMeans;
    const root = Math.sqrt(row.weight);
    outcome[i] = root * (row.outcome - mean.outcome);
    for (let j = 0; j < terms; j += 1) {
      const value = row.terms[j] as number;
      (columns[j] as Float64Array)[i] = root * (value - (mean.terms[j] as number));
      squares[j] = (squares[j] as number) + row.weight * value * value;
    }
  }
  const factored = factor(columns, Array.from(squares, Math.sqrt));
  const slopes = factored.solve(outcome);
  const level = (mean: GroupMeans) => mean.outcome - dot(mean.terms, slopes);
  const levels = new Map([...means].map(([group, mean]) => [group, level(mean)]));
  return {
    levels,
    slopes,
    predict(group, values) {
      const start = levels.get(group);
      return start === undefined ? null : start + dot(values, slopes);
    },
    influence: (asked) => influenceOf(rows, means, asked, terms, factored.influence),
  };
}

function meansOf(rows: readonly GroupedRow[], terms: number): Map<number, GroupMeans> {
  const means = new Map<number, GroupMeans>();
  for (const { group, outcome, weight, terms: values } of rows) {
    const mean = means.get(group) ?? { weight: 0, outcome: 0, terms: new Float64Array(terms) };
    mean.weight += weight;
    mean.outcome += weight * outcome;
    for (let j = 0; j < terms; j += 1) mean.terms[j] = (mean.terms[j] as number) + weight * (values[j] as number);
    means.set(group, mean);
  }
  for (const mean of means.values()) {
    mean.outcome /= mean.weight;
    for (let j = 0; j < terms; j += 1) mean.terms[j] = (mean.terms[j] as number) / mean.weight;
  }
  return means;
}

function dot(values: ArrayLike<number>, slopes: readonly (number | null)[]): number {
  let sum = 0;
  for (const [j, slope] of slopes.entries()) sum += (values[j] as number) * (slope ?? 0);
  return sum;
}

/** A group's mean reaches every prediction of that group; through the slopes each row reaches all of them. */
function influenceOf(
  rows: readonly GroupedRow[],
  means: ReadonlyMap<number, GroupMeans>,
  asked: readonly Grouped[],
  terms: number,
  ofSlopes: (combination: Float64Array) => Float64Array,
): Float64Array {
  const times = new Map<number, number>();
  const combination = new Float64Array(terms);
  for (const { group, terms: values } of asked) {
    const mean = means.get(group);
    if (!mean) continue;
    times.set(group, (times.get(group) ?? 0) + 1);
    for (let j = 0; j < terms; j += 1)
      combination[j] = (combination[j] as number) + (values[j] as number) - (mean.terms[j] as number);
  }
  const throughSlopes = ofSlopes(combination);
  return Float64Array.from(rows, ({ group, weight }, i) => {
    const share = weight / (means.get(group) as GroupMeans).weight;
    return (times.get(group) ?? 0) * share + Math.sqrt(weight) * (throughSlopes[i] as number);
  });
}
