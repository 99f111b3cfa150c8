import { factor } from '../statistics/least-squares.ts';
import type { BillRow } from './bill-rows.ts';
import { type BalancePoints, bestBalancePoints, coolingDegrees, heatingDegrees } from './degree-days.ts';
import { type Coefficient, type Fit, type Method, refused } from './model.ts';
import { type DayRow, known, type Known, type Row } from './rows.ts';

/** What the meter measures. Gas neither cools nor is missing where it reads zero (CalTRACK 2.2.1.4, 3.2.1.1). */
export type Fuel = 'electricity' | 'gas';

/** CalTRACK 3.2.2.2.1. */
const DAYS_WITH_DEGREES = 10;

interface Form<R extends Row> {
  readonly method: Method;
  readonly fuel: Fuel;
  readonly daysNeeded: number;
  readonly daysOf: (row: R) => number;
  readonly temperaturesOf: (row: R) => readonly number[];
  /** CalTRACK 3.4.2: bills weigh as many days as their temperature is known for. */
  readonly weightOf: (row: R) => number;
}

/** CalTRACK 2.0 daily: usage per day by heating and cooling degree days, ordinary least squares. */
export function fitCaltrackDaily(days: readonly DayRow[], fuel: Fuel): Fit<DayRow> {
  return fitUsagePerDay(days, {
    method: 'caltrack-daily',
    fuel,
    daysNeeded: DAYS_WITH_DEGREES,
    daysOf: () => 1,
    temperaturesOf: ({ temperature }) => (temperature === null ? [] : [temperature]),
    weightOf: () => 1,
  });
}

/** CalTRACK 2.0 billing: the same of whole bills, weighted by their days. */
export function fitCaltrackBilling(bills: readonly BillRow[], fuel: Fuel): Fit<BillRow> {
  return fitUsagePerDay(bills, {
    method: 'caltrack-billing',
    fuel,
    daysNeeded: 0,
    daysOf: ({ days }) => days,
    temperaturesOf: ({ dayTemperatures }) => dayTemperatures,
    weightOf: ({ dayTemperatures }) => dayTemperatures.length,
  });
}

function fitUsagePerDay<R extends Row>(all: readonly R[], form: Form<R>): Fit<R> {
  const rows = known(all);
  const uses = rows.map((row) => ({
    perDay: row.usage / form.daysOf(row),
    dayTemperatures: form.temperaturesOf(row),
    weight: form.weightOf(row),
  }));
  if (rows.length < 3) return refused(`${rows.length} usable intervals are too few for a model`);
  const points = bestBalancePoints(uses, form.fuel === 'electricity', form.daysNeeded);
  if (points === null)
    return refused('no candidate model qualifies: each has a negative coefficient (CalTRACK 3.4.3.2)');
  const terms = termsOf(points);
  const roots = uses.map(({ weight }) => Math.sqrt(weight));
  const weighted = (value: (i: number) => number) => Float64Array.from(uses, (_, i) => (roots[i] as number) * value(i));
  const factored = factor(terms.map((term) => weighted((i) => term.of(uses[i]?.dayTemperatures ?? []))));
  const solved = factored.solve(weighted((i) => uses[i]?.perDay ?? 0));
  const perDay = (row: R) =>
    terms.reduce((sum, term, j) => sum + (solved[j] ?? 0) * term.of(form.temperaturesOf(row)), 0);
  const predict = (row: R) => (row.temperature === null ? null : perDay(row) * form.daysOf(row));
  const coefficients = terms.map(({ name }, j) => ({ name, value: solved[j] ?? null }));
  return {
    ok: true,
    model: {
      method: form.method,
      formula: formulaOf(coefficients),
      coefficients,
      knots: [points.heating, points.cooling].filter((point) => point !== null),
      parameters: terms.length - 1,
      intercepts: 1,
      rows,
      observed: Float64Array.from(rows, ({ usage }) => usage),
      fitted: Float64Array.from(rows, (row) => perDay(row) * form.daysOf(row)),
      predict,
      influence: (asked) => influenceOf(asked, rows, terms, form, factored.influence),
    },
  };
}

interface Term {
  readonly name: string;
  readonly of: (dayTemperatures: readonly number[]) => number;
}

function termsOf({ heating, cooling }: BalancePoints): Term[] {
  const terms: Term[] = [{ name: 'intercept', of: () => 1 }];
  if (cooling !== null) terms.push({ name: `CDD${cooling}`, of: (days) => coolingDegrees(days, cooling) });
  if (heating !== null) terms.push({ name: `HDD${heating}`, of: (days) => heatingDegrees(days, heating) });
  return terms;
}

function formulaOf(coefficients: readonly Coefficient[]): string {
  const [intercept, ...slopes] = coefficients.map(({ name, value }) => ({ name, text: (value ?? 0).toPrecision(6) }));
  return `usage per day = ${[intercept?.text, ...slopes.map(({ name, text }) => `${text}·${name}`)].join(' + ')}`;
}

/** A row's usage enters as usage per day, weighted, and leaves as usage of the asked row's days. */
function influenceOf<R extends Row>(
  asked: readonly R[],
  rows: readonly Known<R>[],
  terms: readonly Term[],
  form: Form<R>,
  ofCoefficients: (combination: readonly number[]) => Float64Array,
): Float64Array {
  const usable = asked.filter(({ temperature }) => temperature !== null);
  const combination = terms.map((term) =>
    usable.reduce((sum, row) => sum + term.of(form.temperaturesOf(row)) * form.daysOf(row), 0),
  );
  const influence = ofCoefficients(combination);
  return influence.map((value, i) => {
    const row = rows[i] as Known<R>;
    return (value * Math.sqrt(form.weightOf(row))) / form.daysOf(row);
  });
}
