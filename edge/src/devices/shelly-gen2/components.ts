import type { Quality } from '@keepsite/edge-contract';
import { objectOf, type JsonObject } from '../json.ts';
import {
  addBoolean,
  addFailed,
  addNumber,
  addValue,
  BOOLEAN_WORDS,
  celsius,
  numberOf,
  type Speaker,
} from '../lines.ts';

/** `name` is what the component's errors call it. */
interface Field {
  readonly key: string;
  readonly name: string;
  readonly metric: string;
  readonly divisor: number;
}
type Component = (from: Speaker, status: JsonObject, channel: number) => void;

const POWER = fields([
  ['apower', 'active_power_w', 1],
  ['act_power', 'active_power_w', 1],
  ['aprtpower', 'apparent_power_va', 1],
  ['aprt_power', 'apparent_power_va', 1],
  ['voltage', 'voltage_v', 1],
  ['current', 'current_a', 1],
  ['freq', 'frequency_hz', 1],
  ['pf', 'power_factor', 1],
]);
/** Energies are watt-hours. */
const CHANNEL_DATA = fields([
  ['total_act_energy', 'energy_import_kwh', 1000],
  ['total_act_ret_energy', 'energy_export_kwh', 1000],
]);
const PHASES = ['a', 'b', 'c'].map((phase) => ({
  part: phase,
  errors: `${phase}_errors`,
  power: POWER.map((field) => ({ ...field, key: `${phase}_${field.key}` })),
  data: CHANNEL_DATA.map((field) => ({ ...field, key: `${phase}_${field.key}` })),
}));

function fields(rows: readonly (readonly [key: string, metric: string, divisor: number])[]): readonly Field[] {
  return rows.map(([key, metric, divisor]) => ({ key, name: key, metric, divisor }));
}

/**
 * What each component type says, by the vendor's name of it. Types that are absent here (sys, wifi's
 * address, inputs, scripts) say nothing that Keepsite keeps.
 */
const COMPONENTS: ReadonlyMap<string, Component> = new Map<string, Component>([
  ['switch', decodeMetered],
  ['pm1', decodeMetered],
  ['em1', decodeMetered],
  ['cover', decodeMetered],
  ['light', decodeMetered],
  ['rgb', decodeMetered],
  ['rgbw', decodeMetered],
  ['cct', decodeMetered],
  ['em', decodeThreePhases],
  ['emdata', decodeThreePhaseData],
  ['em1data', decodeChannelData],
  ['flood', decodeFlood],
  ['temperature', decodeTemperature],
  ['humidity', decodeHumidity],
  ['devicepower', decodePower],
  ['voltmeter', decodeVoltmeter],
  ['presence', decodePresence],
  ['presencezone', decodePresence],
]);

/** Adds what a component's status says; `name` is `switch:1`, or `wifi`, which a device has once. */
export function decodeComponent(from: Speaker, name: string, status: JsonObject): void {
  if (name === 'wifi') return decodeWifi(from, status);
  const colon = name.indexOf(':');
  // In the answer of one component that is the name of a field: a relay's `temperature` is its chip's.
  if (colon < 0) return;
  const channel = Number(name.slice(colon + 1));
  if (Number.isInteger(channel)) COMPONENTS.get(name.slice(0, colon))?.(from, status, channel);
}

/** What an event of a component means as a change of its status; the others (buttons, updates) say nothing. */
const EVENTS: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  ['flood alarm', { alarm: true }],
  ['flood alarm_off', { alarm: false }],
  ['flood alarm_test', { test: true }],
  ['flood cable_unplugged', { errors: ['cable_unplugged'] }],
  ['smoke alarm', { alarm: true }],
  ['smoke alarm_off', { alarm: false }],
  ['smoke alarm_test', { test: true }],
]);

/** The change of status that an event tells, such as `alarm` of `flood:0`. */
export function statusOfEvent(component: string, event: string): JsonObject | undefined {
  // Webhooks call the same events `flood.alarm`.
  return EVENTS.get(`${component.split(':')[0] ?? ''} ${event.slice(event.indexOf('.') + 1)}`);
}

/** A field that only one component type has; an answer to `X.GetStatus` names no component. */
const TELLTALE: readonly (readonly [key: string, type: string])[] = [
  ['a_act_power', 'em'],
  ['total_act_power', 'em'],
  ['a_total_act_energy', 'emdata'],
  ['total_act', 'emdata'],
  ['total_act_energy', 'em1data'],
  ['act_power', 'em1'],
  ['apower', 'switch'],
  ['aenergy', 'switch'],
  ['tC', 'temperature'],
  ['rh', 'humidity'],
  ['battery', 'devicepower'],
  ['num_objects', 'presence'],
  ['voltage', 'voltmeter'],
];

/**
 * The component whose status an answer of `device` is; null when it holds several (`Shelly.GetStatus`)
 * or none. A status has its number; the answer to `ResetCounters`, which tells what the registers
 * were before, has not.
 */
export function componentOfResult(result: JsonObject, device: string): string | null {
  if (result['ssid'] !== undefined) return 'wifi';
  const { id } = result;
  if (typeof id !== 'number') return null;
  const type = TELLTALE.find(([key]) => result[key] !== undefined)?.[1];
  if (type !== undefined) return `${type}:${id}`;
  if (result['alarm'] === undefined || result['mute'] === undefined) return null;
  return `${/smoke/i.test(device) ? 'smoke' : 'flood'}:${id}`;
}

/** `switch:0` is channel 1. */
function channelPart(channel: number): string {
  return `ch${channel + 1}`;
}

/** The one sensor of its kind has no part. */
function sensorPart(channel: number): string | null {
  return channel === 0 ? null : channelPart(channel);
}

function decodeMetered(from: Speaker, status: JsonObject, channel: number): void {
  const part = channelPart(channel);
  const errors = errorsOf(status['errors']);
  addFields(from, POWER, status, part, errors);
  // `by_minute` beside the totals is milliwatt-hours of the last three minutes: no register.
  addTotal(from, 'energy_import_kwh', status, 'aenergy', part, errors);
  addTotal(from, 'energy_export_kwh', status, 'ret_aenergy', part, errors);
}

function addTotal(
  from: Speaker,
  metric: string,
  status: JsonObject,
  key: string,
  part: string,
  errors: readonly string[],
): void {
  addNumber(from, metric, objectOf(status[key])?.['total'], part, 1000, qualityOf(key, errors));
}

function decodeThreePhases(from: Speaker, status: JsonObject): void {
  const errors = errorsOf(status['errors']);
  for (const phase of PHASES) {
    const own = errorsOf(status[phase.errors]);
    addFields(from, phase.power, status, phase.part, own.length === 0 ? errors : [...errors, ...own]);
  }
  const neutral = qualityOf('current', [...errors, ...errorsOf(status['n_errors'])]);
  addNumber(from, 'current_a', status['n_current'], 'n', 1, neutral);
  const whole = qualityOf('total', errors);
  addNumber(from, 'current_a', status['total_current'], 'total', 1, whole);
  addNumber(from, 'active_power_w', status['total_act_power'], 'total', 1, whole);
  addNumber(from, 'apparent_power_va', status['total_aprt_power'], 'total', 1, whole);
}

function decodeThreePhaseData(from: Speaker, status: JsonObject): void {
  const errors = errorsOf(status['errors']);
  for (const phase of PHASES) addFields(from, phase.data, status, phase.part, errors);
  const whole = qualityOf('total', errors);
  addNumber(from, 'energy_import_kwh', status['total_act'], 'total', 1000, whole);
  addNumber(from, 'energy_export_kwh', status['total_act_ret'], 'total', 1000, whole);
}

function decodeChannelData(from: Speaker, status: JsonObject, channel: number): void {
  addFields(from, CHANNEL_DATA, status, channelPart(channel), errorsOf(status['errors']));
}

function addFields(
  from: Speaker,
  wanted: readonly Field[],
  status: JsonObject,
  part: string,
  errors: readonly string[],
): void {
  for (const { key, name, metric, divisor } of wanted) {
    const value = status[key];
    if (value !== undefined) addNumber(from, metric, value, part, divisor, qualityOf(name, errors));
  }
}

function qualityOf(key: string, errors: readonly string[]): Quality {
  if (errors.length === 0) return 'good';
  return errors.some((error) => spoils(error, key)) ? 'bad' : 'good';
}

const WITHOUT_CLAMP: readonly string[] = ['voltage', 'freq'];

/**
 * `out_of_range:current` spoils one value, `power_meter_failure` all of them. Before `ct_type` is set
 * nobody knows what the clamp's signal stands for; `database_error` is of the registers' own store.
 * Source: components EM, EM1, EMData, EM1Data.
 */
function spoils(error: string, key: string): boolean {
  if (error === 'ct_type_not_set') return !WITHOUT_CLAMP.includes(key);
  return error === 'power_meter_failure' || error === 'database_error' || error === `out_of_range:${key}`;
}

const NONE: readonly string[] = [];

/** The words of an `errors` list; none for anything else. */
export function errorsOf(raw: unknown): readonly string[] {
  return Array.isArray(raw) ? raw.filter((error) => typeof error === 'string') : NONE;
}

function decodeFlood(from: Speaker, status: JsonObject, channel: number): void {
  const part = sensorPart(channel);
  // A pulled cable cannot get wet: neither dry nor a leak.
  if (errorsOf(status['errors']).includes('cable_unplugged')) addFailed(from, 'leak', part);
  else addBoolean(from, 'leak', status['alarm'], BOOLEAN_WORDS, part);
  addBoolean(from, 'test', status['test'], BOOLEAN_WORDS, part);
}

/** A radar counts who is in its room or zone. */
function decodePresence(from: Speaker, status: JsonObject, channel: number): void {
  const part = sensorPart(channel);
  addNumber(from, 'people', status['num_objects'], part);
  addBoolean(from, 'occupied', status['state'] ?? status['value'], BOOLEAN_WORDS, part);
}

function decodeWifi(from: Speaker, status: JsonObject): void {
  // 0 is the signal of no connection: the device is on a cable.
  if (numberOf(status['rssi']) !== 0) addNumber(from, 'rssi_dbm', status['rssi']);
}

function decodeVoltmeter(from: Speaker, status: JsonObject, channel: number): void {
  if (failed(status)) addFailed(from, 'voltage_v', channelPart(channel));
  else addNumber(from, 'voltage_v', status['voltage'], channelPart(channel));
}

function decodeTemperature(from: Speaker, status: JsonObject, channel: number): void {
  if (status['tC'] === undefined && !failed(status)) addFahrenheit(from, status['tF'], channel);
  else addSensor(from, 'temperature_c', status, 'tC', channel);
}

/** A partial update may hold one of the two scales only. */
function addFahrenheit(from: Speaker, raw: unknown, channel: number): void {
  const value = numberOf(raw);
  if (typeof value !== 'number') addNumber(from, 'temperature_c', raw, sensorPart(channel));
  else addValue(from, 'temperature_c', celsius(value), sensorPart(channel));
}

function decodeHumidity(from: Speaker, status: JsonObject, channel: number): void {
  addSensor(from, 'humidity_pct', status, 'rh', channel);
}

function addSensor(from: Speaker, metric: string, status: JsonObject, key: string, channel: number): void {
  if (failed(status)) addFailed(from, metric, sensorPart(channel));
  else addNumber(from, metric, status[key], sensorPart(channel));
}

/** The documented words are `read` and `out_of_range`, but a display without the sensor has its own. */
function failed(status: JsonObject): boolean {
  return errorsOf(status['errors']).length > 0;
}

/** Below this no cell is in the holder. */
const NO_BATTERY_V = 1;

function decodePower(from: Speaker, status: JsonObject, channel: number): void {
  const battery = objectOf(status['battery']);
  if (!battery) return;
  const external = objectOf(status['external'])?.['present'] === true;
  const volts = battery['V'];
  if (external && typeof volts === 'number' && volts < NO_BATTERY_V) return;
  addNumber(from, 'battery_pct', battery['percent'], sensorPart(channel));
  addNumber(from, 'battery_v', volts, sensorPart(channel));
}
