import type { Model } from '../models/model.ts';
import { known, type Known, type Row } from '../models/rows.ts';

/** How far the reporting period lies within what the baseline knows. Temperatures in °F. */
export interface Coverage {
  readonly baselineTemperature: Range;
  readonly reportingTemperature: Range;
  /** Compared intervals colder than any, warmer than any, and within the baseline's. */
  readonly below: number;
  readonly within: number;
  readonly above: number;
  readonly savingsWithin: number;
  readonly savingsOutside: number;
  /** Intervals whose time of week or month the baseline has never seen: not predicted, not counted. */
  readonly unseenTimes: number;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Splits the savings of the compared rows into those within the baseline's temperatures and those beyond. */
export function coverageOf(model: Model, reporting: readonly Row[]): Coverage {
  const baseline = temperatureRange(known(model.rows));
  const usable = known(reporting);
  const compared = usable.filter((row) => model.predict(row) !== null);
  const saved = (rows: readonly Known<Row>[]) =>
    rows.reduce((sum, row) => sum + (model.predict(row) ?? 0) - row.usage, 0);
  const below = compared.filter(({ temperature }) => temperature < baseline.low);
  const above = compared.filter(({ temperature }) => temperature > baseline.high);
  const within = compared.filter(({ temperature }) => temperature >= baseline.low && temperature <= baseline.high);
  return {
    baselineTemperature: baseline,
    reportingTemperature: temperatureRange(compared),
    below: below.length,
    within: within.length,
    above: above.length,
    savingsWithin: saved(within),
    savingsOutside: saved(below) + saved(above),
    unseenTimes: usable.length - compared.length,
  };
}

/** The lowest and the highest temperature. */
export function temperatureRange(rows: readonly { readonly temperature: number }[]): Range {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { temperature } of rows) {
    low = Math.min(low, temperature);
    high = Math.max(high, temperature);
  }
  return { low, high };
}
