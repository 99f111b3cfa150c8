import { fromEnds, type MeterKind, type Point, regularGap, stepOf, type StretchRules } from '@keepsite/edge-energy';
import { type Command, InvalidArgumentError } from 'commander';
import { InputError } from './input-error.ts';
import { type EnergyIo, oneOf, zoneOption } from './options.ts';
import { readRows } from './read-series.ts';

/** How many kWh, or W, one of the unit is. */
const ENERGY_UNITS = { Wh: 0.001, kWh: 1, MWh: 1000 } as const;
const POWER_UNITS = { W: 1, kW: 1000, MW: 1e6 } as const;
const UNITS = ['kWh', 'Wh', 'MWh', 'W', 'kW', 'MW'] as const;
type Unit = (typeof UNITS)[number];

export interface MeterOptions {
  readonly meter: string;
  readonly unit: Unit;
  readonly counter?: true;
  readonly zone?: string;
  readonly stamp: 'start' | 'end';
  readonly rollsOver?: number;
  readonly maxKw?: number;
}

export interface Meter {
  readonly rows: readonly Point[];
  readonly kind: MeterKind;
  readonly rules: StretchRules;
  /** From the first row to the end of the last one. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** The options that tell which meter and how to read it. */
export function withMeter(command: Command): Command {
  return command
    .requiredOption('--meter <csv[:column]>', 'the readings')
    .option('--unit <unit>', `${UNITS.join(', ')}; W, kW and MW are a power`, oneOf(UNITS), 'kWh')
    .option('--counter', 'the values are a register that counts up')
    .option('--zone <zone>', 'zone of times without an offset and of local days (default: UTC)', zoneOption)
    .option(
      '--stamp <stamp>',
      'a row of energy or power carries the start or the end of its interval',
      oneOf(['start', 'end'] as const),
      'start',
    )
    .option('--rolls-over <kwh>', 'where the register begins again, such as 100000', positive)
    .option('--max-kw <kw>', 'more than this cannot be drawn', positive);
}

/** A meter's rows in kWh or W as they stand, and when it was read. Throws an {@link InputError}. */
export function readMeter(options: MeterOptions, io: EnergyIo): Meter {
  const { series, notes } = readRows(options.meter, { read: io.read, ...(options.zone && { zone: options.zone }) });
  notes.forEach((note) => io.err(`energy: ${note}`));
  if (series.length === 0) throw new InputError(`${options.meter} holds no rows`);
  const { unit, rollsOver, maxKw } = options;
  const isPower = unit in POWER_UNITS;
  if (isPower && options.counter) throw new InputError(`--counter: a register counts energy, not ${unit}`);
  const factor = isPower
    ? POWER_UNITS[unit as keyof typeof POWER_UNITS]
    : ENERGY_UNITS[unit as keyof typeof ENERGY_UNITS];
  const scaled = series.map(({ at, value }): Point => ({ at, value: value === null ? null : value * factor }));
  const kind = isPower ? ('power' as const) : options.counter ? ('counter' as const) : ('energy' as const);
  const step = stepOf(scaled) ?? 0;
  const rules: StretchRules = {
    ...regularGap(step),
    ...(rollsOver !== undefined && { rollsOverAt: rollsOver }),
    ...(maxKw !== undefined && { maxKw }),
  };
  const ends = options.stamp === 'end' && kind !== 'counter';
  const rows = ends ? fromEnds(scaled.toSorted((a, b) => a.at - b.at)) : scaled;
  const [from, last] = rows.reduce(([low, high], { at }) => [Math.min(low, at), Math.max(high, at)], [
    Infinity,
    -Infinity,
  ] as [number, number]);
  return { rows, kind, rules, from, to: last + (kind === 'counter' ? 0 : step), step };
}

export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('it is a number above 0');
  return value;
}
