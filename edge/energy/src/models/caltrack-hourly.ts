import { fitGroups, type Grouped, type GroupedFit } from '../statistics/grouped-fit.ts';
import { type Fit, refused } from './model.ts';
import { occupiedSlots } from './occupancy.ts';
import { type HourRow, known, type Known } from './rows.ts';
import { temperatureTerms } from './temperature-terms.ts';
import { hourName } from './towt.ts';

/** CalTRACK 3.9.1: endpoints of the temperature bins, °F, and the hours that each bin must hold. */
const BIN_ENDPOINTS_F = [30, 45, 55, 65, 75, 90] as const;
const HOURS_IN_BIN = 20;
/** The neighbouring months count half (CalTRACK 3.7.5 and 3.11.2, three-month weighted). */
const NEIGHBOUR_WEIGHT = 0.5;
const MONTHS = Array.from({ length: 12 }, (_, i) => i + 1);

/** The model of one calendar month. */
interface MonthModel {
  readonly month: number;
  readonly occupied: ReadonlySet<number>;
  readonly bins: Readonly<Record<'occupied' | 'unoccupied', readonly number[]>>;
  readonly fit: GroupedFit;
  /** Places of the rows it was fitted on. */
  readonly places: readonly number[];
}

/**
 * CalTRACK 2.0 hourly: a time-of-week-and-temperature model for each calendar month, fitted on that month
 * and, at half weight, its two neighbours. One level per hour of the week, and slopes of their own for
 * occupied and unoccupied hours in temperature bins that each hold 20 hours.
 */
export function fitCaltrackHourly(hours: readonly HourRow[]): Fit<HourRow> {
  const rows = known(hours);
  const models = MONTHS.filter((month) => rows.some((row) => row.month === month)).map((month) =>
    monthModel(rows, month),
  );
  if (models.length === 0) return refused('no hour of the baseline has both usage and temperature');
  const byMonth = new Map(models.map((model) => [model.month, model]));
  const predict = (row: HourRow) => {
    const model = byMonth.get(row.month);
    return !model || row.temperature === null
      ? null
      : model.fit.predict(row.hourOfWeek, termsOf(model, row, row.temperature));
  };
  return {
    ok: true,
    model: {
      method: 'caltrack-hourly',
      formula:
        'usage ~ hour of week + temperature in bins, occupied and unoccupied apart; one model a month of three weighted months',
      coefficients: models.flatMap(coefficientsOf),
      knots: [...BIN_ENDPOINTS_F],
      parameters: Math.max(
        ...models.map(({ fit }) => fit.levels.size + fit.slopes.filter((slope) => slope !== null).length),
      ),
      intercepts: 0,
      rows,
      observed: Float64Array.from(rows, ({ usage }) => usage),
      fitted: Float64Array.from(rows, (row) => predict(row) ?? 0),
      predict,
      influence: (asked) => influenceOf(asked, byMonth, rows.length),
    },
  };
}

function monthModel(all: readonly Known<HourRow>[], month: number): MonthModel {
  const places = all.flatMap((row, i) => (weightIn(month, row.month) > 0 ? [i] : []));
  const rows = places.map((place) => all[place] as Known<HourRow>);
  const weight = (row: HourRow) => weightIn(month, row.month);
  const occupied = occupiedSlots(rows.map((row) => ({ ...row, slot: row.hourOfWeek, weight: weight(row) })));
  const temperatures = (busy: boolean) =>
    rows.filter(({ hourOfWeek }) => occupied.has(hourOfWeek) === busy).map(({ temperature }) => temperature);
  const bins = { occupied: binsOf(temperatures(true)), unoccupied: binsOf(temperatures(false)) };
  const grouped = rows.map((row) => ({
    group: row.hourOfWeek,
    terms: termsOf({ occupied, bins }, row, row.temperature),
    outcome: row.usage,
    weight: weight(row),
  }));
  return { month, occupied, bins, fit: fitGroups(grouped, bins.occupied.length + bins.unoccupied.length + 2), places };
}

function weightIn(month: number, other: number): number {
  const apart = Math.abs(month - other);
  if (apart === 0) return 1;
  return apart === 1 || apart === 11 ? NEIGHBOUR_WEIGHT : 0;
}

/** Endpoints whose bins hold too few hours go: the outermost first, inner ones once both ends hold. */
function binsOf(temperatures: readonly number[]): number[] {
  let endpoints: number[] = [...BIN_ENDPOINTS_F];
  for (;;) {
    const gone = emptyEndpoints(temperatures, endpoints);
    if (gone.size === 0) return endpoints;
    endpoints = endpoints.filter((endpoint) => !gone.has(endpoint));
  }
}

function emptyEndpoints(temperatures: readonly number[], endpoints: readonly number[]): Set<number> {
  const gone = new Set<number>();
  const [first] = endpoints;
  const last = endpoints.at(-1);
  if (first === undefined || last === undefined) return gone;
  const few = (lower: number, upper: number) =>
    temperatures.filter((temperature) => temperature > lower && temperature <= upper).length < HOURS_IN_BIN;
  if (few(Number.NEGATIVE_INFINITY, first)) gone.add(first);
  if (few(last, Number.POSITIVE_INFINITY)) gone.add(last);
  if (gone.size === 0)
    for (const [i, endpoint] of endpoints.entries())
      if (i > 0 && few(endpoints[i - 1] as number, endpoint)) gone.add(endpoint);
  return gone;
}

/** The pieces of the row's own state; those of the other state are 0. */
function termsOf(
  { occupied, bins }: Pick<MonthModel, 'occupied' | 'bins'>,
  row: HourRow,
  temperature: number,
): number[] {
  const busy = occupied.has(row.hourOfWeek);
  const none = (endpoints: readonly number[]) => Array.from({ length: endpoints.length + 1 }, () => 0);
  return [
    ...(busy ? temperatureTerms(temperature, bins.occupied) : none(bins.occupied)),
    ...(busy ? none(bins.unoccupied) : temperatureTerms(temperature, bins.unoccupied)),
  ];
}

function coefficientsOf({ month, fit, bins }: MonthModel) {
  const levels = [...fit.levels].toSorted(([a], [b]) => a - b);
  const first = bins.occupied.length + 1;
  const state = (i: number) =>
    i < first ? `occupied temperature ${i + 1}` : `unoccupied temperature ${i - first + 1}`;
  return [
    ...levels.map(([hour, value]) => ({ name: `month ${month} ${hourName(hour)}`, value })),
    ...fit.slopes.map((value, i) => ({ name: `month ${month} ${state(i)}`, value })),
  ];
}

function influenceOf(asked: readonly HourRow[], byMonth: ReadonlyMap<number, MonthModel>, count: number): Float64Array {
  const influence = new Float64Array(count);
  for (const model of byMonth.values()) {
    const own: Grouped[] = asked.flatMap((row) =>
      row.month === model.month && row.temperature !== null
        ? [{ group: row.hourOfWeek, terms: termsOf(model, row, row.temperature) }]
        : [],
    );
    if (own.length === 0) continue;
    for (const [k, value] of model.fit.influence(own).entries()) {
      const place = model.places[k] as number;
      influence[place] = (influence[place] as number) + value;
    }
  }
  return influence;
}
