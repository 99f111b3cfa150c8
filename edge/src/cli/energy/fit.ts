import { type Baseline, fitBaseline, type PredictedRow, rowsOf } from '@keepsite/edge-energy';
import type { Command } from 'commander';
import type { EnergyIo } from './options.ts';
import { refusal } from './refusal.ts';
import { type BaselineOptions, baselineRequest, periodOf, withBaseline } from './request.ts';

interface PredictOptions extends BaselineOptions {
  readonly period: string;
}

/** `fit`: a baseline's model and whether it can carry a saving; `predict`: what it expects of a period, interval by interval. */
export function addFit(program: Command, io: EnergyIo): void {
  withBaseline(program.command('fit'))
    .description('the baseline alone: formula, coefficients, fit, and whether its data suffice')
    .action((options: BaselineOptions) => printFit(options, io));
  withBaseline(program.command('predict'))
    .description('what the baseline expects of a period: one CSV row (with --json one object) an interval')
    .requiredOption('--period <from/to>', 'FROM/TO, dates, TO excluded')
    .action((options: PredictOptions) => printPrediction(options, io));
}

function printFit(options: BaselineOptions, io: EnergyIo): void {
  const { request, baseline: fit, notes } = fitted(options, io);
  const { model, metrics, sufficiency } = fit;
  const { parameters, intercepts, knots: knotsF, coefficients, formula } = model;
  const told = { method: model.method, formula, ...metrics, parameters, intercepts, knotsF, sufficiency, coefficients };
  if (options.json) {
    const { from, to } = request.baseline;
    const baseline = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    io.out(JSON.stringify({ ...told, baseline, notes }, null, 2));
    return;
  }
  const numbers = Object.entries({ ...metrics, parameters, intercepts }).map(
    ([name, value]) => `${name}  ${value ?? '–'}`,
  );
  const values = coefficients.map(({ name, value }) => `${name}  ${value ?? 'dropped: the data cannot tell it apart'}`);
  io.out(
    [formula, '', ...numbers, '', ...values, '', ...sufficiency.reasons, ...sufficiency.warnings, ...notes]
      .join('\n')
      .trimEnd(),
  );
}

function printPrediction(options: PredictOptions, io: EnergyIo): void {
  const { request, baseline } = fitted(options, io);
  const period = periodOf(options.period, '--period', options);
  const rows = rowsOf(request, period).map((row) => ({ ...row, predicted: baseline.model.predict(row) }));
  if (options.json) io.out(rows.map((row) => JSON.stringify(toldRow(row))).join('\n'));
  else io.out(['at,temperatureF,usage,predicted', ...rows.map(csvRow)].join('\n'));
}

function fitted(options: BaselineOptions, io: EnergyIo): ReturnType<typeof baselineRequest> & { baseline: Baseline } {
  const { request, notes } = baselineRequest(options, io);
  const baseline = fitBaseline(request);
  if (!baseline.ok) throw refusal(options.method, baseline.reasons, options.json === true, io);
  return { request, notes, baseline };
}

function toldRow({ at, temperature, usage, predicted }: PredictedRow) {
  return { at: new Date(at).toISOString(), temperatureF: temperature, usage, predicted };
}

function csvRow(row: PredictedRow): string {
  return Object.values(toldRow(row))
    .map((value) => value ?? '')
    .join(',');
}
