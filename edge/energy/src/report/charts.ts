import type { EnergyReport } from '@keepsite/cloud-contract';
import { dayOf } from '../day.ts';
import type { Interval } from '../intervals/intervals.ts';
import type { Measured } from '../models/rows.ts';
import type { PredictedRow, Savings } from '../savings/savings.ts';
import { celsiusOf } from '../series.ts';
import { correlationOf } from '../statistics/metrics.ts';
import { wallDay, wallWeekday, zoneClock } from '../zone.ts';

type Charts = EnergyReport['charts'];

const HOUR_MS = 3_600_000;
const LAGS = 28;

/** Part 6, as numbers: whoever shows them draws them. `hours`: of the period that the heat map is about. */
export function chartsOf(since: Savings, hours: readonly Interval[], zone: string): Charts {
  const { model } = since.baseline;
  const fitted = model.rows.map((row, i): PredictedRow => ({ ...row, predicted: model.fitted[i] as number }));
  const baseline = byDay(fitted, zone).map((day) => ({
    ...day,
    residual: day.actual === null || day.expected === null ? null : day.actual - day.expected,
  }));
  const residuals = baseline.flatMap(({ residual }) => (residual === null ? [] : [residual]));
  return { days: byDay(since.rows, zone), baseline, acf: acfOf(residuals), heatmap: heatmapOf(hours, zone) };
}

/** When no model speaks there are still the hours. */
export function chartsWithout(hours: readonly Interval[], { temperature }: Measured, zone: string): Charts {
  const felt = new Map(temperature.map(({ at, value }) => [at, value]));
  const rows = hours.map(({ from, kwh }) => ({
    at: from,
    usage: kwh,
    temperature: felt.get(from) ?? null,
    predicted: null,
  }));
  return { days: byDay(rows, zone), baseline: [], acf: [], heatmap: heatmapOf(hours, zone) };
}

/** Rows as days: the sums where every row of the day is known, so that a part never looks like a whole. */
function byDay(rows: readonly PredictedRow[], zone: string): Charts['days'] {
  return [...Map.groupBy(rows, ({ at }) => dayOf(at, zone))].map(([day, own]) => {
    const felt = own.flatMap(({ temperature }) => temperature ?? []);
    const fahrenheit = felt.reduce((sum, value) => sum + value, 0) / felt.length;
    return {
      day,
      actual: wholeSum(own.map(({ usage }) => usage)),
      expected: wholeSum(own.map(({ predicted }) => predicted)),
      celsius: felt.length === 0 ? null : celsiusOf(fahrenheit),
    };
  });
}

function wholeSum(values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0);
}

function acfOf(residuals: readonly number[]): number[] {
  const lags = Array.from({ length: Math.min(LAGS, Math.floor(residuals.length / 4)) }, (_, i) => i + 1);
  return lags.map((lag) => correlationOf(residuals.slice(lag), residuals.slice(0, -lag)) ?? 0);
}

/** Mean kW of each weekday's hours; null where none is known. */
function heatmapOf(hours: readonly Interval[], zone: string): Charts['heatmap'] {
  const clock = zoneClock(zone);
  const cells = Map.groupBy(
    hours.filter(({ kwh }) => kwh !== null),
    ({ from }) => {
      const wall = clock.wall(from);
      return wallWeekday(wall) * 24 + Math.floor(wall / HOUR_MS) - wallDay(wall) * 24;
    },
  );
  const kw = (cell: readonly Interval[]) =>
    cell.reduce((sum, { kwh, from, to }) => sum + ((kwh ?? 0) * HOUR_MS) / (to - from), 0) / cell.length;
  return Array.from({ length: 7 }, (_, weekday) =>
    Array.from({ length: 24 }, (_, hour) => {
      const cell = cells.get(weekday * 24 + hour);
      return cell ? kw(cell) : null;
    }),
  );
}
