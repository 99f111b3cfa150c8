import type { DecodeContext, Decoded, DecodeMemory, Message } from '../../domain/decoded.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readText, type JsonObject } from '../json.ts';
import {
  addAvailability,
  addFailed,
  addStateFault,
  booleanOf,
  numberOf,
  ONLINE_WORDS,
  rejected,
  speaker,
  type Speaker,
} from '../lines.ts';
import { faultByName, wordsOf } from '../names.ts';
import { addPoint, type Point } from '../points.ts';
import { withRecent } from '../recent.ts';
import { shelf } from '../shelf.ts';
import { pointOf, TYPE_UNITS } from './controls.ts';

const FAMILY = 'wirenboard';
const TOPIC = /^\/?devices\/([^/]+)\/(?:controls\/([^/]+)(?:\/(.+))?|(meta(?:\/.+)?))$/;

/** Wiren Board controllers: `/devices/<device>/controls/<control>`, the meta of a control beside it. */
export const wirenboard: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 3_600,
  faultsAreStates: true,
  recognises,
  decode,
  takesBack,
};

function recognises(topic: string): number {
  if (!topic.startsWith('/devices/') && !topic.startsWith('devices/')) return 0;
  if (topic.includes('/controls/')) return 0.95;
  return /^\/?devices\/[^/]+\/meta(?:\/(?:name|driver|error|title))?$/.test(topic) ? 0.9 : 0;
}

/** What a control's meta told: its unit, and whether its last reading failed. */
interface Control {
  readonly unit: string | null;
  readonly failed: boolean;
}
/** `gone`: the driver lost the device. `back`: the error was taken back, and nothing was heard since. */
type Contact = 'gone' | 'back' | 'there';

const NO_META: Control = { unit: null, failed: false };
const controls = shelf<Control>('wirenboard:control');
const contacts = shelf<Contact>('wirenboard:device');

function decode(message: Message, { memory }: DecodeContext): Decoded[] {
  const found = TOPIC.exec(message.topic);
  const [, device, control, below, meta] = found ?? [];
  if (device === undefined) return [];
  const from = speaker(FAMILY, device, null);
  if (control === undefined) decodeDeviceMeta(from, meta ?? '', message, memory);
  else if (below === undefined) decodeValue(from, control, message, memory);
  else if (below === 'meta/error') decodeError(from, control, message, memory);
  else learn(device, control, below, message, memory);
  return from.lines;
}

/** An error is over when its topic is emptied, which deletes it. */
function takesBack(topic: string, memory: DecodeMemory): void {
  const [, device, control, below, meta] = TOPIC.exec(topic) ?? [];
  if (device === undefined) return;
  if (below === 'meta/error' && control !== undefined) setFailed(memory, device, control, false);
  if (meta === 'meta/error' && contacts.find(memory, device) === 'gone') contacts.put(memory, device, 'back');
}

// -------------------------------------------------------------------------------------- values

const faultOf = withRecent((control) => faultByName(wordsOf(control)));

function decodeValue(from: Speaker, control: string, message: Message, memory: DecodeMemory): void {
  const { device } = from;
  if (contacts.find(memory, device) === 'back') {
    contacts.put(memory, device, 'there');
    addAvailability(from, true);
  }
  const { unit, failed } = controls.find(memory, keyOf(device, control)) ?? NO_META;
  const point = pointOf(device, control, unit);
  const fault = faultOf(control);
  if (!point && fault === undefined && control !== PRESENCE) return;
  const text = readText(message.payload);
  if (!text.ok) from.lines.push(rejected(FAMILY, device, `${control}: ${text.reason}`));
  else if (control === PRESENCE) addPresence(from, text.value);
  else if (fault !== undefined) addStateFault(from, fault, text.value, control);
  else if (point) addReading(from, zigbeeVolts(point, control, text.value), control, text.value, failed);
}

/** Of Zigbee devices behind the controller: whether their bridge still hears them. */
const PRESENCE = 'available';

function addPresence(from: Speaker, text: string): void {
  const online = booleanOf(text, ONLINE_WORDS);
  if (typeof online === 'boolean') addAvailability(from, online);
}

/** Up to here a number of millivolts is a battery's, above it the mains'. */
const MOST_BATTERY_MILLIVOLTS = 10_000;

/**
 * Zigbee devices behind the controller say `voltage` as they send it, and many send millivolts; the
 * control's type says volts. Source: github.com/wirenboard/wb-mqtt-zigbee, expose_mapper.py.
 */
function zigbeeVolts(point: Point, control: string, text: string): Point {
  const value = control === 'voltage' && point.metric === 'voltage_v' && point.unit === 'V' ? numberOf(text) : null;
  if (typeof value !== 'number' || value < 1000) return point;
  return { metric: value < MOST_BATTERY_MILLIVOLTS ? 'battery_v' : 'voltage_v', part: null, unit: 'mV' };
}

/** `contact` is true while the door is shut, as Zigbee devices behind the controller send it. */
const SHUT: ReadonlyMap<string, string> = new Map([
  ['1', 'closed'],
  ['true', 'closed'],
  ['0', 'open'],
  ['false', 'open'],
]);

function addReading(from: Speaker, point: Point, control: string, text: string, failed: boolean): void {
  const raw = point.metric === 'door' && /contact$/i.test(control) ? (SHUT.get(text) ?? text) : text;
  const { length } = from.lines;
  addPoint(from, point, raw);
  const line = from.lines[length];
  // While the error stands, the control holds its last good value.
  if (failed && line?.kind === 'reading') from.lines[length] = { ...line, quality: 'bad' };
}

// ---------------------------------------------------------------------------------------- meta

function keyOf(device: string, control: string): string {
  return `${device}/${control}`;
}

/** `r`: reading failed; `w` and `p` (a write, a late poll) leave the value as good as it was. */
function decodeError(from: Speaker, control: string, message: Message, memory: DecodeMemory): void {
  const text = readText(message.payload);
  const failed = text.ok && text.value.includes('r');
  setFailed(memory, from.device, control, failed);
  const point = failed
    ? pointOf(from.device, control, controls.find(memory, keyOf(from.device, control))?.unit ?? null)
    : undefined;
  if (point) addFailed(from, point.metric, point.part);
}

function setFailed(memory: DecodeMemory, device: string, control: string, failed: boolean): void {
  const key = keyOf(device, control);
  const before = controls.find(memory, key);
  if ((before?.failed ?? false) !== failed) controls.put(memory, key, { ...(before ?? NO_META), failed });
}

/** A unit comes as `meta` (one JSON), or as `meta/type` and `meta/units` of the older convention. */
function learn(device: string, control: string, below: string, message: Message, memory: DecodeMemory): void {
  const unit = unitOf(below, message);
  if (unit === undefined) return;
  const key = keyOf(device, control);
  const before = controls.find(memory, key);
  if ((before?.unit ?? null) !== unit) controls.put(memory, key, { ...(before ?? NO_META), unit });
}

const MAX_UNIT = 20;

function unitOf(below: string, { payload }: Message): string | undefined {
  if (below === 'meta') {
    const read = readJson(payload);
    const meta: JsonObject = (read.ok ? objectOf(read.value) : undefined) ?? {};
    const { units, type } = meta;
    if (typeof units === 'string' && units !== '' && units.length <= MAX_UNIT) return units;
    return typeof type === 'string' ? TYPE_UNITS.get(type) : undefined;
  }
  const text = below === 'meta/type' || below === 'meta/units' ? readText(payload) : undefined;
  if (!text?.ok || text.value.length > MAX_UNIT) return undefined;
  return below === 'meta/units' ? text.value : TYPE_UNITS.get(text.value);
}

/** The driver's own last will is the device's error. */
function decodeDeviceMeta(from: Speaker, meta: string, message: Message, memory: DecodeMemory): void {
  if (meta !== 'meta/error') return;
  const text = readText(message.payload);
  if (!text.ok || text.value === '' || text.value === 'null') return;
  contacts.put(memory, from.device, 'gone');
  addAvailability(from, false);
}
