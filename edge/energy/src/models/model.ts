import type { Row } from './rows.ts';

export const METHODS = ['towt-daily', 'caltrack-daily', 'caltrack-billing', 'caltrack-hourly', 'towt-hourly'] as const;
export type Method = (typeof METHODS)[number];

/** One number of a model, by name; null where the data cannot tell it from the others (R's NA). */
export interface Coefficient {
  readonly name: string;
  readonly value: number | null;
}

/** A baseline that was fitted: what a building would have used under given weather and calendar. */
export interface Model<R extends Row = Row> {
  readonly method: Method;
  /** The model written out, such as `usage ~ intercept + 1.1·HDD53 + 2.5·CDD68`. */
  readonly formula: string;
  readonly coefficients: readonly Coefficient[];
  /** Temperatures in °F where the model bends. */
  readonly knots: readonly number[];
  /** Coefficients without intercepts, and the intercepts. */
  readonly parameters: number;
  readonly intercepts: number;
  /** The rows it was fitted on, in order of time, and the fit to each of them. */
  readonly rows: readonly R[];
  readonly observed: Float64Array;
  readonly fitted: Float64Array;
  /** Expected usage of the interval; null where temperature or the model's knowledge of it is missing. */
  predict(row: R): number | null;
  /**
   * How strongly the usage of each fitted row moves the sum of the predictions of `rows`: the model is
   * linear in it, so `Σ predictions = Σ influence·observed` (before anything is clipped at zero).
   */
  influence(rows: readonly R[]): Float64Array;
}

/** Why no baseline can be fitted: sentences for a person. */
export interface Refused {
  readonly ok: false;
  readonly reasons: readonly string[];
}

export type Fit<R extends Row> = { readonly ok: true; readonly model: Model<R> } | Refused;

export function refused(...reasons: string[]): Refused {
  return { ok: false, reasons };
}
