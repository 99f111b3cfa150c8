import {
  type DayTemperatures,
  dayOf,
  dayRows,
  type Lesson,
  type Period,
  type Point,
  settledRows,
  stepOf,
  zoneClock,
} from '@keepsite/edge-energy';
import type { Command } from 'commander';
import { InputError } from './input-error.ts';
import { type EnergyIo, oneOf, zoneOption } from './options.ts';
import { readRows, readSeries } from './read-series.ts';
import { fahrenheit, periodOf } from './request.ts';

/** The options of a command that learns from one part of a recording and judges another. */
export interface LessonOptions {
  readonly meter: string;
  readonly temperature?: string;
  readonly unit: 'F' | 'C';
  readonly baseline: string;
  readonly test: string;
  readonly zone: string;
  readonly stamp: 'start' | 'end';
  readonly freeDays?: string;
}

const HOUR_MS = 3_600_000;

/** Adds them. */
export function withLesson(command: Command): Command {
  return command
    .requiredOption('--meter <csv[:column]>', 'kWh per interval of an hour or less')
    .option('--temperature <csv[:column]>', 'outdoor temperature: the expectation then follows the weather')
    .option('--unit <unit>', 'F or C', oneOf(['F', 'C'] as const), 'F')
    .requiredOption('--baseline <from/to>', 'what is learned from: FROM/TO, dates, TO excluded')
    .requiredOption('--test <from/to>', 'what is judged, after the baseline')
    .option('--zone <zone>', 'zone of times without an offset and of local days', zoneOption, 'UTC')
    .option(
      '--stamp <stamp>',
      'a row carries the start or the end of its interval',
      oneOf(['start', 'end'] as const),
      'start',
    )
    .option('--free-days <dates>', 'public holidays, YYYY-MM-DD with commas: they count as weekend');
}

/** What is learned from, and what is judged. Throws an {@link InputError}. */
export function readLesson(options: LessonOptions, io: EnergyIo): { lesson: Lesson; test: Point[] } {
  const { zone } = options;
  const days = { zone, days: 'local' as const };
  const [baseline, test] = [periodOf(options.baseline, '--baseline', days), periodOf(options.test, '--test', days)];
  if (test.from < baseline.to) throw new InputError('--test begins before --baseline ends');
  const rows = settledRows(readRows(options.meter, { read: io.read, zone }).series);
  const step = stepOf(rows) ?? 0;
  if (step > HOUR_MS)
    throw new InputError(`${options.meter}: its intervals are longer than an hour; nights cannot be told from days`);
  const meter = options.stamp === 'end' ? rows.map(({ at, value }): Point => ({ at: at - step, value })) : rows;
  const within = ({ from, to }: Period) => meter.filter(({ at }) => at >= from && at < to);
  const [known, judged] = [within(baseline), within(test)];
  if (known.length === 0 || judged.length === 0)
    throw new InputError(`${options.meter} has no rows in --baseline or --test`);
  const temperatures = temperaturesOf(options, { from: baseline.from, to: test.to }, io);
  const freeDays = new Set(options.freeDays?.split(','));
  return { lesson: { baseline: known, step, zone, temperatures, freeDays }, test: judged };
}

function temperaturesOf(
  { temperature, zone, unit, stamp }: LessonOptions,
  period: Period,
  io: EnergyIo,
): DayTemperatures | null {
  if (temperature === undefined) return null;
  const { series } = readSeries(temperature, { read: io.read, zone, stamp, duplicates: 'mean' });
  const rows = dayRows({ meter: [], temperature: fahrenheit(series, unit), clock: zoneClock(zone) }, period);
  return new Map(rows.map((row) => [dayOf(row.at, zone), row.temperature]));
}
