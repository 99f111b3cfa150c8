/** What a channel becomes, and by what its number is divided. */
export interface Channel {
  readonly metric: string;
  readonly part: string | null;
  readonly divisor: number;
}

/**
 * Channels of OpenEMS's natures that are canonical metrics, with the units of their documents
 * (`ElectricityMeter`, `SymmetricEss`, `Thermometer`, `Hygrometer`). Production energy is the
 * integral of positive, consumption energy that of negative active power, so for a grid meter they
 * are what was bought and what was fed in.
 */
const QUANTITIES: readonly (readonly [name: string, metric: string, divisor: number])[] = [
  ['ActivePower', 'active_power_w', 1],
  ['ReactivePower', 'reactive_power_var', 1],
  ['ApparentPower', 'apparent_power_va', 1],
  ['Voltage', 'voltage_v', 1000],
  ['Current', 'current_a', 1000],
  ['ActiveProductionEnergy', 'energy_import_kwh', 1000],
  ['ActiveConsumptionEnergy', 'energy_export_kwh', 1000],
];

/** Parts of a split channel's name; with a neutral only for currents. */
const PHASES = [
  ['', null],
  ['L1', 'a'],
  ['L2', 'b'],
  ['L3', 'c'],
] as const;
const PAIRS = [
  ['L1L2', 'ab'],
  ['L2L3', 'bc'],
  ['L3L1', 'ca'],
] as const;

/** Channels that mean the same in every component. */
export const CHANNELS: ReadonlyMap<string, Channel> = new Map<string, Channel>([
  ...QUANTITIES.flatMap(([name, metric, divisor]) =>
    PHASES.map(([suffix, part]) => [name + suffix, { metric, part, divisor }] as const),
  ),
  ...PAIRS.map(([suffix, part]) => [`Voltage${suffix}`, { metric: 'voltage_v', part, divisor: 1000 }] as const),
  ['Frequency', { metric: 'frequency_hz', part: null, divisor: 1000 }],
  ['Temperature', { metric: 'temperature_c', part: null, divisor: 10 }],
]);

/** Sums of the whole site, in the component `_sum`: what the site draws from the grid, and what it feeds in. */
export const SUM_CHANNELS: ReadonlyMap<string, Channel> = new Map([
  ['GridActivePower', { metric: 'active_power_w', part: null, divisor: 1 }],
  ['GridActivePowerL1', { metric: 'active_power_w', part: 'a', divisor: 1 }],
  ['GridActivePowerL2', { metric: 'active_power_w', part: 'b', divisor: 1 }],
  ['GridActivePowerL3', { metric: 'active_power_w', part: 'c', divisor: 1 }],
  ['GridBuyActiveEnergy', { metric: 'energy_import_kwh', part: null, divisor: 1000 }],
  ['GridSellActiveEnergy', { metric: 'energy_export_kwh', part: null, divisor: 1000 }],
]);

/** A battery's channels of these names are whole volts and amperes (`Battery` nature). */
export const DIRECT = /^(?:Voltage|Current)$/;
export const BATTERY = /^(?:battery|bms)/i;

/** By a unit that the configuration tells: what turns it into the metric's own. */
export const DIVISORS: ReadonlyMap<string, number> = new Map([
  ['V', 1],
  ['dV', 10],
  ['mV', 1000],
  ['uV', 1e6],
  ['A', 1],
  ['dA', 10],
  ['mA', 1000],
  ['uA', 1e6],
  ['Hz', 1],
  ['mHz', 1000],
  ['W', 1],
  ['mW', 1000],
  ['kW', 0.001],
  ['var', 1],
  ['kvar', 0.001],
  ['VA', 1],
  ['kVA', 0.001],
  ['Wh', 1000],
  ['Wh_Σ', 1000],
  ['kWh', 1],
  ['°C', 1],
  ['°dC', 10],
]);
