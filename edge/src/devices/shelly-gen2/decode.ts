import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, readText, type JsonObject } from '../json.ts';
import { addAvailability, booleanOf, numberOf, ONLINE_WORDS, rejected, speaker } from '../lines.ts';
import { componentOfResult, decodeComponent } from './components.ts';

const FAMILY = 'shelly-gen2';
const STATUS = /^(.+)\/status\/([a-z][a-z0-9_]*(?::\d+)?)$/;
/** Components whose status topic no other vendor has. */
const COMPONENT =
  /\/status\/(?:em|em1|emdata|em1data|pm1|switch|cover|light|rgb|rgbw|cct|input|flood|smoke|temperature|humidity|devicepower|voltmeter|illuminance|script|bthome\w*):\d+$/;

/** Shelly generation 2 and later: component status, RPC answers and notifications. */
export const shellyGen2: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 300,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  // Everything below `shellies/` is the first generation.
  if (topic.startsWith('shellies/')) return 0;
  if (topic.endsWith('/events/rpc')) return 0.95;
  if (topic.endsWith('/rpc')) return isRpc(payload) ? 0.9 : 0.2;
  if (topic.includes('/status/') && STATUS.test(topic)) {
    return COMPONENT.test(topic) ? 0.9 : topic.startsWith('shelly') ? 0.8 : 0.4;
  }
  if (topic.endsWith('/online')) return isBareBoolean(payload) ? 0.6 : 0;
  return topic.startsWith('shelly') && /\/(?:command|debug|announce)(?:\/|$)/.test(topic) ? 0.6 : 0;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const { topic } = message;
  if (topic.endsWith('/rpc')) return decodeFrame(message, context);
  if (topic.endsWith('/online')) return decodeOnline(message, context);
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
  const known = context.memory.get(`${FAMILY}:${prefix}`);
  return typeof known === 'string' ? known : prefix;
}

function learn(topic: string, device: string, context: DecodeContext): void {
  if (!topic.endsWith('/events/rpc')) return;
  const key = `${FAMILY}:${topic.slice(0, -'/events/rpc'.length)}`;
  if (context.memory.get(key) !== device) context.memory.set(key, device);
}

function decodeOnline(message: Message, context: DecodeContext): Decoded[] {
  const device = deviceOf(message.topic.slice(0, -'/online'.length), context);
  const text = readText(message.payload);
  const online = text.ok ? booleanOf(text.value, ONLINE_WORDS) : null;
  if (typeof online !== 'boolean') return [rejected(FAMILY, device, 'online is neither true nor false')];
  const from = speaker(FAMILY, device, null);
  addAvailability(from, online);
  return from.lines;
}

function decodeStatus(message: Message, context: DecodeContext, prefix: string, component: string): Decoded[] {
  const device = deviceOf(prefix, context);
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, device, read.reason)];
  const from = speaker(FAMILY, device, null);
  decodeComponent(from, component, read.value);
  return from.lines;
}

function decodeFrame(message: Message, context: DecodeContext): Decoded[] {
  const prefix = message.topic.replace(/\/(?:events\/)?rpc$/, '');
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, prefix, read.reason)];
  const frame = read.value;
  const device = typeof frame['src'] === 'string' && frame['src'] !== '' ? frame['src'] : deviceOf(prefix, context);
  learn(message.topic, device, context);

  const result = objectOf(frame['result']);
  if (result) return decodeResult(device, result);
  const params = objectOf(frame['params']);
  const notifies = frame['method'] === 'NotifyStatus' || frame['method'] === 'NotifyFullStatus';
  return params && notifies ? decodeComponents(device, params) : [];
}

function decodeResult(device: string, result: JsonObject): Decoded[] {
  const component = componentOfResult(result);
  if (component === null) return decodeComponents(device, result);
  const from = speaker(FAMILY, device, null);
  decodeComponent(from, component, result);
  return from.lines;
}

function decodeComponents(device: string, components: JsonObject): Decoded[] {
  const from = speaker(FAMILY, device, timeOf(components));
  for (const [name, value] of Object.entries(components)) {
    const status = objectOf(value);
    if (status) decodeComponent(from, name, status);
  }
  return from.lines;
}

/** `ts` of a notification, else the system clock of a full status: seconds with a fraction. */
function timeOf(components: JsonObject): number | null {
  const seconds = numberOf(components['ts'] ?? objectOf(components['sys'])?.['unixtime']);
  if (typeof seconds === 'number') return usableInstant(seconds * 1000);
  return typeof components['ts'] === 'string' ? instantOf(components['ts']) : null;
}
