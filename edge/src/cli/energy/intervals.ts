import {
  dataFaults,
  type DataFault,
  EVERY,
  type Every,
  gridOf,
  type Interval,
  intervalsOf,
  meterStretches,
} from '@keepsite/edge-energy';
import type { Command } from 'commander';
import { type MeterOptions, readMeter, withMeter } from './meter.ts';
import { type EnergyIo, oneOf } from './options.ts';

interface IntervalsOptions extends MeterOptions {
  readonly every: Every;
  readonly days: 'local' | 'utc';
  readonly json?: true;
}

/** `intervals`: what a meter said as energy per quarter, hour, day or month; `quality`: what is wrong with it. */
export function addIntervals(program: Command, io: EnergyIo): void {
  withMeter(program.command('intervals'))
    .description('energy per interval with its quality, from a counter, a power or intervals of any length')
    .option('--json', 'one JSON object a line')
    .option('--every <length>', EVERY.join(', '), oneOf(EVERY), 'hour')
    .option('--days <days>', 'local or utc midnight', oneOf(['local', 'utc'] as const), 'local')
    .action((options: IntervalsOptions) => printIntervals(options, io));
  withMeter(program.command('quality'))
    .description('what is wrong with a recording: gaps, resets, stuck values, conflicts …')
    .option('--json', 'one JSON object a line')
    .action((options: IntervalsOptions) => printFaults(options, io));
}

function printIntervals(options: IntervalsOptions, io: EnergyIo): void {
  const { rows, kind, rules, from, to } = readMeter(options, io);
  const grid = gridOf(options.every, from, to, options.days === 'utc' ? 'UTC' : (options.zone ?? 'UTC'));
  const intervals = intervalsOf(grid, meterStretches(rows, kind, rules), rules);
  if (!options.json) io.out('from,to,kwh,coverage,quality');
  io.out(intervals.map((interval) => (options.json ? JSON.stringify(shown(interval)) : lineOf(interval))).join('\n'));
}

function printFaults(options: IntervalsOptions, io: EnergyIo): void {
  const { rows, kind, rules } = readMeter(options, io);
  const faults = dataFaults(rows, kind, rules);
  if (faults.length > 0)
    io.out(faults.map((fault) => (options.json ? JSON.stringify(shown(fault)) : told(fault))).join('\n'));
  io.err(`energy: ${rows.length} rows, ${faults.length} data faults`);
}

function shown<T extends { readonly from: number; readonly to: number }>(it: T) {
  return { ...it, from: instant(it.from), to: instant(it.to) };
}

function lineOf({ from, to, kwh, coverage, quality }: Interval): string {
  return [
    instant(from),
    instant(to),
    kwh === null ? '' : Number(kwh.toFixed(6)),
    Number(coverage.toFixed(4)),
    quality,
  ].join(',');
}

function told({ kind, from, to, rows, value }: DataFault): string {
  return `${instant(from)} ${instant(to)} ${kind}${value === null ? '' : ` ${value}`} (${rows} rows)`;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
