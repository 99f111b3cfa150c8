import {
  type BudgetRisk,
  channelPrice,
  type ChannelUse,
  type DataFault,
  dataFaults,
  dayOf,
  moneyText,
  monthRisk,
  type Tariff,
  type ToldWarning,
  UNUSABLE,
  watchMeter,
} from '@keepsite/edge-energy';
import type { Command } from 'commander';
import { type LessonOptions, readLesson, withLesson } from './lesson.ts';
import { positive } from './meter.ts';
import type { EnergyIo } from './options.ts';
import { readTariff } from './read-tariff.ts';

interface WasteOptions extends LessonOptions {
  readonly tariff?: string;
  readonly budget?: number;
  readonly json?: true;
}

/** `waste`: what nights, weekends and workdays use above the baseline, in kWh and money; data faults first. */
export function addWaste(program: Command, io: EnergyIo): void {
  withLesson(program.command('waste'))
    .description('early warning of one meter: nights, weekends and workdays that use more than the frozen baseline')
    .option('--tariff <file>', 'price book: what the waste costs')
    .option('--budget <kwh>', 'of the month in which --test ends: is it heading above it?', positive)
    .option('--json', 'one JSON object a line')
    .addHelpText(
      'after',
      '\nA warning is printed on the day it opens and, with what it has come to, on its last. Method: docs/energy-warnings.md.',
    )
    .action((options: WasteOptions) => printWaste(options, io));
}

function printWaste(options: WasteOptions, io: EnergyIo): void {
  const { json, zone, budget } = options;
  const { lesson, test } = readLesson(options, io);
  const tariff = options.tariff === undefined ? null : readTariff(options.tariff, zone, io);
  const faults = dataFaults(test, 'energy').map((fault) =>
    json
      ? JSON.stringify({ fault: fault.kind, day: dayOf(fault.from, zone), rows: fault.rows })
      : toldFault(fault, zone),
  );
  const priceOf = (use: ChannelUse) => (tariff ? channelPrice(tariff, use, zone) : null);
  const warnings = watchMeter(lesson, test, priceOf).map((warning) =>
    json ? JSON.stringify(warning) : told(warning, tariff),
  );
  const risk = budget === undefined ? null : monthRisk(lesson, test, budget);
  const month = risk ? [json ? JSON.stringify(risk) : toldMonth(risk)] : [];
  for (const line of [...faults, ...warnings, ...month]) io.out(line);
}

function told({ channel, since, day, state, excessKwh, excessCents }: ToldWarning, tariff: Tariff | null): string {
  const money = tariff ? `, ${moneyText(Math.round(excessCents))} ${tariff.currency}` : '';
  return `${day} ${channel} ${state}: ${excessKwh.toFixed(1)} kWh${money} above the baseline since ${since}`;
}

function toldMonth({ month, forecastKwh, spreadKwh, probability, warning }: BudgetRisk & { month: string }): string {
  const forecast = `${month} heads for ${forecastKwh.toFixed(0)} ± ${spreadKwh.toFixed(0)} kWh`;
  return `${forecast}, above its budget with ${Math.round(100 * probability)} %${warning ? ': warning' : ''}`;
}

function toldFault({ kind, from, rows }: DataFault, zone: string): string {
  return `${dayOf(from, zone)} data fault: ${kind} (${rows} rows)${UNUSABLE.has(kind) ? '; its days are not judged' : ''}`;
}
