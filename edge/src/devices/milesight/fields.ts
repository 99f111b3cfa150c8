import type { Quality } from '@keepsite/edge-contract';
import { objectOf, type JsonObject } from '../json.ts';
import {
  addBoolean,
  addFailed,
  addNumber,
  addRejected,
  addStateFault,
  addValue,
  BOOLEAN_WORDS,
  type Speaker,
} from '../lines.ts';

type Field = (from: Speaker, value: unknown, object: JsonObject, socket: boolean) => void;

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
]);
const TAMPER_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['uninstalled', true],
  ['installed', false],
]);
const DOOR_WORDS: ReadonlyMap<string, string> = new Map([
  ['open', 'open'],
  ['opened', 'open'],
  ['close', 'closed'],
  ['closed', 'closed'],
]);

const number =
  (metric: string, divisor = 1): Field =>
  (from, value) =>
    addNumber(from, metric, value, null, divisor);
const leak: Field = (from, value) => addBoolean(from, 'leak', value, LEAK_WORDS);
const occupied: Field = (from, value) => addBoolean(from, 'occupied', value, OCCUPIED_WORDS);
const centimetres = number('water_level_m', 100);
/** A status beside the value, or in its place: anything but "normal" means that it was not measured. */
const failure =
  (metric: string): Field =>
  (from, value) => {
    if (typeof value === 'string' && !/^(?:normal|ok)$/i.test(value)) addFailed(from, metric);
  };

/** The codec's names, with the vendor's units (its README files) turned into ours. */
const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['battery', number('battery_pct')],
  ['temperature', number('temperature_c')],
  ['temperature_sensor_status', failure('temperature_c')],
  ['humidity', number('humidity_pct')],
  ['humidity_sensor_status', failure('humidity_pct')],
  ['leakage_status', leak],
  ['water_leak', leak],
  ['water_leek', leak],
  ['depth', centimetres],
  ['water_level', centimetres],
  ['depth_error', failure('water_level_m')],
  ['distance', addDistance],
  ['distance_sensor_status', failure('distance_m')],
  ['distance_exception', failure('distance_m')],
  ['current', addCurrent],
  ['current_sensor_status', failure('current_a')],
  ['voltage', number('voltage_v')],
  ['active_power', number('active_power_w')],
  ['power', number('active_power_w')],
  ['power_factor', number('power_factor', 100)],
  ['factor', number('power_factor', 100)],
  ['power_consumption', number('energy_import_kwh', 1000)],
  ['power_sum', number('energy_import_kwh', 1000)],
  ['magnet_status', addDoor],
  ['door', addDoor],
  ['occupancy', occupied],
  ['pir', occupied],
  ['tamper_status', addTamper],
]);

const CHANNEL = /^current_ch(?:n|annel)?_?(\d{1,2})(_sensor_status)?$/;
const PT100 = /^pt100_(\d)$/;

/** Adds what an object or an entry of its history says, in its order; `socket`: its current is in mA. */
export function decodeFields(from: Speaker, object: JsonObject, socket: boolean): void {
  for (const [key, value] of Object.entries(object)) {
    const field = FIELDS.get(key);
    if (field) field(from, value, object, socket);
    else if (key.startsWith('current_ch')) addChannel(from, key, value);
    else if (key.startsWith('pt100_')) addProbe(from, key, value);
  }
}

/** Only the metered sockets of the WS5 series have these names. */
export function isMeteredSocket(object: JsonObject): boolean {
  return ['socket_status', 'power_consumption', 'power_sum', 'active_power'].some((key) => object[key] !== undefined);
}

/** A tilted sensor measures something else, and one that sees no target measures nothing. */
function addDistance(from: Speaker, value: unknown, object: JsonObject): void {
  const tilted = typeof object['position'] === 'string' && /^tilt/i.test(object['position']);
  const quality: Quality = tilted || object['position'] === 1 ? 'bad' : 'good';
  addNumber(from, 'distance_m', value, null, 1000, quality);
}

function addCurrent(from: Speaker, value: unknown, _object: JsonObject, socket: boolean): void {
  addNumber(from, 'current_a', value, null, socket ? 1000 : 1);
}

/** `current_chn2` of a three-clamp transformer; minimum, maximum, total (Ah) and alarm are not the current of now. */
function addChannel(from: Speaker, key: string, value: unknown): void {
  const found = CHANNEL.exec(key);
  if (!found) return;
  const part = `ch${Number(found[1])}`;
  if (found[2] === undefined) {
    if (objectOf(value) === undefined) addNumber(from, 'current_a', value, part);
  } else if (typeof value === 'string' && !/^normal$/i.test(value)) addFailed(from, 'current_a', part);
}

function addProbe(from: Speaker, key: string, value: unknown): void {
  const found = PT100.exec(key);
  if (found) addNumber(from, 'temperature_c', value, `ch${found[1]}`);
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
