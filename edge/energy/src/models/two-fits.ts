import { fitGroups, type GroupedFit } from '../statistics/grouped-fit.ts';
import { type Coefficient, type Fit, type Method, refused } from './model.ts';
import { occupiedSlots } from './occupancy.ts';
import { known, type Known, type Row } from './rows.ts';
import { temperatureTerms } from './temperature-terms.ts';

/** How one method forms its time-of-week-and-temperature model. */
export interface TwoFitsForm<R extends Row> {
  readonly method: Method;
  readonly slotOf: (row: R) => number;
  readonly slotName: (slot: number) => string;
  /** Fewer occupied slots than this are none: LBNL's form wants three. */
  readonly fewestOccupied: number;
  readonly knotsOf: (temperatures: readonly number[]) => number[];
}

interface Part<R extends Row> {
  readonly name: 'occupied' | 'unoccupied';
  readonly fit: GroupedFit;
  /** Places of its rows among all fitted rows. */
  readonly places: readonly number[];
  readonly owns: (row: R) => boolean;
}

/**
 * Time of week and temperature (Mathieu et al. 2011): occupied and unoccupied slots are fitted apart by
 * ordinary least squares, each with a level per slot and a slope per temperature piece; what would be
 * negative is predicted as zero.
 */
export function fitTwice<R extends Row>(all: readonly R[], form: TwoFitsForm<R>): Fit<R> {
  const rows = known(all);
  const knots = form.knotsOf(rows.map(({ temperature }) => temperature));
  const busy = occupiedSlots(rows.map((row) => ({ ...row, slot: form.slotOf(row), weight: 1 })));
  const occupied = busy.size >= form.fewestOccupied ? busy : new Set<number>();
  const parts = (['occupied', 'unoccupied'] as const)
    .map((name) => partOf(name, rows, (row) => occupied.has(form.slotOf(row)) === (name === 'occupied'), knots, form))
    .filter(({ places }) => places.length > 0);
  const slopes = parts.reduce((sum, { fit }) => sum + fit.slopes.filter((slope) => slope !== null).length, 0);
  const parameters = parts.reduce((sum, { fit }) => sum + fit.levels.size - 1, slopes);
  if (rows.length - parameters - parts.length < 1)
    return refused(`${rows.length} usable intervals cannot carry a model of ${parameters + parts.length} coefficients`);
  const predict = (row: R) => {
    if (row.temperature === null) return null;
    const expected = parts
      .find(({ owns }) => owns(row))
      ?.fit.predict(form.slotOf(row), temperatureTerms(row.temperature, knots));
    return expected === undefined || expected === null ? null : Math.max(0, expected);
  };
  return {
    ok: true,
    model: {
      method: form.method,
      formula: `usage ~ time of week + temperature in ${knots.length + 1} pieces, ${parts.map(({ name }) => name).join(' and ')} apart`,
      coefficients: parts.flatMap((part) => coefficientsOf(part, form)),
      knots,
      parameters,
      intercepts: parts.length,
      rows,
      observed: Float64Array.from(rows, ({ usage }) => usage),
      fitted: fittedOf(rows, parts, knots, form),
      predict,
      influence: (asked) => influenceOf(rows.length, parts, asked, knots, form),
    },
  };
}

function partOf<R extends Row>(
  name: Part<R>['name'],
  rows: readonly Known<R>[],
  owns: (row: R) => boolean,
  knots: readonly number[],
  form: TwoFitsForm<R>,
): Part<R> {
  const places = rows.flatMap((row, i) => (owns(row) ? [i] : []));
  const grouped = places.map((place) => {
    const row = rows[place] as Known<R>;
    return { group: form.slotOf(row), terms: temperatureTerms(row.temperature, knots), outcome: row.usage, weight: 1 };
  });
  return { name, fit: fitGroups(grouped, knots.length + 1), places, owns };
}

function coefficientsOf<R extends Row>({ name, fit }: Part<R>, form: TwoFitsForm<R>): Coefficient[] {
  const levels = [...fit.levels].toSorted(([a], [b]) => a - b);
  return [
    ...levels.map(([slot, value]) => ({ name: `${name} ${form.slotName(slot)}`, value })),
    ...fit.slopes.map((value, i) => ({ name: `${name} temperature ${i + 1}`, value })),
  ];
}

/** The fit itself is not clipped: it is what the residuals are measured against. */
function fittedOf<R extends Row>(
  rows: readonly Known<R>[],
  parts: readonly Part<R>[],
  knots: readonly number[],
  form: TwoFitsForm<R>,
): Float64Array {
  const fitted = new Float64Array(rows.length);
  for (const { fit, places } of parts)
    for (const place of places) {
      const row = rows[place] as Known<R>;
      fitted[place] = fit.predict(form.slotOf(row), temperatureTerms(row.temperature, knots)) ?? 0;
    }
  return fitted;
}

function influenceOf<R extends Row>(
  count: number,
  parts: readonly Part<R>[],
  asked: readonly R[],
  knots: readonly number[],
  form: TwoFitsForm<R>,
): Float64Array {
  const influence = new Float64Array(count);
  for (const { fit, places, owns } of parts) {
    const own = asked.flatMap((row) =>
      row.temperature !== null && owns(row)
        ? [{ group: form.slotOf(row), terms: temperatureTerms(row.temperature, knots) }]
        : [],
    );
    for (const [k, value] of fit.influence(own).entries()) influence[places[k] as number] = value;
  }
  return influence;
}
