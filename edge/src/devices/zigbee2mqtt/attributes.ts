import type { Fault } from '@keepsite/edge-contract';

/** The attributes of devices that Keepsite keeps, and the units in which a device may send them. */

/** What an attribute becomes: its metric and part. */
export interface Attribute {
  readonly base: string;
  readonly metric: string;
  readonly part: string | null;
}

/** A quantity that may be split: `voltage_phase_b`, `voltage_phase_ab`, `voltage_b`, `voltage_Y`, `voltage_l2`. */
const SPLITTABLE: ReadonlyMap<string, string> = new Map([
  ['power', 'active_power_w'],
  ['power_apparent', 'apparent_power_va'],
  ['apparent_power', 'apparent_power_va'],
  ['power_reactive', 'reactive_power_var'],
  ['reactive_power', 'reactive_power_var'],
  ['power_factor', 'power_factor'],
  ['voltage', 'voltage_v'],
  ['current', 'current_a'],
  ['ac_frequency', 'frequency_hz'],
  ['energy', 'energy_import_kwh'],
  ['produced_energy', 'energy_export_kwh'],
  ['energy_produced', 'energy_export_kwh'],
  ['reactive_energy', 'reactive_energy_kvarh'],
  ['temperature', 'temperature_c'],
  ['humidity', 'humidity_pct'],
]);

const WHOLE: ReadonlyMap<string, string> = new Map([
  ['battery', 'battery_pct'],
  ['battery_voltage', 'battery_v'],
  ['linkquality', 'link_quality'],
  ['local_temperature', 'temperature_c'],
  ['dew_point', 'dew_point_c'],
  ['liquid_depth', 'water_level_m'],
  ['flow', 'flow_m3h'],
  ['flow_rate', 'flow_m3h'],
  ['water_consumed', 'water_total_m3'],
  ['frequency', 'frequency_hz'],
  ['current_summ_delivered', 'energy_import_kwh'],
  ['current_summ_received', 'energy_export_kwh'],
]);
/** Named by words instead of a suffix. */
const NAMED: ReadonlyMap<string, Attribute> = new Map([
  ['total_power', { base: 'total_power', metric: 'active_power_w', part: 'total' }],
  ['power_total', { base: 'power_total', metric: 'active_power_w', part: 'total' }],
  ['total_active_power', { base: 'total_active_power', metric: 'active_power_w', part: 'total' }],
  ['total_power_reactive', { base: 'total_power_reactive', metric: 'reactive_power_var', part: 'total' }],
  ['total_reactive_power', { base: 'total_reactive_power', metric: 'reactive_power_var', part: 'total' }],
  ['total_power_apparent', { base: 'total_power_apparent', metric: 'apparent_power_va', part: 'total' }],
  ['total_apparent_power', { base: 'total_apparent_power', metric: 'apparent_power_va', part: 'total' }],
  ['current_neutral', { base: 'current_neutral', metric: 'current_a', part: 'n' }],
]);

export const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ['water_leak', 'leak'],
  ['occupancy', 'occupied'],
  ['presence', 'occupied'],
  ['test', 'test'],
]);

/** Faults that a state tells with true and false; alarms that Keepsite has no fault for are `unknown`. */
export const FAULTS: ReadonlyMap<string, Fault> = new Map<string, Fault>([
  ['tamper', 'tamper'],
  ['battery_low', 'battery_low'],
  ['smoke', 'unknown'],
  ['gas', 'unknown'],
  ['carbon_monoxide', 'unknown'],
  ['sos', 'unknown'],
  ['trouble', 'unknown'],
  ['battery_defect', 'unknown'],
]);

/** Attributes that tell a state by a word, each its own metric or fault: `state.ts`, `leaks.ts`. */
const WORDS: ReadonlySet<string> = new Set([
  'contact',
  'door_state',
  'liquid_state',
  'battery_state',
  'current_device_status',
  'valve_abnormal_state',
  'water_leakage_state',
]);
const SPLIT = /^(.+?)_(?:phase_(ab|bc|ca|[abc])|([abc])|([XYZ])|l?(\d))$/;
const LETTERS: Readonly<Record<string, string>> = { X: 'a', Y: 'b', Z: 'c' };

const understood = new Map<string, Attribute | null>();
const MOST_UNDERSTOOD = 2_000;

/**
 * The quantity that an attribute's name means; undefined when it is none that Keepsite keeps.
 * Remembered, because devices repeat the same few names in every message.
 */
export function quantityOf(key: string): Attribute | undefined {
  let quantity = understood.get(key);
  if (quantity === undefined) {
    quantity = parsed(key) ?? null;
    if (understood.size >= MOST_UNDERSTOOD) understood.clear();
    understood.set(key, quantity);
  }
  return quantity ?? undefined;
}

function parsed(key: string): Attribute | undefined {
  const whole = SPLITTABLE.get(key) ?? WHOLE.get(key);
  if (whole !== undefined) return { base: key, metric: whole, part: null };
  const named = NAMED.get(key);
  if (named) return named;
  const found = SPLIT.exec(key);
  const metric = found?.[1] === undefined ? undefined : SPLITTABLE.get(found[1]);
  if (!found || metric === undefined) return undefined;
  const [, base = '', phase, letter, axis, channel] = found;
  return { base, metric, part: phase ?? letter ?? LETTERS[axis ?? ''] ?? `ch${channel}` };
}

/**
 * The phase under a bare name: a three-phase meter calls phase a `voltage` and the others
 * `voltage_phase_b` and `_c`. Where it names phase a too, the bare name is the whole's.
 */
export function phaseOfBase(base: string, has: (key: string) => boolean): string | null {
  if (has(`${base}_phase_a`)) return null;
  return has(`${base}_phase_b`) || has(`${base}_phase_c`) ? 'a' : null;
}

/** True for an attribute that may become a line. */
export function isStateKey(key: string): boolean {
  return BOOLEANS.has(key) || FAULTS.has(key) || WORDS.has(key) || quantityOf(key) !== undefined;
}

const FLOWS: Units = new Map([
  ['m³/h', 1],
  ['m3/h', 1],
  ['l/h', 1000],
  ['l/min', 1000 / 60],
]);
const LENGTHS: Units = new Map([
  ['m', 1],
  ['cm', 100],
  ['mm', 1000],
]);
const VOLTS: Units = new Map([
  ['v', 1],
  ['mv', 1000],
]);
const ENERGIES: Units = new Map([
  ['kwh', 1],
  ['wh', 1000],
]);

type Units = ReadonlyMap<string, number>;

/** By metric: how much of a unit makes one of the metric's. Other units are the metric's own. */
const DIVISORS: ReadonlyMap<string, Units> = new Map<string, Units>([
  ['voltage_v', VOLTS],
  ['battery_v', VOLTS],
  ['current_a', new Map([['ma', 1000]])],
  ['active_power_w', new Map([['kw', 0.001]])],
  ['apparent_power_va', new Map([['kva', 0.001]])],
  ['reactive_power_var', new Map([['kvar', 0.001]])],
  ['energy_import_kwh', ENERGIES],
  ['energy_export_kwh', ENERGIES],
  ['power_factor', new Map([['%', 100]])],
  ['water_level_m', LENGTHS],
  ['flow_m3h', FLOWS],
  [
    'water_total_m3',
    new Map([
      ['m³', 1],
      ['m3', 1],
      ['l', 1000],
    ]),
  ],
]);

/** True where the unit tells that a name of power counts energy: a French meter's `total_reactive_power` is in VArh. */
export function isEnergyOf(metric: string, unit: string | undefined): boolean {
  return unit !== undefined && /_(?:w|var|va)$/.test(metric) && /h$/i.test(unit);
}

/** How much of a unit makes one of the metric's; undefined when nobody told the unit or nobody knows it. */
export function divisorOf(metric: string, unit: string | undefined): number | undefined {
  return unit === undefined ? undefined : DIVISORS.get(metric)?.get(unit.toLowerCase());
}
