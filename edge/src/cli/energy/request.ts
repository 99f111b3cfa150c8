import {
  type BaselineRequest,
  fahrenheitOf,
  joinedBills,
  type Fuel,
  type Method,
  METHODS,
  type Period,
  type Point,
  zoneClock,
} from '@keepsite/edge-energy';
import { type Command, InvalidArgumentError } from 'commander';
import { InputError } from './input-error.ts';
import { type EnergyIo, oneOf, zoneOption } from './options.ts';
import { readSeries, type SeriesFile } from './read-series.ts';
import { stampOf } from './stamp.ts';

/** The options that every command with a baseline takes. */
export interface BaselineOptions {
  readonly method: Method;
  readonly meter: string;
  readonly temperature: string;
  readonly baseline: string;
  readonly zone?: string;
  readonly unit: 'F' | 'C';
  readonly stamp: 'start' | 'end';
  readonly days: 'local' | 'utc';
  readonly fuel: Fuel;
  readonly insufficient: 'refuse' | 'allow';
  readonly estimated?: string;
  readonly json?: true;
}

const BASELINE_PERIOD = 'FROM/TO, dates, TO excluded';
/** A year of outdoor temperatures that never reaches this in °F is far more likely in °C. */
const SURELY_REACHED_F = 50;

/** Adds them. */
export function withBaseline(command: Command): Command {
  return command
    .requiredOption('--method <method>', METHODS.join(', '), oneOf(METHODS))
    .requiredOption('--meter <csv[:column]>', 'energy per interval: a header, times in the first column, plain or gz')
    .requiredOption('--temperature <csv[:column]>', 'outdoor temperature')
    .requiredOption('--baseline <from/to>', BASELINE_PERIOD)
    .option('--zone <zone>', 'zone of times without an offset and of local days, such as Asia/Shanghai', zoneOption)
    .option('--unit <unit>', 'F or C: the unit of the temperatures', oneOf(['F', 'C'] as const), 'F')
    .option(
      '--stamp <stamp>',
      'a row carries the start or the end of its interval',
      oneOf(['start', 'end'] as const),
      'start',
    )
    .option('--days <days>', 'days and weeks by the local or the UTC clock', oneOf(['local', 'utc'] as const), 'local')
    .option(
      '--fuel <fuel>',
      'electricity or gas (CalTRACK: gas does not cool and may be zero)',
      oneOf(['electricity', 'gas'] as const),
      'electricity',
    )
    .option(
      '--insufficient <what>',
      'refuse a baseline that breaks the rules of its method, or allow it',
      oneOf(['refuse', 'allow'] as const),
      'refuse',
    )
    .option('--estimated <column>', 'of bills: 1 where the supplier guessed the reading; joined with the next real one')
    .option('--json', 'print JSON');
}

/** The baseline that the options ask for, read from its files; `notes` are what a reader of the result must know. */
export function baselineRequest(options: BaselineOptions, io: EnergyIo): { request: BaselineRequest; notes: string[] } {
  const read = { read: io.read, stamp: options.stamp, ...(options.zone && { zone: options.zone }) };
  const meter = withReads(readSeries(options.meter, read), options, read);
  const temperature = readSeries(options.temperature, { ...read, duplicates: 'mean' });
  const clock = zoneClock(daysZone(options));
  const notes = [...new Set([...meter.notes, ...temperature.notes])];
  if (options.zone === undefined && options.days === 'local') notes.push('no --zone was given: days are UTC days');
  if (options.unit === 'F' && looksLikeCelsius(temperature))
    notes.push(`${temperature.file} looks like °C: give --unit C`);
  return {
    request: {
      method: options.method,
      measured: { meter: meter.series, temperature: fahrenheit(temperature.series, options.unit), clock },
      baseline: periodOf(options.baseline, '--baseline', options),
      fuel: options.fuel,
      evenIfInsufficient: options.insufficient === 'allow',
    },
    notes,
  };
}

/** Bills with the estimated ones joined, where their column is told. */
function withReads(
  meter: SeriesFile,
  { estimated, method }: BaselineOptions,
  read: Parameters<typeof readSeries>[1],
): SeriesFile {
  if (estimated === undefined) return meter;
  if (method !== 'caltrack-billing') throw new InputError('--estimated is for bills: --method caltrack-billing');
  const flags = readSeries(`${meter.file}:${estimated}`, read).series;
  const guessed = new Set(flags.filter(({ value }) => value !== null && value !== 0).map(({ at }) => at));
  return { ...meter, series: joinedBills(meter.series, guessed) };
}

/** Reads `FROM/TO`: dates in the zone of the days, or instants. */
export function periodOf(text: string, option: string, options: Pick<BaselineOptions, 'zone' | 'days'>): Period {
  const [from, to] = text.split('/').map((edge) => edgeOf(edge, daysZone(options)));
  if (text.split('/').length !== 2 || typeof from !== 'number' || typeof to !== 'number')
    throw new InputError(`${option}: "${text}" is no FROM/TO, such as 2025-01-01/2026-01-01`);
  if (from >= to) throw new InputError(`${option}: "${text}" ends before it begins`);
  return { from, to };
}

/** A whole number from `least` on. */
export function countOption(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < least)
      throw new InvalidArgumentError(`it is a whole number from ${least} on`);
    return value;
  };
}

function daysZone({ zone, days }: Pick<BaselineOptions, 'zone' | 'days'>): string {
  return days === 'utc' ? 'UTC' : (zone ?? 'UTC');
}

function edgeOf(text: string, zone: string): number | null {
  const stamp = stampOf(text);
  if (stamp === null) return null;
  if (stamp.offset !== null) return stamp.wall - stamp.offset;
  return Temporal.Instant.fromEpochMilliseconds(stamp.wall)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
    .toZonedDateTime(zone).epochMilliseconds;
}

export function fahrenheit(points: readonly Point[], unit: 'F' | 'C'): Point[] {
  return unit === 'F'
    ? [...points]
    : points.map(({ at, value }) => ({ at, value: value === null ? null : fahrenheitOf(value) }));
}

function looksLikeCelsius({ series }: SeriesFile): boolean {
  return series.every(({ value }) => value === null || value < SURELY_REACHED_F);
}
