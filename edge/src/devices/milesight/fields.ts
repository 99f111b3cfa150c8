import type { Quality } from '@keepsite/edge-contract';
import { objectOf, type JsonObject } from '../json.ts';
import {
  addBoolean,
  addFailed,
  addFault,
  addNumber,
  addRejected,
  addStateFault,
  addValue,
  booleanOf,
  BOOLEAN_WORDS,
  numberOf,
  type Speaker,
} from '../lines.ts';

/**
 * Generations of metered sockets: the first sends milliamperes and watt-hours under `current` and
 * `power_consumption`; the later ones send kilowatt-hours, and amperes under `current_rating`.
 */
export type Socket = 'first' | 'later';

type Field = (from: Speaker, value: unknown, object: JsonObject, socket: Socket | null) => void;

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
const occupied: Field = (from, value) => addBoolean(from, 'occupied', value, OCCUPIED_WORDS);
const centimetres = number('water_level_m', 100);

/** The codec's names, with the vendor's units (its README files) turned into ours. */
const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['battery', number('battery_pct')],
  ['temperature', number('temperature_c')],
  ['temperature_alarm', addTemperatureOfAlarm],
  ['humidity', number('humidity_pct')],
  ['leakage_status', leak],
  ['water_leak', leak],
  ['water_leek', leak],
  ['depth', centimetres],
  ['water_level', centimetres],
  ['level', centimetres],
  ['distance', addDistance],
  ['event', addEvents],
  ['current', addCurrent],
  ['current_rating', number('current_a')],
  ['overcurrent_alarm', addOvercurrent],
  ['device_abnormal_alarm', (from, value) => addOwnFault(from, 'device_abnormal_alarm', objectOf(value)?.['status'])],
  ['voltage', number('voltage_v')],
  ['active_power', number('active_power_w')],
  ['electric_power', number('active_power_w')],
  ['power', number('active_power_w')],
  ['power_factor', number('power_factor', 100)],
  ['factor', number('power_factor', 100)],
  ['power_consumption', addEnergy],
  ['power_sum', number('energy_import_kwh', 1000)],
  ['magnet_status', addDoor],
  ['magnet', addDoor],
  ['door', addDoor],
  ['occupancy', occupied],
  ['pir', occupied],
  ['tamper_status', addTamper],
  ['install', addInstalled],
  ['gas_status', (from, value) => addOwnFault(from, 'gas_status', value)],
  ['water_alarm', addWaterAlarm],
]);

/** Which metric was not measured when a status stands beside a name, or in its place. */
const MEASURED: ReadonlyMap<string, string> = new Map([
  ['temperature', 'temperature_c'],
  ['humidity', 'humidity_pct'],
  ['depth', 'water_level_m'],
  ['distance', 'distance_m'],
  ['current', 'current_a'],
  ['voltage', 'voltage_v'],
  ['electric_power', 'active_power_w'],
  ['power_factor', 'power_factor'],
  ['power_consumption', 'energy_import_kwh'],
]);

const STATUS = /^([a-z_]+?)_(?:sensor_status|error|exception|collect_error|collection_error_report)$/;
const NUMBERED = /^(?:current_ch(?:n|annel)?_?(\d{1,2})(_sensor_status)?|ch(\d)_sumkwh|pt100_?(\d))$/;

/** Adds what an object or an entry of its history says, in its order. */
export function decodeFields(from: Speaker, object: JsonObject, socket: Socket | null): void {
  for (const [key, value] of Object.entries(object)) {
    const field = FIELDS.get(key);
    if (field) field(from, value, object, socket);
    else if (/\d/.test(key)) addNumbered(from, key, value, object);
    else addFailure(from, key, value);
  }
}

/** What the names of an object tell of a socket's generation; null when they are no socket's. */
export function socketOf(object: JsonObject, known: Socket | undefined): Socket | null {
  const { electric_power, current_rating, socket_status, power_consumption } = object;
  if (electric_power !== undefined || current_rating !== undefined || objectOf(socket_status)) return 'later';
  if (socket_status !== undefined || object['active_power'] !== undefined || object['power_sum'] !== undefined)
    return 'first';
  if (power_consumption === undefined) return null;
  // The first generation counts whole watt-hours.
  return known ?? (Number.isInteger(numberOf(power_consumption)) ? 'first' : 'later');
}

/** No probe of the series reaches as far; what is smaller and broken into decimals are metres. */
const FARTHEST_M = 16;

/**
 * Whole millimetres; the codec in The Things Network's repository sends metres. A tilted sensor
 * measures something else, and one that sees no target measures nothing.
 */
function addDistance(from: Speaker, value: unknown, object: JsonObject): void {
  const tilted = typeof object['position'] === 'string' && /^tilt/i.test(object['position']);
  const quality: Quality = tilted || object['position'] === 1 ? 'bad' : 'good';
  const number = numberOf(value);
  const inMetres = typeof number === 'number' && number < FARTHEST_M && !Number.isInteger(number);
  addNumber(from, 'distance_m', value, null, inMetres ? 1 : 1000, quality);
}

/** EM410-RDL lists what happened; what it measured then stands beside the list too. */
function addEvents(from: Speaker, value: unknown): void {
  if (!Array.isArray(value)) return;
  for (const event of value) addFailure(from, 'distance_exception', objectOf(event)?.['distance_exception']);
}

function addCurrent(from: Speaker, value: unknown, _object: JsonObject, socket: Socket | null): void {
  addNumber(from, 'current_a', value, null, socket === null ? 1 : 1000);
}

function addEnergy(from: Speaker, value: unknown, _object: JsonObject, socket: Socket | null): void {
  addNumber(from, 'energy_import_kwh', value, null, socket === 'later' ? 1 : 1000);
}

/** The later sockets put what they measured into the alarm itself; elsewhere the alarm is a word. */
function addTemperatureOfAlarm(from: Speaker, value: unknown, object: JsonObject): void {
  if (object['temperature'] === undefined) addNumber(from, 'temperature_c', objectOf(value)?.['temperature']);
}

function addOvercurrent(from: Speaker, value: unknown, object: JsonObject): void {
  const alarm = objectOf(value);
  if (object['current_rating'] === undefined) addNumber(from, 'current_a', alarm?.['current']);
  addOwnFault(from, 'overcurrent_alarm', alarm?.['status']);
}

const ALARM_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...BOOLEAN_WORDS,
  ['alarm', true],
  ['abnormal', true],
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
 * `current_chn2` of a three-clamp transformer, `ch2_sumkwh` its energy, `pt100_2` a probe. Minimum,
 * maximum, total (Ah) and alarm are not the current of now.
 */
function addNumbered(from: Speaker, key: string, value: unknown, object: JsonObject): void {
  const found = NUMBERED.exec(key);
  if (!found) return;
  const [, clamp, status, meter, probe] = found;
  if (probe !== undefined) addNumber(from, 'temperature_c', value, `ch${probe}`);
  else if (meter !== undefined) addNumber(from, 'energy_import_kwh', value, isOneClamp(object) ? null : `ch${meter}`);
  else if (status === undefined) {
    if (objectOf(value) === undefined) addNumber(from, 'current_a', value, `ch${Number(clamp)}`);
  } else if (hasFailed(value)) addFailed(from, 'current_a', `ch${Number(clamp)}`);
}

/** A transformer with one clamp calls its current `current`, without a number. */
function isOneClamp(object: JsonObject): boolean {
  return object['current'] !== undefined || object['total_current'] !== undefined;
}

/** A status beside the value, or in its place: anything but "normal" means that it was not measured. */
function addFailure(from: Speaker, key: string, value: unknown): void {
  const name = STATUS.exec(key)?.[1];
  const metric = name === undefined ? undefined : MEASURED.get(name);
  if (metric !== undefined && hasFailed(value)) addFailed(from, metric);
}

function hasFailed(status: unknown): boolean {
  const value = objectOf(status)?.['type'] ?? status;
  if (typeof value === 'string') return !/^(?:normal|ok|none|disabled?|0)$|release$/i.test(value);
  return value === true || (typeof value === 'number' && value !== 0);
}

function addDoor(from: Speaker, value: unknown): void {
  if (value === null) return addValue(from, 'door', null, null, 'unknown');
  const word = DOOR_WORDS.get(String(value).toLowerCase());
  if (word === undefined) addRejected(from, `door: ${JSON.stringify(value)} is neither open nor closed`);
  else addValue(from, 'door', word);
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
