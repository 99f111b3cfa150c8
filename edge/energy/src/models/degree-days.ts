/** Degrees below and above which a building is heated and cooled, each absent when it is not. */
export interface BalancePoints {
  readonly heating: number | null;
  readonly cooling: number | null;
}

/** Usage per day of one row and the temperatures of its days. */
export interface UsePerDay {
  readonly perDay: number;
  readonly dayTemperatures: readonly number[];
  readonly weight: number;
}

/** Candidate balance points: 30–90 °F in steps of 1 (CalTRACK 3.2.1 allows up to 3; eemeter takes 1). */
const BALANCE_POINTS_F = Array.from({ length: 61 }, (_, i) => 30 + i);
/** CalTRACK 3.2.2.2: fewer degree days tell nothing. The number of days does not count for bills. */
const DEGREE_DAYS_NEEDED = 20;
/** Balance points outside the data's range give the same fit; the first of such equals is taken. */
const BETTER_BY = 1e-12;

/** Mean degree days per day below a balance point. */
export function heatingDegrees(dayTemperatures: readonly number[], balance: number): number {
  let sum = 0;
  for (const temperature of dayTemperatures) if (temperature < balance) sum += balance - temperature;
  return sum / dayTemperatures.length;
}

/** Mean degree days per day above a balance point. */
export function coolingDegrees(dayTemperatures: readonly number[], balance: number): number {
  let sum = 0;
  for (const temperature of dayTemperatures) if (temperature > balance) sum += temperature - balance;
  return sum / dayTemperatures.length;
}

interface Term {
  readonly balance: number;
  /** Degrees of each row less their weighted mean. */
  readonly centred: Float64Array;
  /** Their weighted mean, the weighted square of the centred ones and their product with usage. */
  readonly mean: number;
  readonly square: number;
  readonly withUsage: number;
}

/**
 * The balance points of the best model that qualifies (CalTRACK 3.2–3.4): of usage alone, heating,
 * cooling (not for gas) and both, with no negative coefficient, the one of highest adjusted R².
 * `daysNeeded` is the least number of rows with degree days that a balance point must have. Null when
 * no candidate qualifies.
 */
export function bestBalancePoints(
  rows: readonly UsePerDay[],
  cooled: boolean,
  daysNeeded: number,
): BalancePoints | null {
  const weights = Float64Array.from(rows, ({ weight }) => weight);
  const usage = centred(
    Float64Array.from(rows, ({ perDay }) => perDay),
    weights,
  );
  const termsOf = (degrees: typeof heatingDegrees) => candidates(rows, weights, usage.centred, degrees, daysNeeded);
  const heating = termsOf(heatingDegrees);
  const cooling = cooled ? termsOf(coolingDegrees) : [];
  const total = weightedDot(usage.centred, usage.centred, weights);
  let best: BalancePoints | null = usage.mean >= 0 ? { heating: null, cooling: null } : null;
  let bestScore = best ? 0 : Number.NEGATIVE_INFINITY;
  const consider = (explained: number | null, parameters: number, points: BalancePoints) => {
    if (explained === null || total === 0) return;
    const score = 1 - ((1 - explained / total) * (rows.length - 1)) / (rows.length - parameters - 1);
    if (!(score > bestScore + BETTER_BY)) return;
    best = points;
    bestScore = score;
  };
  if (rows.length > 2) {
    for (const term of heating) consider(explainedByOne(term, usage.mean), 1, { heating: term.balance, cooling: null });
    for (const term of cooling) consider(explainedByOne(term, usage.mean), 1, { heating: null, cooling: term.balance });
  }
  if (rows.length > 3)
    for (const cool of cooling)
      for (const heat of heating)
        if (heat.balance <= cool.balance)
          consider(explainedByBoth(heat, cool, usage.mean, weights), 2, {
            heating: heat.balance,
            cooling: cool.balance,
          });
  return best;
}

function centred(values: Float64Array, weights: Float64Array): { centred: Float64Array; mean: number } {
  let sum = 0;
  let all = 0;
  for (const [i, value] of values.entries()) {
    sum += value * (weights[i] as number);
    all += weights[i] as number;
  }
  const mean = sum / all;
  return { mean, centred: values.map((value) => value - mean) };
}

function weightedDot(a: Float64Array, b: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (weights[i] as number) * (a[i] as number) * (b[i] as number);
  return sum;
}

function candidates(
  rows: readonly UsePerDay[],
  weights: Float64Array,
  usage: Float64Array,
  degreesOf: typeof heatingDegrees,
  daysNeeded: number,
): Term[] {
  return BALANCE_POINTS_F.flatMap((balance) => {
    const degrees = Float64Array.from(rows, ({ dayTemperatures }) => degreesOf(dayTemperatures, balance));
    const total = degrees.reduce((sum, each, i) => sum + each * (weights[i] as number), 0);
    const days = degrees.reduce((count, each) => count + (each > 0 ? 1 : 0), 0);
    if (total < DEGREE_DAYS_NEEDED || days < daysNeeded) return [];
    const { mean, centred: around } = centred(degrees, weights);
    const square = weightedDot(around, around, weights);
    return [{ balance, mean, centred: around, square, withUsage: weightedDot(around, usage, weights) }];
  });
}

/** The sum of squares that the term explains; null when a coefficient is negative or the term never changes. */
function explainedByOne({ mean, square, withUsage }: Term, usageMean: number): number | null {
  if (isNothing(square, mean)) return null;
  const slope = withUsage / square;
  return slope < 0 || usageMean - slope * mean < 0 ? null : slope * withUsage;
}

function explainedByBoth(heat: Term, cool: Term, usageMean: number, weights: Float64Array): number | null {
  if (isNothing(heat.square, heat.mean) || isNothing(cool.square, cool.mean)) return null;
  const product = weightedDot(heat.centred, cool.centred, weights);
  const left = heat.square - (product * product) / cool.square;
  if (left <= heat.square * 1e-10) return null;
  const heatSlope = (heat.withUsage - (product * cool.withUsage) / cool.square) / left;
  const coolSlope = (cool.withUsage - product * heatSlope) / cool.square;
  const intercept = usageMean - heatSlope * heat.mean - coolSlope * cool.mean;
  return heatSlope < 0 || coolSlope < 0 || intercept < 0
    ? null
    : heatSlope * heat.withUsage + coolSlope * cool.withUsage;
}

/** What is left of a constant column after its mean is taken off is rounding. */
function isNothing(square: number, mean: number): boolean {
  return square <= mean * mean * 1e-14;
}
