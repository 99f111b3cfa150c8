import type { JsonObject } from '../json.ts';
import { addBoolean, addNumber, addStateFault, addValue, booleanOf, numberOf, type Speaker } from '../lines.ts';

/** A quantity that may be split: `voltage_phase_b`, `voltage_b`, `voltage_l2`. */
const ELECTRICAL: ReadonlyMap<string, string> = new Map([
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
]);

const NUMBERS: ReadonlyMap<string, string> = new Map([
  ['battery', 'battery_pct'],
  ['linkquality', 'link_quality'],
  ['temperature', 'temperature_c'],
  ['humidity', 'humidity_pct'],
  ['dew_point', 'dew_point_c'],
  ['liquid_depth', 'water_level_m'],
  ['flow', 'flow_m3h'],
]);

const BOOLEANS: ReadonlyMap<string, string> = new Map([
  ['water_leak', 'leak'],
  ['occupancy', 'occupied'],
  ['presence', 'occupied'],
  ['test', 'test'],
]);

const FAULTS = new Map([
  ['tamper', 'tamper'],
  ['battery_low', 'battery_low'],
] as const);

const SPLIT = /^(.+?)_(?:phase_([abc])|([abc])|l(\d))$/;

/** True for a key of a state that {@link decodeState} may turn into a line. */
export function isStateKey(key: string): boolean {
  return (
    key === 'contact' ||
    NUMBERS.has(key) ||
    BOOLEANS.has(key) ||
    FAULTS.has(key as 'tamper') ||
    electrical(key) !== undefined
  );
}

/** Adds what a device's state says, in the state's order. */
export function decodeState(from: Speaker, state: JsonObject): void {
  for (const [key, value] of Object.entries(state)) decodeKey(from, key, value, state);
}

function decodeKey(from: Speaker, key: string, value: unknown, state: JsonObject): void {
  const number = NUMBERS.get(key);
  if (number !== undefined) return addNumber(from, number, value);
  const boolean = BOOLEANS.get(key);
  if (boolean !== undefined) return addBoolean(from, boolean, value);
  const fault = FAULTS.get(key as 'tamper' | 'battery_low');
  if (fault !== undefined) return addStateFault(from, fault, value, key);
  if (key === 'contact') return addContact(from, value);
  if (key === 'voltage' && isBatteryVoltage(value, state)) return addBatteryVoltage(from, value);
  const split = electrical(key);
  if (split) addElectrical(from, split.base, split.metric, split.part ?? phaseOfBase(split.base, state), value);
}

interface Split {
  readonly base: string;
  readonly metric: string;
  readonly part: string | null;
}

function electrical(key: string): Split | undefined {
  const whole = ELECTRICAL.get(key);
  if (whole !== undefined) return { base: key, metric: whole, part: null };
  const found = SPLIT.exec(key);
  const metric = found?.[1] === undefined ? undefined : ELECTRICAL.get(found[1]);
  if (!found || metric === undefined) return undefined;
  return { base: found[1] ?? '', metric, part: found[2] ?? found[3] ?? `ch${found[4]}` };
}

/** A three-phase meter calls phase a `voltage`, and the others `voltage_phase_b` and `_c`. */
function phaseOfBase(base: string, state: JsonObject): string | null {
  return state[`${base}_phase_b`] === undefined && state[`${base}_phase_c`] === undefined ? null : 'a';
}

function addElectrical(from: Speaker, base: string, metric: string, part: string | null, raw: unknown): void {
  // Some meters send the power factor in percent.
  const percent = base === 'power_factor' && Math.abs(numberOf(raw) ?? 0) > 1;
  addNumber(from, metric, raw, part, percent ? 100 : 1);
}

/** Batteries report millivolts under the same name as a plug's mains volts. */
function isBatteryVoltage(raw: unknown, state: JsonObject): boolean {
  const metered = state['power'] !== undefined || state['current'] !== undefined || state['energy'] !== undefined;
  const value = numberOf(raw);
  if (metered) return false;
  return state['battery'] !== undefined || state['battery_low'] !== undefined || (value ?? 0) >= 1000;
}

function addBatteryVoltage(from: Speaker, raw: unknown): void {
  addNumber(from, 'battery_v', raw, null, Math.abs(numberOf(raw) ?? 0) >= 100 ? 1000 : 1);
}

/** `contact` is true while the door is shut. */
function addContact(from: Speaker, raw: unknown): void {
  const shut = booleanOf(raw);
  if (shut === null) addValue(from, 'door', null, null, 'unknown');
  else if (shut !== undefined) addValue(from, 'door', shut ? 'closed' : 'open');
}
