import type { DecodeContext, Decoded, DecodeMemory, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readObject, readText, type JsonObject } from '../json.ts';
import { addAvailability, addNumber, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { decodeEnergy } from './energy.ts';
import { decodeAnalog, decodeBluetooth, decodeProbes, decodeSensor, isBluetooth, partsOf } from './sensors.ts';
import { decodeSmartMeter, isSmartMeter } from './smart-meter.ts';
import { decodeZigbee, isZigbee } from './zigbee.ts';

const FAMILY = 'tasmota';
const PREFIXES = new Set(['tele', 'stat', 'cmnd']);
const DISCOVERY = 'tasmota/discovery/';
const PREFIXED = /^(?:tele|stat|cmnd)\/.+\//;
const SUFFIX =
  /^(?:SENSOR|ENERGY|ZbReceived|STATE|LWT|RESULT|HASS_STATE|UPTIME|MARGINS|STATUS\d{0,2}|INFO[123]|POWER\d*)$/;
const OWN_SUFFIX = /^(?:SENSOR|ZbReceived|STATE|LWT|STATUS(?:0|8|10|11))$/;

/** Tasmota firmware: `tele/<topic>/SENSOR` and friends, in any order of topic levels. */
export const tasmota: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 300,
  recognises,
  decode,
};

function recognises(topic: string): number {
  const slash = topic.lastIndexOf('/');
  if (slash < 0) return 0;
  if (topic.startsWith(DISCOVERY)) return 1;
  const suffix = topic.slice(slash + 1);
  if (!SUFFIX.test(suffix)) return PREFIXED.test(topic) ? 0.3 : 0;
  if (topic.split('/').some((level) => PREFIXES.has(level))) return 0.95;
  // FullTopic and the three prefixes are the user's to change; the last level is not.
  return OWN_SUFFIX.test(suffix) ? 0.6 : 0;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  if (message.topic.startsWith(DISCOVERY)) return introduce(message, context);
  const levels = message.topic.split('/');
  const suffix = levels.at(-1) ?? '';
  if (levels.includes('cmnd')) return [];
  if (suffix === 'RESULT') return decodeResult(message, levels, context.memory);
  if (!OWN_SUFFIX.test(suffix) && suffix !== 'ENERGY') return [];
  const device = deviceOf(levels);
  if (suffix === 'LWT') return decodeWill(device, message.payload);

  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, device, read.reason)];
  const lines: Decoded[] = [];
  for (const body of bodies(read.value)) {
    const at = timeOf(body, context.zoneOf(device), message.receivedAt);
    const from = speaker(FAMILY, device, at, false, lines);
    if (suffix === 'ZbReceived' || isZigbee(body)) decodeZigbee(from, body, context.memory);
    // Versions of 2017 sent the meter's values on a topic of their own.
    else if (suffix === 'ENERGY') decodeEnergy(from, body);
    else decodeBody(from, body, context.memory);
  }
  return lines;
}

/** `tasmota/discovery/<mac>/config` (retained) names a device and how its topics are built. */
function introduce(message: Message, context: DecodeContext): Decoded[] {
  const read = message.topic.endsWith('/config') ? readObject(message.payload) : undefined;
  if (!read?.ok) return [];
  const { t: topic, ft: fullTopic, dn: name, md: model } = read.value;
  if (typeof topic !== 'string' || topic === '' || typeof fullTopic !== 'string') return [];
  const levels = fullTopic.replaceAll('%topic%', topic).split('/');
  context.aside.describe({
    family: FAMILY,
    device: levels.filter((level) => level !== '' && level !== '%prefix%').join('/'),
    name: typeof name === 'string' && name !== '' ? name : null,
    maker: null,
    model: typeof model === 'string' ? model : null,
    points: [],
  });
  return [];
}

/** Of what commands answer, only a Zigbee bridge's news count: older versions send them here. */
function decodeResult(message: Message, levels: readonly string[], memory: DecodeMemory): Decoded[] {
  const read = readObject(message.payload);
  const received = read.ok ? objectOf(read.value['ZbReceived']) : undefined;
  if (!received) return [];
  const from = speaker(FAMILY, deviceOf(levels), null);
  decodeZigbee(from, received, memory);
  return from.lines;
}

/** From here on a number counts milliseconds. */
const MILLIS_FROM = 1e11;

/**
 * The command `Time` sets how a device dates: `Time` as local text, `Epoch` in seconds beside it or
 * alone, or a number of milliseconds. Old versions write dots and a space.
 */
function timeOf(body: JsonObject, zone: string | undefined, near: number | null): number | null {
  const { Time, Epoch } = body;
  const number = numberOf(Epoch ?? (typeof Time === 'number' ? Time : undefined));
  if (typeof number === 'number') return usableInstant(number < MILLIS_FROM ? number * 1000 : number);
  if (typeof Time !== 'string') return null;
  return instantOf(Time[4] === '.' ? Time.replace('.', '-').replace('.', '-') : Time, zone, near);
}

/** The topic without its prefix and its last level; both may stand anywhere in a custom FullTopic. */
function deviceOf(levels: readonly string[]): string {
  const own = levels.slice(0, -1);
  const prefix = own.findIndex((level) => PREFIXES.has(level));
  return own.filter((_, index) => index !== prefix).join('/');
}

const WILL_WORDS = new Map([
  ['online', true],
  ['offline', false],
]);

function decodeWill(device: string, payload: Uint8Array): Decoded[] {
  const text = readText(payload);
  if (!text.ok) return [rejected(FAMILY, device, text.reason)];
  const online = WILL_WORDS.get(text.value.toLowerCase());
  if (online === undefined)
    return [rejected(FAMILY, device, `"${text.value.slice(0, 60)}" is neither Online nor Offline`)];
  const from = speaker(FAMILY, device, null);
  addAvailability(from, online);
  return from.lines;
}

/** An answer to `Status` wraps what telemetry sends bare. */
function bodies(object: JsonObject): JsonObject[] {
  const wrapped = [objectOf(object['StatusSNS']), objectOf(object['StatusSTS'])].filter((body) => body !== undefined);
  return wrapped.length > 0 ? wrapped : [object];
}

/** Not measurements of a place: the chips, the meter's own raw telegram, settings, pulses without a unit. */
const IGNORED = /^(?:(?:ESP32|BL09\d\d|AXP\d+|DS3231)(?:[-_]\d+)?|TIC|Heap|Berry|COUNTER|Shutter1|ZbInfo|ZbState)$/;

function isIgnored(name: string, value: JsonObject): boolean {
  return IGNORED.test(name) || isZigbee(value);
}

function decodeBody(from: Speaker, body: JsonObject, memory: DecodeMemory): void {
  const fahrenheit = body['TempUnit'] === 'F';
  const parts = partsOf(body, isIgnored);
  for (const [name, value] of Object.entries(body)) {
    const inner = objectOf(value);
    if (!inner) continue;
    if (name === 'ENERGY') decodeEnergy(from, inner);
    else if (name === 'ANALOG') decodeAnalog(from, inner, fahrenheit);
    else if (name === 'Wifi') addNumber(from, 'rssi_dbm', inner['Signal']);
    else if (name === 'ZbReceived') decodeZigbee(from, inner, memory);
    else if (name === 'DS18x20') decodeProbes(from, inner, fahrenheit);
    else if (isZigbee(inner)) decodeZigbee(from, { [name]: inner }, memory);
    else if (IGNORED.test(name)) continue;
    else if (isBluetooth(inner)) decodeBluetooth(from, name, inner, fahrenheit);
    else if (isSmartMeter(inner)) decodeSmartMeter(from, inner);
    else decodeSensor(from, name, inner, parts.get(name) ?? null, fahrenheit);
  }
}
