import type { JsonObject } from '../json.ts';
import {
  addBoolean,
  addFault,
  addNumber,
  addStateFault,
  addValue,
  booleanOf,
  celsius,
  numberOf,
  type Speaker,
} from '../lines.ts';
import { BOOLEANS, divisorOf, FAULTS, isEnergyOf, phaseOfBase, quantityOf } from './attributes.ts';
import { LEAKS } from './leaks.ts';

/** What a device sends its attributes in, by attribute; what its bridge did not tell is absent. */
export type AttributeUnits = Readonly<Record<string, string>>;

/** A device's state, with what is known of the device beside it. */
export interface State {
  readonly values: JsonObject;
  readonly units: AttributeUnits;
}

/** Adds what a device's state says, in the state's order. */
export function decodeState(from: Speaker, state: State): void {
  for (const [key, value] of Object.entries(state.values)) decodeAttribute(from, key, value, state);
}

/** Alarms of some devices, and of others what they measure: a share of the explosive limit, cubic metres. */
const MEASURED_TOO = new Set(['gas', 'smoke', 'carbon_monoxide']);

function decodeAttribute(from: Speaker, key: string, value: unknown, state: State): void {
  const leak = LEAKS.get(key);
  if (leak) return leak(from, value, state.values);
  // What is sent to start a self-test comes back as the word "test".
  if (value === key) return;
  const boolean = BOOLEANS.get(key);
  if (boolean !== undefined) return addBoolean(from, boolean, value);
  const fault = FAULTS.get(key);
  if (fault !== undefined) {
    if (MEASURED_TOO.has(key) && typeof numberOf(value) === 'number') return;
    return addStateFault(from, fault, value, key);
  }
  const words = WORDS.get(key);
  if (words) return words(from, value);
  if (key === 'battery_voltage' || (key === 'voltage' && isBatteryVoltage(value, state))) {
    return addBatteryVoltage(from, value, state.units[key]);
  }
  addQuantity(from, key, value, state);
}

/** These were measured in several units before anybody told which: without one they say nothing. */
const NEEDS_UNIT = new Set(['flow_rate', 'water_consumed']);

function addQuantity(from: Speaker, key: string, value: unknown, { values, units }: State): void {
  const quantity = quantityOf(key);
  if (!quantity) return;
  const { base, metric } = quantity;
  const divisor = divisorOf(metric, units[key]);
  if ((divisor === undefined && NEEDS_UNIT.has(key)) || isEnergyOf(metric, units[key])) return;
  const part = quantity.part ?? phaseOfBase(base, (other) => values[other] !== undefined || units[other] !== undefined);
  if (metric === 'temperature_c' && units[key] === '°F') addFahrenheit(from, value, part);
  else
    addNumber(from, metric, value, part, (divisor ?? guessedDivisor(metric, value)) * directionOf(key, value, values));
}

/** Clamps that tell the direction by a word send the power without its sign, unless they are set to sign it. */
function directionOf(key: string, raw: unknown, values: JsonObject): 1 | -1 {
  const isPower = key === 'power' || key === 'power_a' || key === 'power_b';
  const isProduced = isPower && values[key.replace('power', 'energy_flow')] === 'producing';
  return isProduced && (numberOf(raw) ?? 0) > 0 ? -1 : 1;
}

/** Beyond these a value is in percent, or in millivolts: no Zigbee meter stands in a transmission line. */
const GREATEST: ReadonlyMap<string, readonly [value: number, divisor: number]> = new Map([
  ['power_factor', [1, 100]],
  ['voltage_v', [10_000, 1000]],
]);

function guessedDivisor(metric: string, raw: unknown): number {
  const greatest = GREATEST.get(metric);
  return greatest && Math.abs(numberOf(raw) ?? 0) > greatest[0] ? greatest[1] : 1;
}

function addFahrenheit(from: Speaker, raw: unknown, part: string | null): void {
  const value = numberOf(raw);
  if (typeof value !== 'number') addNumber(from, 'temperature_c', raw, part);
  else addValue(from, 'temperature_c', celsius(value), part);
}

/** Batteries report millivolts under the same name as a plug's mains volts. */
function isBatteryVoltage(raw: unknown, { values, units }: State): boolean {
  const metered =
    values['power'] !== undefined ||
    values['current'] !== undefined ||
    values['energy'] !== undefined ||
    units['power'] !== undefined ||
    units['current'] !== undefined;
  if (metered) return false;
  if (values['battery'] !== undefined || values['battery_low'] !== undefined) return true;
  return units['battery'] !== undefined || (numberOf(raw) ?? 0) >= 1000;
}

function addBatteryVoltage(from: Speaker, raw: unknown, unit: string | undefined): void {
  const guessed = Math.abs(numberOf(raw) ?? 0) >= 100 ? 1000 : 1;
  addNumber(from, 'battery_v', raw, null, divisorOf('battery_v', unit) ?? guessed);
}

const WORDS: ReadonlyMap<string, (from: Speaker, raw: unknown) => void> = new Map([
  ['contact', addContact],
  ['door_state', addDoorState],
  ['liquid_state', addLiquidState],
  ['battery_state', addBatteryState],
]);

/** `contact` is true while the door is shut. */
function addContact(from: Speaker, raw: unknown): void {
  const shut = booleanOf(raw);
  if (shut === null) addValue(from, 'door', null, null, 'unknown');
  else if (shut !== undefined) addValue(from, 'door', shut ? 'closed' : 'open');
}

/** A tank's own verdict; its limits are set at the device. */
function addLiquidState(from: Speaker, raw: unknown): void {
  if (raw === 'high') addFault(from, 'level_high', 'raised', 'liquid_state');
  else if (raw === 'normal' || raw === 'low') addFault(from, 'level_high', 'cleared', 'liquid_state');
}

/** A lock's view of its door; jammed or forced it says nothing of where the door stands. */
function addDoorState(from: Speaker, raw: unknown): void {
  if (raw === 'open' || raw === 'closed') addValue(from, 'door', raw);
}

/** Of devices that tell no percentage. */
function addBatteryState(from: Speaker, raw: unknown): void {
  if (raw === 'low') addFault(from, 'battery_low', 'raised', 'battery_state');
  else if (raw === 'medium' || raw === 'middle' || raw === 'high') {
    addFault(from, 'battery_low', 'cleared', 'battery_state');
  }
}
