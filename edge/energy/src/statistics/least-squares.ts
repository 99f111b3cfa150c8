/**
 * A matrix of full-length columns, factored by Householder reflections with the limited pivoting of
 * R's `lm` (LINPACK dqrdc2): columns keep their order, and one that the columns before it explain
 * (its remaining norm is below 1e-7 of its own) is moved to the end and dropped.
 */
export interface Factored {
  readonly rank: number;
  /** Which columns carry a coefficient, in the order they were given. */
  readonly kept: readonly number[];
  /** Coefficients for an outcome, one per given column; null for a dropped one, as R's NA. */
  solve(outcome: Float64Array): (number | null)[];
  /**
   * The influence of each outcome on a linear combination of the coefficients: for any outcome y,
   * `Σ combination·solve(y) = Σ influence·y`.
   */
  influence(combination: ArrayLike<number>): Float64Array;
}

const TOLERANCE = 1e-7;
/** Below this share of its norm a downdated norm has lost its digits and is reckoned anew. */
const RECKON_AGAIN = 1e-6;

/**
 * Factors a design. `norms` are the columns' norms before anything was swept out of them; a column
 * is dropped in comparison with these. Columns are not changed.
 */
export function factor(columns: readonly Float64Array[], norms?: readonly number[]): Factored {
  const rows = columns[0]?.length ?? 0;
  const work = columns.map((column) => Float64Array.from(column));
  const own = columns.map((column, j) => (norms?.[j] ?? norm(column, 0)) || 1);
  const order = columns.map((_, j) => j);
  const left = work.map((column) => norm(column, 0));
  const heads: number[] = [];
  let candidates = Math.min(work.length, rows);
  for (let step = 0; step < candidates; step += 1) {
    while (
      step < candidates &&
      (left[order[step] as number] as number) < (own[order[step] as number] as number) * TOLERANCE
    ) {
      order.push(...order.splice(step, 1));
      candidates -= 1;
    }
    if (step < candidates) heads.push(reflect(work, order, left, step));
  }
  const rank = heads.length;
  const pivots = order.slice(0, rank);
  return {
    rank,
    kept: pivots.toSorted((a, b) => a - b),
    solve: (outcome) =>
      spread(backSubstituted(work, pivots, heads, rotated(work, pivots, heads, outcome)), pivots, work.length),
    influence: (combination) => influenceOf(work, pivots, heads, combination, rows),
  };
}

function norm(column: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < column.length; i += 1) sum += (column[i] as number) ** 2;
  return Math.sqrt(sum);
}

/** Reflects the pivot column onto its axis and the later columns along with it; returns the diagonal of R. */
function reflect(work: Float64Array[], order: readonly number[], left: number[], step: number): number {
  const pivot = work[order[step] as number] as Float64Array;
  const length = norm(pivot, step);
  const head = (pivot[step] as number) >= 0 ? -length : length;
  pivot[step] = (pivot[step] as number) - head;
  // The pivot now holds the reflection's vector v; R keeps its diagonal in `head`.
  const scale = -1 / (head * pivot[step]);
  for (const j of order.slice(step + 1)) {
    const column = work[j] as Float64Array;
    applyReflection(pivot, scale, column, step);
    left[j] = downdated(left[j] as number, column, step);
  }
  return head;
}

function applyReflection(vector: Float64Array, scale: number, column: Float64Array, step: number): void {
  let dot = 0;
  for (let i = step; i < column.length; i += 1) dot += (vector[i] as number) * (column[i] as number);
  const factor = dot * scale;
  for (let i = step; i < column.length; i += 1) column[i] = (column[i] as number) - factor * (vector[i] as number);
}

function downdated(before: number, column: Float64Array, step: number): number {
  if (before === 0) return 0;
  const share = 1 - ((column[step] as number) / before) ** 2;
  return share < RECKON_AGAIN ? norm(column, step + 1) : before * Math.sqrt(share);
}

/** Qᵀ·outcome. */
function rotated(
  work: readonly Float64Array[],
  pivots: readonly number[],
  heads: readonly number[],
  outcome: Float64Array,
): Float64Array {
  const turned = Float64Array.from(outcome);
  for (const [step, j] of pivots.entries())
    applyReflection(work[j] as Float64Array, scaleOf(work, pivots, heads, step), turned, step);
  return turned;
}

function scaleOf(
  work: readonly Float64Array[],
  pivots: readonly number[],
  heads: readonly number[],
  step: number,
): number {
  return -1 / ((heads[step] as number) * ((work[pivots[step] as number] as Float64Array)[step] as number));
}

function backSubstituted(
  work: readonly Float64Array[],
  pivots: readonly number[],
  heads: readonly number[],
  turned: Float64Array,
): Float64Array {
  const solution = new Float64Array(pivots.length);
  for (let k = pivots.length - 1; k >= 0; k -= 1) {
    let rest = turned[k] as number;
    for (let j = k + 1; j < pivots.length; j += 1)
      rest -= ((work[pivots[j] as number] as Float64Array)[k] as number) * (solution[j] as number);
    solution[k] = rest / (heads[k] as number);
  }
  return solution;
}

function spread(solution: Float64Array, pivots: readonly number[], columns: number): (number | null)[] {
  const coefficients: (number | null)[] = Array.from({ length: columns }, () => null);
  for (const [k, j] of pivots.entries()) coefficients[j] = solution[k] as number;
  return coefficients;
}

/** Q·R⁻ᵀ·combination. */
function influenceOf(
  work: readonly Float64Array[],
  pivots: readonly number[],
  heads: readonly number[],
  combination: ArrayLike<number>,
  rows: number,
): Float64Array {
  const turned = new Float64Array(rows);
  for (const [k, j] of pivots.entries()) {
    let rest = combination[j] as number;
    for (let i = 0; i < k; i += 1) rest -= ((work[j] as Float64Array)[i] as number) * (turned[i] as number);
    turned[k] = rest / (heads[k] as number);
  }
  for (let step = pivots.length - 1; step >= 0; step -= 1)
    applyReflection(work[pivots[step] as number] as Float64Array, scaleOf(work, pivots, heads, step), turned, step);
  return turned;
}
