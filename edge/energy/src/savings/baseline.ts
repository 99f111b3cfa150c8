import type { BillRow } from '../models/bill-rows.ts';
import type { Fuel } from '../models/caltrack.ts';
import { type Method, type Model, type Refused, refused } from '../models/model.ts';
import { HOUR_MS, type HourRow, known, type Measured, type Period, type Row } from '../models/rows.ts';
import { stepOf } from '../series.ts';
import { type FitMetrics, fitMetrics } from '../statistics/metrics.ts';
import { formOf, type MethodForm } from './forms.ts';
import { isOddBill, type Sufficiency, sufficiencyOf, usableMonths } from './sufficiency.ts';

export interface BaselineRequest {
  readonly method: Method;
  readonly measured: Measured;
  readonly baseline: Period;
  readonly fuel: Fuel;
  /** Times that a person has approved as non-routine: nothing in them is used. */
  readonly excluded?: readonly Period[];
  /** Fit even where the method's rules of sufficiency say no; the reasons are still told. */
  readonly evenIfInsufficient?: boolean;
}

export interface Baseline {
  readonly ok: true;
  readonly model: Model;
  readonly metrics: FitMetrics;
  readonly sufficiency: Sufficiency;
  readonly rows: readonly Row[];
}

/** Fits a method's model to a baseline, or refuses with the reasons why it cannot carry a saving. */
export function fitBaseline(request: BaselineRequest): Baseline | Refused {
  const { method, measured, baseline, fuel } = request;
  const form = formOf(method);
  const coarse = tooCoarse(measured, form);
  if (coarse.length > 0) return refused(...coarse);
  const rows = rowsOf(request, baseline);
  const sufficiency = withZeros(sufficiencyOf(method, rows, baseline), zerosIn(request));
  if (!sufficiency.sufficient && !request.evenIfInsufficient) return { ok: false, reasons: sufficiency.reasons };
  if (isSteady(rows)) return refused('the temperature of the baseline never changes: its effect cannot be told');
  const fit = form.fit(rows, fuel);
  if (!fit.ok) return fit;
  const model =
    method === 'caltrack-hourly' && !request.evenIfInsufficient ? ofUsableMonths(fit.model, rows) : fit.model;
  const metrics = fitMetrics(model.observed, model.fitted, model.parameters);
  if (!(metrics.mean > 0)) return refused('the usage of the baseline adds up to nothing');
  return { ok: true, model, metrics, sufficiency, rows };
}

/** The rows of a period as the method may use them: what is excluded, odd or missing has no usage. */
export function rowsOf(request: BaselineRequest, period: Period): Row[] {
  const { method, measured, fuel, excluded = [] } = request;
  const form = formOf(method);
  const rows = form.rows(measured, period);
  const missing = (row: Row) =>
    (form.zeroIsMissing && fuel === 'electricity' && row.usage === 0) ||
    excluded.some(({ from, to }) => row.at < to && endOf(row, form.unit) > from) ||
    (form.unit === 'bill' && isOddBill(row as BillRow, rows as BillRow[]));
  return rows.map((row) => (row.usage !== null && missing(row) ? { ...row, usage: null } : row));
}

/** Rows of the baseline that read zero and are taken for missing. */
function zerosIn(request: BaselineRequest): number {
  const form = formOf(request.method);
  if (!form.zeroIsMissing || request.fuel === 'gas') return 0;
  return form.rows(request.measured, request.baseline).filter(({ usage }) => usage === 0).length;
}

function withZeros(sufficiency: Sufficiency, zeros: number): Sufficiency {
  if (zeros === 0) return sufficiency;
  const said = `${zeros} readings of zero are taken for missing (CalTRACK 2.2.1.4); of a gas meter they are believed`;
  return sufficiency.sufficient
    ? { ...sufficiency, warnings: [...sufficiency.warnings, said] }
    : { ...sufficiency, reasons: [...sufficiency.reasons, said] };
}

function endOf(row: Row, unit: 'hour' | 'day' | 'bill'): number {
  return unit === 'bill' ? (row as BillRow).to : row.at + 1;
}

function tooCoarse(measured: Measured, { unit, longestStep, longestTemperatureStep }: MethodForm): string[] {
  const limits = [
    { what: 'meter', step: stepOf(measured.meter), limit: longestStep },
    { what: 'temperature', step: stepOf(measured.temperature), limit: longestTemperatureStep },
  ];
  return limits
    .filter(({ step, limit }) => step === null || step > limit)
    .map(({ what, step }) => {
      const found =
        step === null ? 'has fewer than two readings' : `is read every ${(step / HOUR_MS).toFixed(1)} hours`;
      return `the method works on every ${unit}; this ${what} ${found}`;
    });
}

function isSteady(rows: readonly Row[]): boolean {
  const [first, ...others] = known(rows);
  return first !== undefined && others.every(({ temperature }) => temperature === first.temperature);
}

/** CalTRACK 2.2.1.2: a month is predicted only from three well-known months. */
function ofUsableMonths(model: Model, rows: readonly Row[]): Model {
  const months = usableMonths(rows as HourRow[]);
  return { ...model, predict: (row) => (months.has((row as HourRow).month) ? model.predict(row) : null) };
}
