import {
  addBoolean,
  addFailed,
  addNumber,
  addRejected,
  addValue,
  booleanOf,
  celsius,
  numberOf,
  type Speaker,
} from '../lines.ts';
import { objectOf } from '../json.ts';
import { addTrouble, learnSleeper, learnThreePhases, meterPart, sendsFahrenheit, type Ear } from './learned.ts';

/** The watt-minutes of a kilowatt-hour. */
export const WATT_MINUTES = 60_000;
/** The watt-hours of a kilowatt-hour. */
const WATT_HOURS = 1000;
/** What a missing probe measures: 999. */
const NO_PROBE = 900;
/**
 * An H&T that was just given power measures -99.5 °C for some minutes (home-assistant/core#64856). In
 * either scale this is colder than any of the vendor's probes can tell.
 */
const NO_SENSOR = -90;

function isMissing(value: number): boolean {
  return value >= NO_PROBE || value <= NO_SENSOR;
}

interface Field {
  readonly metric: string;
  readonly divisor: number;
}
const field = (metric: string, divisor = 1): Field => ({ metric, divisor });

/**
 * Of an energy meter, by its topic's last level. `energy` and `returned_energy` count the same
 * again, in watt-minutes and from the last start on: the totals are the registers.
 */
export const METER: ReadonlyMap<string, Field> = new Map([
  ['power', field('active_power_w')],
  ['reactive_power', field('reactive_power_var')],
  ['voltage', field('voltage_v')],
  ['current', field('current_a')],
  ['pf', field('power_factor')],
  ['total', field('energy_import_kwh', WATT_HOURS)],
  ['total_returned', field('energy_export_kwh', WATT_HOURS)],
]);

/** Of a relay, a roller or a light. */
const OUTPUT: ReadonlyMap<string, Field> = new Map([
  ['power', field('active_power_w')],
  ['energy', field('energy_import_kwh', WATT_MINUTES)],
]);

type Scalar = (from: Speaker, text: string, ear: Ear) => void;
type IndexedScalar = (from: Speaker, text: string, ear: Ear, index: number, name: string) => void;

/** Topics below the device, whole. */
const SCALARS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['relay/power', (from, text) => addNumber(from, 'active_power_w', text)],
  ['relay/energy', (from, text) => addNumber(from, 'energy_import_kwh', text, null, WATT_MINUTES)],
  ['voltage', (from, text) => addNumber(from, 'voltage_v', text)],
  ['emeter_n/current', (from, text, ear) => addNeutral(from, text, ear)],
  ['overtemperature', (from, text, ear) => addFlag(from, ear, 'overtemperature', text)],
  ['overpower', (from, text, ear) => addFlag(from, ear, 'overpower', text)],
  ['overload', (from, text, ear) => addFlag(from, ear, 'overload', text)],
  ['loaderror', (from, text, ear) => addFlag(from, ear, 'loaderror', text)],
  ['sensor/temperature', (from, text, ear) => addTemperature(from, text, null, sendsFahrenheit(ear))],
  ['sensor/humidity', (from, text) => addProbe(from, 'humidity_pct', text, null)],
  ['sensor/battery', (from, text) => addNumber(from, 'battery_pct', text)],
  ['sensor/flood', (from, text) => addBoolean(from, 'leak', text)],
  ['sensor/motion', (from, text) => addBoolean(from, 'occupied', text)],
  ['sensor/state', (from, text) => addDoor(from, text)],
  ['sensor/smoke', (from, text, ear) => addSmoke(from, ear, text)],
  ['sensor/gas', (from, text, ear) => addGas(from, ear, text)],
  ['sensor/operation', (from, text, ear) => addOperation(from, ear, text)],
  ['sensor/error', (from, text, ear) => addError(from, ear, text)],
  ['sensor/act_reasons', (_from, _text, ear) => learnSleeper(ear)],
  ['ext_temperatures', (from, text) => addProbes(from, text, 'tC', 'temperature_c')],
  ['ext_humidities', (from, text) => addProbes(from, text, 'hum', 'humidity_pct')],
]);

/** Topics with a number as their second level, by the first; `name` is what follows the number. */
const INDEXED: ReadonlyMap<string, IndexedScalar> = new Map<string, IndexedScalar>([
  ['emeter', addMeter],
  ['relay', addOutput],
  ['roller', addOutput],
  ['light', addOutput],
  ['white', addOutput],
  ['color', addOutput],
  ['ext_temperature', (from, text, _, index) => addProbe(from, 'temperature_c', text, probePart(index))],
  ['ext_humidity', (from, text, _, index) => addProbe(from, 'humidity_pct', text, probePart(index))],
  ['adc', (from, text, _, index) => addNumber(from, 'voltage_v', text, channelPart(index))],
]);

const INDEXED_PATH = /^([a-z_]+)\/(\d)(?:\/([a-z_]+))?$/;

/** Adds what a topic with one value says; topics that are not listed (buttons, light, settings) say nothing. */
export function decodeScalar(from: Speaker, path: string, text: string, ear: Ear): void {
  const scalar = SCALARS.get(path);
  if (scalar) return scalar(from, text, ear);
  const found = INDEXED_PATH.exec(path);
  if (found) INDEXED.get(found[1] ?? '')?.(from, text, ear, Number(found[2]), found[3] ?? '');
}

/** Relay 0 is channel 1. */
export function channelPart(index: number): string {
  return `ch${index + 1}`;
}

/** The first of the probes has no part, as the only one of its kind. */
function probePart(index: number): string | null {
  return index === 0 ? null : channelPart(index);
}

function addMeter(from: Speaker, text: string, ear: Ear, index: number, name: string): void {
  const known = METER.get(name);
  if (known) addNumber(from, known.metric, text, meterPart(index, ear), known.divisor);
}

function addNeutral(from: Speaker, text: string, ear: Ear): void {
  learnThreePhases(ear);
  addNumber(from, 'current_a', text, 'n');
}

function addOutput(from: Speaker, text: string, ear: Ear, index: number, name: string): void {
  const known = OUTPUT.get(name);
  if (known) addNumber(from, known.metric, text, channelPart(index), known.divisor);
  // A relay's own topic says `on`, `off`, or that it switched itself off.
  else if (name === '') addTrouble(from, ear, `overpower ${index}`, text === 'overpower' ? 'overpower' : null);
}

/** Adds a temperature that is in the unit of the owner's choice. */
export function addTemperature(from: Speaker, raw: unknown, part: string | null, fahrenheit: boolean): void {
  const value = numberOf(raw);
  if (!fahrenheit || typeof value !== 'number' || isMissing(value)) addProbe(from, 'temperature_c', raw, part);
  else addValue(from, 'temperature_c', celsius(value), part);
}

/** Adds what a probe measures, or that it is missing. */
export function addProbe(from: Speaker, metric: string, raw: unknown, part: string | null): void {
  const value = numberOf(raw);
  if (typeof value === 'number' && isMissing(value)) addFailed(from, metric, part);
  else addNumber(from, metric, raw, part);
}

/** All probes of the add-on at once: `{"0":{"hwID":"…","tC":21.5}}`. */
function addProbes(from: Speaker, text: string, key: string, metric: string): void {
  try {
    addProbeList(from, objectOf(JSON.parse(text)), key, metric);
  } catch {
    addRejected(from, 'the payload is not JSON');
  }
}

/** Adds each probe of the add-on that is there. */
export function addProbeList(
  from: Speaker,
  probes: { readonly [index: string]: unknown } | undefined,
  key: string,
  metric: string,
): void {
  for (const [index, probe] of Object.entries(probes ?? {})) {
    if (/^\d$/.test(index)) addProbe(from, metric, objectOf(probe)?.[key], probePart(Number(index)));
  }
}

const UNKNOWN_DOOR: ReadonlySet<unknown> = new Set([null, 'unknown', '-1', -1]);
const DOOR_WORDS: ReadonlyMap<unknown, string> = new Map([
  ['open', 'open'],
  ['opened', 'open'],
  ['close', 'closed'],
  ['closed', 'closed'],
]);

/** Adds a door sensor's state; before it has looked, it says `unknown`. */
export function addDoor(from: Speaker, raw: unknown): void {
  if (raw === undefined) return;
  const door = DOOR_WORDS.get(raw);
  if (door !== undefined) addValue(from, 'door', door);
  else if (UNKNOWN_DOOR.has(raw)) addValue(from, 'door', null, null, 'unknown');
  else addRejected(from, `door: ${JSON.stringify(raw).slice(0, 60)} is neither open nor close`);
}

/** Adds a yes or no about the device's own trouble. */
export function addFlag(from: Speaker, ear: Ear, code: string, raw: unknown, alarms: readonly string[] = []): void {
  if (raw === undefined) return;
  const value = booleanOf(raw);
  if (value === undefined) addRejected(from, `${code}: ${JSON.stringify(raw).slice(0, 60)} is not a yes or no`);
  else if (value !== null) addTrouble(from, ear, code, value ? code : null, alarms);
}

const SMOKE = ['smoke'];

/** Adds the smoke detector's alarm. */
export function addSmoke(from: Speaker, ear: Ear, raw: unknown): void {
  addFlag(from, ear, 'smoke', raw, SMOKE);
}

const GAS = ['gas:mild', 'gas:heavy'];

/** Adds the gas detector's alarm: `none`, `mild`, `heavy`; its tests and its start are none. */
export function addGas(from: Speaker, ear: Ear, raw: unknown): void {
  if (raw === 'mild' || raw === 'heavy') addTrouble(from, ear, 'gas', `gas:${raw}`);
  else if (raw === 'none') addTrouble(from, ear, 'gas', null, GAS);
}

/** Adds the gas detector's own health: `normal`, `fault`; while it warms up it says nothing. */
export function addOperation(from: Speaker, ear: Ear, raw: unknown): void {
  if (raw === 'fault') addTrouble(from, ear, 'operation', 'operation:fault');
  else if (raw === 'normal') addTrouble(from, ear, 'operation', null);
}

/** Adds a sensor's error number; 0 is none. */
export function addError(from: Speaker, ear: Ear, raw: unknown): void {
  const code = numberOf(raw);
  if (typeof code === 'number') addTrouble(from, ear, 'error', code === 0 ? null : code);
}
