import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, type JsonObject } from '../json.ts';
import { addNumber, addRejected, addValue, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { inUnit } from './units.ts';

const FAMILY = 'azure-elevator';
/** `devices/{id}/messages/events/{property bag}`, also of a module of the device. */
const TOPIC = /(?:^|\/)devices\/([^/]+)\/(?:modules\/([^/]+)\/)?messages\/events(?:\/(.*))?$/;
/** Messages, methods and wishes to a device: they share the tree, and what somebody wants of it is no reading. */
const TO_DEVICE =
  /(?:^|\/)(?:devices\/[^/]+\/(?:modules\/[^/]+\/)?messages\/devicebound|\$iothub\/(?:methods|twin\/PATCH\/properties\/desired))(?:\/|$)/i;

/** Telemetry of the device models of Azure's device simulation, as IoT Hub carries it: the unit is a sibling field. */
export const azureElevator: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 60,
  recognises,
  decode,
  sourceId,
};

/** A broker between the simulation and us may change the topic; then the elevator's fields tell. */
function recognises(topic: string, payload: Uint8Array): number {
  if (TOPIC.test(topic) || TO_DEVICE.test(topic)) return 0.9;
  const read = payload[0] === 0x7b ? readJson(payload) : undefined;
  const body = read?.ok ? objectOf(read.value) : undefined;
  return body && body['floor'] !== undefined && UNIT_KEYS.some((key) => typeof body[key] === 'string') ? 0.6 : 0;
}

const UNIT_KEYS = ['vibration_unit', 'temperature_unit'];

function decode(message: Message, context: DecodeContext): Decoded[] {
  if (TO_DEVICE.test(message.topic)) return [];
  const found = TOPIC.exec(message.topic);
  const device = found?.[2] === undefined ? (found?.[1] ?? '') : `${found[1]}/${found[2]}`;
  const read = readJson(message.payload);
  if (!read.ok) return [rejected(FAMILY, device || null, read.reason)];
  const bag = propertiesOf(message.topic);
  const lines: Decoded[] = [];
  for (const one of Array.isArray(read.value) ? read.value : [read.value]) {
    const body = objectOf(one);
    const own = device || idOf(body) || placeOf(message.topic);
    if (!body) lines.push(rejected(FAMILY, own, 'the payload is JSON, but not an object'));
    else decodeBody(speaker(FAMILY, own, timeOf(body, bag, own, message, context), false, lines), body);
  }
  return lines;
}

function idOf(body: JsonObject | undefined): string {
  const id = body?.['deviceId'] ?? body?.['device_id'];
  return typeof id === 'string' ? id.trim() : '';
}

/** The topic without a last level that only names what is said. */
function placeOf(topic: string): string {
  return topic.replace(/\/(?:telemetry|events?|messages?|data|state|status)\/?$/i, '');
}

// ------------------------------------------------------------------------------------ property bag

/** What stands after `events/`: `name=value` pairs, percent-encoded, system properties begin with `$.`. */
function propertiesOf(topic: string): ReadonlyMap<string, string> {
  const bag = TOPIC.exec(topic)?.[3];
  if (!bag) return NO_PROPERTIES;
  const pairs = bag
    .replace(/^\?/, '')
    .split('&')
    .map((pair) => pair.split('='));
  return new Map(pairs.map(([name = '', ...value]) => [plain(name).toLowerCase(), plain(value.join('='))]));
}

const NO_PROPERTIES: ReadonlyMap<string, string> = new Map();

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

const TIME_KEYS = ['timestamp', 'time', 'ts', 'createdAt', 'creationTimeUtc'];
const TIME_PROPERTIES = ['$$creationtimeutc', 'iothub-creation-time-utc', '$.ctime', 'creationtimeutc'];

function timeOf(
  body: JsonObject,
  bag: ReadonlyMap<string, string>,
  device: string,
  { receivedAt }: Message,
  context: DecodeContext,
): Millis | null {
  const raw =
    TIME_KEYS.map((key) => body[key]).find((value) => typeof value === 'string' || typeof value === 'number') ??
    TIME_PROPERTIES.map((name) => bag.get(name)).find((value) => value !== undefined);
  const number = numberOf(raw);
  // Seconds have ten digits for the next two centuries.
  if (typeof number === 'number') return usableInstant(number < 1e11 ? number * 1000 : number);
  return typeof raw === 'string' ? instantOf(raw, context.zoneOf(device), receivedAt) : null;
}

/** The message id that the sender gave; it is the same when IoT Hub's client sends again. */
function sourceId(message: Message): string | null {
  const id = propertiesOf(message.topic).get('$.mid');
  return id ? `${FAMILY}:${TOPIC.exec(message.topic)?.[1] ?? ''}:${id}` : null;
}

// ------------------------------------------------------------------------------------ telemetry

/** Names of the device models and their like, and the metrics that their unit chooses from. */
const QUANTITIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['temperature', ['temperature_c']],
  ['ambienttemperature', ['temperature_c']],
  ['motortemperature', ['motor_temperature_c']],
  ['humidity', ['humidity_pct']],
  ['dewpoint', ['dew_point_c']],
  ['vibration', ['vibration_mm', 'vibration_mps2']],
  ['speed', ['speed_mps']],
  ['position', ['position_m']],
  ['height', ['position_m']],
  ['load', ['load_kg']],
  ['weight', ['load_kg']],
  ['power', ['active_power_w']],
  ['energy', ['energy_import_kwh']],
  ['voltage', ['voltage_v']],
  ['current', ['current_a']],
  ['frequency', ['frequency_hz']],
  ['waterlevel', ['water_level_m']],
  ['flow', ['flow_m3h']],
  ['battery', ['battery_pct', 'battery_v']],
]);
/** In percent where nothing else is said. */
const PERCENT = new Set(['humidity_pct', 'battery_pct']);

const DOORS: ReadonlySet<string> = new Set(['open', 'opening', 'closed', 'closing']);

/** Models of vehicles send where they are; their speed is no elevator's. */
function decodeBody(from: Speaker, body: JsonObject): void {
  const vehicle = body['latitude'] !== undefined;
  for (const [key, raw] of Object.entries(body)) {
    const name = key.toLowerCase().replace(/[_-]/g, '');
    const metrics = vehicle && name === 'speed' ? undefined : QUANTITIES.get(name);
    if (metrics) addQuantity(from, metrics, raw, unitBeside(body, key));
    else if (name === 'floor' || name === 'currentfloor') addFloor(from, raw);
    else if (name === 'door' || name === 'doorstatus') addDoor(from, raw);
  }
}

function unitBeside(body: JsonObject, key: string): string | undefined {
  const unit = body[`${key}_unit`] ?? body[`${key}Unit`] ?? body[`${key}_units`] ?? body[`${key}Units`];
  return typeof unit === 'string' && unit.trim() !== '' ? unit.trim() : undefined;
}

function addFloor(from: Speaker, raw: unknown): void {
  const floor = typeof raw === 'string' ? raw.trim() : raw;
  if (floor === null || floor === '') addValue(from, 'floor', null, null, 'unknown');
  else if (typeof floor === 'number' || typeof floor === 'string') addValue(from, 'floor', String(floor));
  else addRejected(from, 'floor: neither a number nor a text');
}

function addDoor(from: Speaker, raw: unknown): void {
  const word = typeof raw === 'string' ? raw.trim().toLowerCase() : '';
  if (DOORS.has(word)) addValue(from, 'door', word);
}

function addQuantity(from: Speaker, metrics: readonly string[], raw: unknown, unit: string | undefined): void {
  const [first = ''] = metrics;
  const metric = unit === undefined ? first : metrics.find((candidate) => inUnit(candidate, 0, unit) !== undefined);
  const value = numberOf(raw);
  if (typeof value !== 'number') return addNumber(from, metric ?? first, raw);
  if (unit === undefined) {
    if (PERCENT.has(first)) addNumber(from, first, raw);
    else addRejected(from, `${first}: the unit is missing`);
    return;
  }
  const converted = metric === undefined ? undefined : inUnit(metric, value, unit);
  if (metric !== undefined && converted !== undefined) addValue(from, metric, converted);
  else addRejected(from, `${first}: the unit "${unit.slice(0, 20)}" is not one of it`);
}
