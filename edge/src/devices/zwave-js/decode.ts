import type { DecodeContext, Decoded, DecodeMemory, Message } from '../../domain/decoded.ts';
import { usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readText, type JsonObject } from '../json.ts';
import {
  addAvailability,
  addFault,
  addRejected,
  addStateFault,
  addValue,
  booleanOf,
  numberOf,
  ONLINE_WORDS,
  rejected,
  speaker,
  type Speaker,
} from '../lines.ts';
import { addPoint } from '../points.ts';
import { shelf } from '../shelf.ts';
import { deviceOf, valuePlace, type ValuePlace } from './topic.ts';
import { BARRIER, BINARY_SENSORS, channelOf, meterPoint, NOTIFICATIONS, sensorPoint } from './values.ts';

const FAMILY = 'zwave-js';
const PREFIX = /^zwave(?:-?js(?:-?ui|2mqtt)?)?\//i;
const GATEWAY = /^(.+)\/_CLIENTS\/ZWAVE_GATEWAY-([^/]+)\/status$/;
const BRACE = 0x7b;

/** The MQTT gateway of Z-Wave JS UI: one topic a value, by numbers or by names. */
export const zwaveJs: DeviceDialect = {
  family: FAMILY,
  // A sleeping node wakes up once a day by default.
  expectEverySeconds: 90_000,
  faultsAreStates: true,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (topic.includes('/_CLIENTS/ZWAVE_GATEWAY-') || topic.includes('/_EVENTS/ZWAVE_GATEWAY-')) return 0.95;
  if (PREFIX.test(topic)) return 0.95;
  // The prefix is the user's to choose.
  if (/\/endpoint_\d{1,3}\/[A-Za-z]/.test(topic)) return 0.7;
  if (/\/(?:37|38|48|49|50|113|128)\/\d{1,3}\/[A-Za-z]/.test(topic)) return 0.6;
  return topic.endsWith('/status') && payload[0] === BRACE && isNodeStatus(payload) ? 0.6 : 0;
}

function isNodeStatus(payload: Uint8Array): boolean {
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  return body?.['nodeId'] !== undefined && body['time'] !== undefined && typeof body['value'] === 'boolean';
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const { topic } = message;
  const gateway = GATEWAY.exec(topic);
  if (gateway) return decodeStatus(message, `${gateway[1]}/${gateway[2]}`);
  const levels = topic.split('/');
  if (levels.some((level) => level.startsWith('_')) || levels.at(-1) === 'set') return [];
  const place = valuePlace(levels);
  if (place) return decodeValue(place, message, context.memory);
  const node = levels.slice(1, -1);
  if (node.length === 0) return [];
  if (levels.at(-1) === 'status')
    return decodeStatus(message, node[0] === 'driver' ? `${levels[0]}/driver` : deviceOf(node));
  if (levels.at(-1) === 'nodeinfo') introduce(deviceOf(node), message, context);
  return [];
}

// ------------------------------------------------------------------------------------ payloads

/** What the gateway is set to send: the bare value, `{time, value}`, or all that it knows of the value. */
interface Told {
  readonly value: unknown;
  readonly at: number | null;
  readonly unit: string | null;
}

function told(payload: Uint8Array): Told | string {
  const text = readText(payload);
  if (!text.ok) return text.reason;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  if (!body) return read.ok ? bare(read.value) : /^[[{]/.test(text.value) ? read.reason : bare(text.value);
  const time = body['time'] ?? body['lastUpdate'];
  const unit = body['unit'];
  return {
    value: body['value'],
    at: typeof time === 'number' ? usableInstant(time) : null,
    unit: typeof unit === 'string' && unit !== '' ? unit : null,
  };
}

function bare(value: unknown): Told {
  return { value, at: null, unit: null };
}

function decodeStatus(message: Message, device: string): Decoded[] {
  const status = told(message.payload);
  if (typeof status === 'string') return [rejected(FAMILY, device, status)];
  const online = booleanOf(status.value, ONLINE_WORDS);
  if (typeof online !== 'boolean') return [rejected(FAMILY, device, 'the status is neither true nor false')];
  const from = speaker(FAMILY, device, status.at);
  addAvailability(from, online);
  return from.lines;
}

function introduce(device: string, { payload }: Message, { aside }: DecodeContext): void {
  const read = readJson(payload);
  const info: JsonObject = (read.ok ? objectOf(read.value) : undefined) ?? {};
  const { name, manufacturer, productLabel } = info;
  const textOrNull = (raw: unknown) => (typeof raw === 'string' && raw !== '' ? raw : null);
  aside.describe({
    family: FAMILY,
    device,
    name: textOrNull(name),
    maker: textOrNull(manufacturer),
    model: textOrNull(productLabel),
    points: [],
  });
}

// -------------------------------------------------------------------------------------- values

function decodeValue(place: ValuePlace, message: Message, memory: DecodeMemory): Decoded[] {
  if (place.commandClass === null) return [];
  const sent = told(message.payload);
  if (typeof sent === 'string') return [rejected(FAMILY, place.device, sent)];
  // A notification's parameters, a colour, a duration: no value of a point.
  if (sent.value === undefined || (typeof sent.value === 'object' && sent.value !== null)) return [];
  const from = speaker(FAMILY, place.device, sent.at);
  CLASS[place.commandClass]?.(from, place, sent, memory);
  return from.lines;
}

type AddValue = (from: Speaker, place: ValuePlace, told: Told, memory: DecodeMemory) => void;

const CLASS: Readonly<Record<string, AddValue>> = {
  sensor_multilevel: (from, place, { value, unit }) => {
    const point = sensorPoint(place.property, unit, place.endpoint);
    if (point) addPoint(from, point, value);
    else addOwn(from, place, value);
  },
  meter: (from, place, { value }) => {
    if (place.property !== 'value') return;
    const point = meterPoint(place.key, place.endpoint);
    if (point) addPoint(from, point, value);
    else addOwn(from, place, value);
  },
  sensor_binary: (from, place, { value }) => {
    const metric = BINARY_SENSORS.get(place.property);
    if (place.property === 'tamper') addStateFault(from, 'tamper', value, place.name);
    else if (metric !== undefined) addPoint(from, { metric, part: channelOf(place.endpoint), unit: null }, value);
    else addOwn(from, place, value);
  },
  battery: (from, { property }, { value }) => {
    if (property === 'level') addPoint(from, { metric: 'battery_pct', part: null, unit: null }, value);
    else if (property === 'islow') addStateFault(from, 'battery_low', value, 'isLow');
  },
  notification: (from, place, { value }, memory) => addNotification(from, place, value, memory),
  barrier_operator: (from, place, { value }) => {
    if (place.property !== 'currentstate') return;
    const state = numberOf(value);
    const door = typeof state === 'number' ? BARRIER.get(state) : state;
    if (door !== undefined) addValue(from, 'door', door, channelOf(place.endpoint), door === null ? 'unknown' : 'good');
  },
  door_lock: (from, place, { value }) => {
    if (place.property === 'doorstatus')
      addPoint(from, { metric: 'door', part: channelOf(place.endpoint), unit: null }, value);
  },
  switch_binary: (from, place, { value }) => addCurrent(from, place, value),
  switch_multilevel: (from, place, { value }) => addCurrent(from, place, value),
};

/** What a switch shall be is no reading; what it is, is one. */
function addCurrent(from: Speaker, place: ValuePlace, value: unknown): void {
  if (place.property === 'currentvalue') addOwn(from, place, value);
}

function addOwn(from: Speaker, { commandClass, name, endpoint }: ValuePlace, value: unknown): void {
  addPoint(from, { metric: `${commandClass}/${name}`, part: channelOf(endpoint), unit: null }, value);
}

// ------------------------------------------------------------------------------- notifications

const IDLE = 0;
/** A state that nobody mapped, until the variable says that it is over. */
const unknowns = shelf<number>('zwave-js:state');

function addNotification(from: Speaker, place: ValuePlace, value: unknown, memory: DecodeMemory): void {
  const variable = NOTIFICATIONS.get(`${place.property}/${place.key ?? ''}`);
  if (!variable) return addOwn(from, place, value);
  const state = numberOf(value);
  if (state === undefined) return addRejected(from, `${place.name}: the state is no number`);
  const { metric, states, fault, raisedBy = [], clearedBy = [] } = variable;
  const part = channelOf(place.endpoint);
  if (state === null) {
    if (metric !== undefined) addValue(from, metric, null, part, 'unknown');
    return;
  }
  const meaning = states.get(state);
  const isKnown = meaning !== undefined || raisedBy.includes(state) || clearedBy.includes(state);
  clearUnknown(from, place, state, memory);
  if (metric !== undefined && meaning !== undefined) addValue(from, metric, meaning, part);
  if (fault !== undefined && raisedBy.includes(state)) addFault(from, fault, 'raised', `${place.name}/${state}`);
  if (fault !== undefined && clearedBy.includes(state))
    addFault(from, fault, 'cleared', `${place.name}/${raisedBy[0]}`);
  if (!isKnown && state !== IDLE) raiseUnknown(from, place, state, memory);
}

function raiseUnknown(from: Speaker, place: ValuePlace, state: number, memory: DecodeMemory): void {
  unknowns.put(memory, keyOf(from, place), state);
  addFault(from, 'unknown', 'raised', `${place.name}/${state}`);
}

function clearUnknown(from: Speaker, place: ValuePlace, state: number, memory: DecodeMemory): void {
  const before = unknowns.find(memory, keyOf(from, place));
  if (before === undefined || before === state) return;
  unknowns.drop(memory, keyOf(from, place));
  addFault(from, 'unknown', 'cleared', `${place.name}/${before}`);
}

function keyOf({ device }: Speaker, { endpoint, name }: ValuePlace): string {
  return `${device}/${endpoint}/${name}`;
}
