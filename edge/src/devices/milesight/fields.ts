import { objectOf, type JsonObject } from '../json.ts';
import {
  addBoolean,
  addFault,
  addNumber,
  addRejected,
  addStateFault,
  addValue,
  booleanOf,
  BOOLEAN_WORDS,
  type Speaker,
} from '../lines.ts';
import type { Device } from './device.ts';
import { addCurrent, addEnergy, addPowerFactor, addRating, addVoltage } from './electricity.ts';
import { addFailures, failuresOf } from './failures.ts';
import { addDepth, addDistance } from './lengths.ts';

type Field = (from: Speaker, value: unknown, object: JsonObject, device: Device) => void;

const LEAK_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...BOOLEAN_WORDS,
  ['leak', true],
  ['leakage', true],
  ['normal', false],
]);
const OCCUPIED_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...BOOLEAN_WORDS,
  ['occupied', true],
  ['trigger', true],
  ['vacant', false],
  ['normal', false],
  ['idle', false],
]);
const TAMPER_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['uninstalled', true],
  ['installed', false],
]);
const DOOR_WORDS: ReadonlyMap<string, string> = new Map([
  ['open', 'open'],
  ['opened', 'open'],
  ['1', 'open'],
  ['close', 'closed'],
  ['closed', 'closed'],
  ['0', 'closed'],
]);

const number =
  (metric: string, divisor = 1): Field =>
  (from, value) =>
    addNumber(from, metric, value, null, divisor);
const leak: Field = (from, value) => addBoolean(from, 'leak', value, LEAK_WORDS);
/** AM304L and AM305L count their movements beside the state. */
const occupied: Field = (from, value) =>
  addBoolean(from, 'occupied', objectOf(value)?.['pir_status'] ?? value, OCCUPIED_WORDS);
const people = number('people');
const door: Field = (from, value) => addDoor(from, value);

/** The codec's names, with the vendor's units (its README files) turned into ours. */
const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['battery', number('battery_pct')],
  ['temperature', number('temperature_c')],
  ['temperature_alarm', addTemperatureOfAlarm],
  ['humidity', number('humidity_pct')],
  ['leakage_status', leak],
  ['water_leak', leak],
  ['water_leek', leak],
  ['depth', addDepth],
  ['water_level', addDepth],
  ['level', addDepth],
  ['distance', addDistance],
  ['current', addCurrent],
  ['current_rating', addRating],
  ['overcurrent_alarm', addOvercurrent],
  ['device_abnormal_alarm', (from, value) => addOwnFault(from, 'device_abnormal_alarm', objectOf(value)?.['status'])],
  ['voltage', addVoltage],
  ['active_power', number('active_power_w')],
  ['electric_power', number('active_power_w')],
  ['power', number('active_power_w')],
  ['power_factor', addPowerFactor],
  ['factor', addPowerFactor],
  ['power_consumption', addEnergy],
  ['power_sum', number('energy_import_kwh', 1000)],
  ['magnet_status', door],
  ['magnet', door],
  ['door', door],
  ['occupancy', occupied],
  ['pir', occupied],
  ['people_count_all', people],
  ['people_counter_all', people],
  ['tamper_status', addTamper],
  ['install', addInstalled],
  ['gas_status', (from, value) => addOwnFault(from, 'gas_status', value)],
  ['water_alarm', addWaterAlarm],
]);

/** Names with a channel's number. */
const NUMBERED =
  /^(?:current_ch(?:n|annel)?_?(\d{1,2})|ch(\d)_sumkwh|pt100_?(\d)|(temperature|humidity|magnet)_chn_?(\d))$/;

/**
 * Adds what an object or an entry of its history says: first what it could not measure, then its
 * values in their order. A value beside its own failure is none.
 */
export function decodeFields(from: Speaker, object: JsonObject, device: Device): void {
  const failures = failuresOf(object);
  addFailures(from, failures);
  for (const [key, value] of Object.entries(object)) {
    if (failures.has(key)) continue;
    const field = FIELDS.get(key);
    if (field) field(from, value, object, device);
    else if (/\d/.test(key)) addNumbered(from, key, value, object);
  }
}

/** The later sockets put what they measured into the alarm itself; elsewhere the alarm is a word. */
function addTemperatureOfAlarm(from: Speaker, value: unknown, object: JsonObject): void {
  if (object['temperature'] === undefined) addNumber(from, 'temperature_c', objectOf(value)?.['temperature']);
}

function addOvercurrent(from: Speaker, value: unknown, object: JsonObject, device: Device): void {
  const alarm = objectOf(value);
  if (object['current_rating'] === undefined) addRating(from, alarm?.['current'], object, device);
  addOwnFault(from, 'overcurrent_alarm', alarm?.['status']);
}

const ALARM_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...BOOLEAN_WORDS,
  ['alarm', true],
  ['abnormal', true],
  ['overcurrent', true],
  ['overcurrent alarm', true],
  ['normal', false],
  ['overcurrent alarm release', false],
]);

/** A fault of the device's own that the house has no word for. */
function addOwnFault(from: Speaker, vendorCode: string, raw: unknown): void {
  const raised = raw === undefined ? undefined : booleanOf(raw, ALARM_WORDS);
  if (typeof raised === 'boolean') addFault(from, 'unknown', raised ? 'raised' : 'cleared', vendorCode);
}

/** `water outage timeout alarm`, `water flow timeout alarm`, and either with ` release`. */
function addWaterAlarm(from: Speaker, value: unknown): void {
  if (typeof value !== 'string' || !/alarm/i.test(value)) return;
  const vendorCode = value.replace(/ release$/i, '').toLowerCase();
  addFault(from, 'unknown', vendorCode.length < value.length ? 'cleared' : 'raised', vendorCode);
}

/**
 * `current_chn2` of a three-clamp transformer, `ch2_sumkwh` its energy, `pt100_2` a probe,
 * `magnet_chn2` of a TS302. Minimum, maximum, total (Ah) and alarm are not the current of now.
 */
function addNumbered(from: Speaker, key: string, value: unknown, object: JsonObject): void {
  const [, clamp, meter, probe, kind, channel] = NUMBERED.exec(key) ?? [];
  if (probe !== undefined) addNumber(from, 'temperature_c', value, `ch${probe}`);
  else if (meter !== undefined) addNumber(from, 'energy_import_kwh', value, isOneClamp(object) ? null : `ch${meter}`);
  else if (kind === 'magnet') addDoor(from, value, `ch${channel}`);
  else if (kind !== undefined)
    addNumber(from, kind === 'humidity' ? 'humidity_pct' : 'temperature_c', value, `ch${channel}`);
  else if (clamp !== undefined && !objectOf(value)) addNumber(from, 'current_a', value, `ch${Number(clamp)}`);
}

/** A transformer with one clamp calls its current `current`, without a number. */
function isOneClamp(object: JsonObject): boolean {
  return object['current'] !== undefined || object['total_current'] !== undefined;
}

function addDoor(from: Speaker, value: unknown, part: string | null = null): void {
  const word = DOOR_WORDS.get(String(value).toLowerCase());
  if (word !== undefined) addValue(from, 'door', word, part);
  else if (booleanOf(value) === null) addValue(from, 'door', null, part, 'unknown');
  else addRejected(from, `door: ${JSON.stringify(value)} is neither open nor closed`);
}

function addTamper(from: Speaker, value: unknown): void {
  const word = typeof value === 'string' ? TAMPER_WORDS.get(value.toLowerCase()) : undefined;
  addStateFault(from, 'tamper', word ?? value, 'tamper_status');
}

/** The first name of the same: whether the sensor sits on its wall. */
function addInstalled(from: Speaker, value: unknown): void {
  const sits = booleanOf(value);
  if (typeof sits === 'boolean') addFault(from, 'tamper', sits ? 'cleared' : 'raised', 'tamper_status');
}
