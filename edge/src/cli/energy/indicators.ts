import {
  CarbonFactor,
  CHINA_AVERAGE,
  dayOf,
  type EmissionLine,
  emissionsOf,
  gridOf,
  type Interval,
  intervalsOf,
  type LoadFigures,
  loadFigures,
  localDay,
  meterStretches,
  type Pue,
  pueOf,
  type Slot,
} from '@keepsite/edge-energy';
import type { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { InputError } from './input-error.ts';
import { type MeterOptions, positive, readMeter, withMeter } from './meter.ts';
import type { EnergyIo } from './options.ts';

interface IndicatorsOptions extends MeterOptions {
  readonly it?: string;
  readonly area?: number;
  readonly factors?: string;
  readonly json?: true;
}

const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 4 * QUARTER_MS;

/** `indicators`: load factor, night share, kWh/m², PUE and carbon of the time that a recording covers. */
export function addIndicators(program: Command, io: EnergyIo): void {
  withMeter(program.command('indicators'))
    .description('load factor, night share, kWh/m², PUE and carbon of a recording; nothing is scaled to a year')
    .option('--it <csv[:column]>', 'IT equipment of a data center, read like --meter: the PUE')
    .option('--area <m2>', 'floor area', positive)
    .option('--factors <file>', "carbon factors, YAML or JSON (default: China's national average)")
    .option('--json', 'one JSON object')
    .action((options: IndicatorsOptions) => printIndicators(options, io));
}

function printIndicators(options: IndicatorsOptions, io: EnergyIo): void {
  const zone = options.zone ?? 'UTC';
  const intervals = intervalsFor(options, io);
  const { area } = options;
  const load = loadFigures(intervals, {
    nights: nightsOf(intervals, zone),
    ...(area !== undefined && { areaM2: area }),
  });
  const pue = options.it === undefined ? null : pueOf(intervals, intervalsFor({ ...options, meter: options.it }, io));
  const emitted = emissionsOf(intervals, factorsOf(options.factors, io), zone);
  if (!emitted.ok) io.err(`energy: no carbon: ${emitted.reason}`);
  const carbon = emitted.ok ? emitted.emissions.lines : [];
  if (options.json) return io.out(JSON.stringify({ ...load, pue, carbon }));
  io.out([...loadText(load), ...(pue ? [pueText(pue)] : []), ...carbon.map(carbonText)].join('\n'));
}

/** Quarters of an hour, hours or days, as fine as the meter was read. */
function intervalsFor(options: MeterOptions, io: EnergyIo): Interval[] {
  const { rows, kind, rules, from, to, step } = readMeter(options, io);
  const every = step <= QUARTER_MS ? 'quarter' : step <= HOUR_MS ? 'hour' : 'day';
  const grid = gridOf(every, from, to, options.zone ?? 'UTC').filter((slot) => slot.from >= from && slot.to <= to);
  return intervalsOf(grid, meterStretches(rows, kind, rules), rules);
}

/** None for a meter of days: they do not show a night. */
function nightsOf(intervals: readonly Interval[], zone: string): Slot[] {
  if (intervals.some(({ from, to }) => to - from > HOUR_MS)) return [];
  const days = new Set(intervals.map(({ from }) => dayOf(from, zone)));
  return [...days].flatMap((day) => localDay(day, zone).night.map(([from, to]) => ({ from, to })));
}

function factorsOf(file: string | undefined, io: EnergyIo): readonly CarbonFactor[] {
  if (file === undefined) return CHINA_AVERAGE;
  try {
    return z
      .array(CarbonFactor)
      .min(1)
      .parse(parse(new TextDecoder().decode(io.read(file))));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new InputError(`${file} holds no carbon factors: ${reason}`, { cause: error });
  }
}

function loadText({ kwh, meanKw, peakKw, loadFactor, nightShare, kwhPerM2, days, coverage }: LoadFigures): string[] {
  return [
    `${days.toFixed(1)} days, ${(100 * coverage).toFixed(1)} % known`,
    `energy ${shown(kwh, 1)} kWh, mean ${shown(meanKw, 2)} kW, highest interval ${shown(peakKw, 2)} kW`,
    `load factor ${shown(loadFactor, 3)}, night share ${shown(nightShare, 3)}, ${shown(kwhPerM2, 2)} kWh/m²`,
  ];
}

function pueText({ value, interim, coverage }: Pue): string {
  const name = interim ? 'interim PUE (less than a year)' : 'PUE';
  return `${name} ${shown(value, 3)}, ${(100 * coverage).toFixed(1)} % known on both sides`;
}

function carbonText({ year, kwh, kgCo2, factor, provisional }: EmissionLine): string {
  const { kgPerKwh, region, scope, document } = factor;
  const which = `${kgPerKwh} kg/kWh, ${region} ${scope} ${factor.year}${provisional ? ', provisional' : ''}`;
  return `${year}: ${kwh.toFixed(1)} kWh, ${kgCo2.toFixed(1)} kg CO₂ (${which}; ${document})`;
}

function shown(value: number | null, digits: number): string {
  return value === null ? '–' : value.toFixed(digits);
}
