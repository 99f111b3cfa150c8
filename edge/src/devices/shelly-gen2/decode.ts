import type { DecodeContext, Decoded, DecodeMemory, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { deviceBelow, laterOnline, learnPrefix, learnSleeper, prefixOf } from '../shelly-online.ts';
import { componentsOf, decodeBlu, decodeBluEvent, isBluComponent, learnBlu } from './blu.ts';
import { componentOfResult, decodeComponent, statusOfEvent } from './components.ts';
import { addTroubles } from './troubles.ts';

const FAMILY = 'shelly-gen2';
const STATUS = /^(.+)\/status\/([a-z][a-z0-9_]*(?::\d+)?)$/;
/** Components whose status topic no other vendor has. */
const COMPONENT =
  /\/status\/(?:em|em1|emdata|em1data|pm1|switch|cover|light|rgb|rgbw|cct|input|flood|smoke|temperature|humidity|devicepower|voltmeter|illuminance|script|bthome\w*):\d+$/;

/** Names that the vendor gave from the second generation on. */
const LATER_ID = /(?:^|\/)shelly(?:(?:plus|pro|wall|blu)|[a-z0-9]*g[3-9]-)/i;

/** Shelly generation 2 and later: component status, RPC answers and notifications. */
export const shellyGen2: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 300,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (topic.endsWith('/events/rpc')) return 0.95;
  if (topic.endsWith('/rpc')) return isRpc(payload) ? 0.9 : 0.2;
  if (topic.includes('/status/') && STATUS.test(topic)) {
    return COMPONENT.test(topic) ? 0.9 : topic.startsWith('shelly') ? 0.8 : 0.4;
  }
  if (topic.endsWith('/online')) return isBareBoolean(payload) ? (LATER_ID.test(topic) ? 0.8 : 0.6) : 0;
  return topic.startsWith('shelly') && /\/(?:command|debug|announce)(?:\/|$)/.test(topic) ? 0.6 : 0;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const { topic } = message;
  if (topic.endsWith('/rpc')) return decodeFrame(message, context);
  if (topic.endsWith('/online')) return decodeOnline(message, context);
  if (topic.endsWith('/announce')) return announced(message, context);
  const status = STATUS.exec(topic);
  return status ? decodeStatus(message, context, status[1] ?? '', status[2] ?? '') : [];
}

function isRpc(payload: Uint8Array): boolean {
  const read = readJson(payload);
  const frame = read.ok ? objectOf(read.value) : undefined;
  return typeof frame?.['src'] === 'string' && ['result', 'params', 'method', 'error'].some((key) => key in frame);
}

function isBareBoolean(payload: Uint8Array): boolean {
  return payload.length <= 8 && /^\s*(?:true|false)\s*$/i.test(new TextDecoder().decode(payload));
}

/**
 * A device is known by `src`. Its topic prefix is the user's to choose, and status and `online`
 * carry nothing else: the prefix of a notification, which the device itself publishes, tells them apart.
 */
function deviceOf(prefix: string, context: DecodeContext): string {
  return deviceBelow(context.memory, prefix) ?? prefix;
}

function decodeOnline({ topic, payload }: Message, context: DecodeContext): Decoded[] {
  return laterOnline(context.memory, deviceOf(prefixOf(topic), context), payload);
}

/** Whoever says that it woke from deep sleep will sleep again. */
function learnSleep(device: string, sys: JsonObject, memory: DecodeMemory): void {
  if (objectOf(sys['wakeup_reason'])?.['boot'] === 'deepsleep_wake') learnSleeper(memory, device);
}

function decodeStatus(message: Message, context: DecodeContext, prefix: string, component: string): Decoded[] {
  const device = deviceOf(prefix, context);
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, device, read.reason)];
  learnPrefix(context.memory, prefix, device);
  const from = speaker(FAMILY, device, null);
  addComponent(from, component, read.value, true, context);
  return from.lines;
}

function decodeFrame(message: Message, context: DecodeContext): Decoded[] {
  const prefix = message.topic.replace(/\/(?:events\/)?rpc$/, '');
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, prefix, read.reason)];
  const frame = read.value;
  const device = typeof frame['src'] === 'string' && frame['src'] !== '' ? frame['src'] : deviceOf(prefix, context);
  // Answers come on the asker's topic.
  if (message.topic.endsWith('/events/rpc')) learnPrefix(context.memory, prefix, device);

  const result = objectOf(frame['result']);
  if (result) return decodeResult(device, result, context);
  const params = objectOf(frame['params']);
  if (!params) return [];
  if (frame['method'] === 'NotifyEvent') return decodeEvents(device, params, context);
  if (frame['method'] === 'NotifyStatus') return decodeComponents(device, params, false, context);
  return frame['method'] === 'NotifyFullStatus' ? decodeComponents(device, params, true, context) : [];
}

function decodeResult(device: string, result: JsonObject, context: DecodeContext): Decoded[] {
  if (typeof result['gen'] === 'number' && result['id'] !== undefined) return introduce(device, result, context);
  if (Array.isArray(result['components'])) {
    const from = speaker(FAMILY, device, null);
    for (const [name, status] of componentsOf(device, result['components'], context.memory)) {
      addComponent(from, name, status, true, context);
    }
    return from.lines;
  }
  const { id } = result;
  if (result['obj_id'] !== undefined) {
    if (typeof id === 'number') learnBlu(device, `bthomesensor:${id}`, result, context.memory);
    return [];
  }
  const component = componentOfResult(result, device);
  if (component === null) return decodeComponents(device, result, objectOf(result['sys']) !== undefined, context);
  const from = speaker(FAMILY, device, null);
  addComponent(from, component, result, true, context);
  return from.lines;
}

function decodeComponents(device: string, components: JsonObject, whole: boolean, context: DecodeContext): Decoded[] {
  if (METERS.some((name) => components[name] !== undefined)) learnMeter(device, context.memory);
  const from = speaker(FAMILY, device, timeOf(components));
  for (const [name, value] of Object.entries(components)) {
    const status = objectOf(value);
    if (status) addComponent(from, name, status, whole, context);
  }
  return from.lines;
}

/** `whole` is false for the change of a status, which leaves out what stayed. */
function addComponent(
  from: Speaker,
  name: string,
  status: JsonObject,
  whole: boolean,
  { memory }: DecodeContext,
): void {
  if (isBluComponent(name)) return decodeBlu(from, name, status, memory);
  if (name === 'sys') learnSleep(from.device, status, memory);
  if (METERS.includes(name)) learnMeter(from.device, memory);
  // An energy meter's only thermometer is in its case.
  if (name === 'temperature:0' && isMeter(from.device, memory)) return;
  decodeComponent(from, name, status);
  addTroubles(from, name, status, whole, memory);
}

const METERS = ['em:0', 'em1:0'];
const METER_ID = /(?:^|\/)shelly(?:pro)?3?em[^/]*$/i;

function isMeter(device: string, memory: DecodeMemory): boolean {
  return METER_ID.test(device) || memory.get(`${FAMILY}:${device} meters`) === true;
}

function learnMeter(device: string, memory: DecodeMemory): void {
  if (!isMeter(device, memory)) memory.set(`${FAMILY}:${device} meters`, true);
}

/** What happened, beside what is: alarms, and what a script heard of Bluetooth sensors. */
function decodeEvents(device: string, params: JsonObject, context: DecodeContext): Decoded[] {
  const lines: Decoded[] = [];
  const events: readonly unknown[] = Array.isArray(params['events']) ? params['events'] : [];
  for (const item of events) {
    const event = objectOf(item);
    const { component, event: what } = event ?? {};
    if (!event || typeof component !== 'string' || typeof what !== 'string') continue;
    const from = speaker(FAMILY, device, timeOf(event) ?? timeOf(params), false, lines);
    const status = statusOfEvent(component, what);
    const heard = what === 'shelly-blu' ? objectOf(event['data']) : undefined;
    if (status) addComponent(from, component, status, false, context);
    if (heard) decodeBluEvent(from, heard);
  }
  return lines;
}

/** `announce` and the answer to `Shelly.GetDeviceInfo` introduce the device. */
function announced(message: Message, context: DecodeContext): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const { id } = read.value;
  return typeof id === 'string' && id !== '' ? introduce(id, read.value, context) : [];
}

function introduce(device: string, info: JsonObject, context: DecodeContext): Decoded[] {
  const { name, model, app } = info;
  context.aside.describe({
    family: FAMILY,
    device,
    name: typeof name === 'string' && name !== '' ? name : null,
    maker: 'Shelly',
    model: typeof model === 'string' ? model : typeof app === 'string' ? app : null,
    points: [],
  });
  return [];
}

/** `ts` of a notification, else the system clock of a full status: seconds with a fraction. */
function timeOf(components: JsonObject): number | null {
  const seconds = numberOf(components['ts'] ?? objectOf(components['sys'])?.['unixtime']);
  if (typeof seconds === 'number') return usableInstant(seconds * 1000);
  return typeof components['ts'] === 'string' ? instantOf(components['ts']) : null;
}
