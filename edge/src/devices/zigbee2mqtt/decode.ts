import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readText, type JsonObject } from '../json.ts';
import { addAvailability, booleanOf, ONLINE_WORDS, rejected, speaker } from '../lines.ts';
import { decodeState, isStateKey } from './state.ts';

const FAMILY = 'zigbee2mqtt';
const BASE = /^[^/]*(?:zigbee|z2m)[^/]*\//i;
const BRACE = 0x7b;

/** Zigbee2MQTT: one JSON state per friendly name, below a base topic of the user's own. */
export const zigbee2mqtt: DeviceDialect = {
  family: FAMILY,
  // The bridge itself calls a sleeping device lost after 25 hours.
  expectEverySeconds: 90_000,
  faultsAreStates: true,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (topic.startsWith('homeassistant/') || topic.startsWith('application/')) return 0;
  if (topic.startsWith('zigbee2mqtt/')) return 0.95;
  if (BASE.test(topic)) return 0.8;
  if (topic.endsWith('/bridge/state')) return topic.startsWith('keepsite/') ? 0 : 0.5;
  if (topic.endsWith('/availability')) return 0.5;
  return topic.includes('/') && hasLinkQuality(payload) ? 0.7 : 0;
}

/** A word that only this bridge uses; nobody else's payload is parsed for it in vain, since the answer is kept. */
function hasLinkQuality(payload: Uint8Array): boolean {
  if (payload[0] !== BRACE) return false;
  const read = readJson(payload);
  return read.ok && objectOf(read.value)?.['linkquality'] !== undefined;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const { topic } = message;
  const slash = topic.indexOf('/');
  const name = slash < 0 ? topic : topic.slice(slash + 1);
  if (name === 'bridge/state') return decodeAvailability(message, topic.slice(0, -'/state'.length));
  if (name.startsWith('bridge/') || isCommand(name)) return [];
  // Friendly names may contain "/", so only the suffix tells.
  if (name.endsWith('/availability')) return decodeAvailability(message, name.slice(0, -'/availability'.length));
  return decodeDevice(message, name, context);
}

/** What others ask of a device; its own state follows on its own topic. */
function isCommand(name: string): boolean {
  return /\/(?:set|get)(?:\/[^/]+)?$/.test(name);
}

function decodeAvailability(message: Message, device: string): Decoded[] {
  const text = readText(message.payload);
  if (!text.ok) return [rejected(FAMILY, device, text.reason)];
  const online = booleanOf(stateWord(message.payload) ?? text.value, ONLINE_WORDS);
  if (typeof online !== 'boolean') return [rejected(FAMILY, device, 'the state is neither online nor offline')];
  const from = speaker(FAMILY, device, null);
  addAvailability(from, online);
  return from.lines;
}

/** Version 2 says `{"state":"online"}`, before it was the bare word. */
function stateWord(payload: Uint8Array): unknown {
  const read = readJson(payload);
  if (!read.ok) return undefined;
  return objectOf(read.value)?.['state'] ?? read.value;
}

function decodeDevice(message: Message, name: string, context: DecodeContext): Decoded[] {
  const read = readJson(message.payload);
  const state = read.ok ? objectOf(read.value) : undefined;
  if (state) return decodeObject(message, name, state, context);
  return (
    decodeAttribute(message, name, context) ?? [
      rejected(FAMILY, name, read.ok ? 'the payload is JSON, but not an object' : read.reason),
    ]
  );
}

/** With `output: attribute` each value has a topic of its own, `<base>/<name>/water_leak`. */
function decodeAttribute(message: Message, name: string, context: DecodeContext): Decoded[] | undefined {
  const slash = name.lastIndexOf('/');
  const key = name.slice(slash + 1);
  const text = readText(message.payload);
  if (slash < 0 || !text.ok || /^[[{]/.test(text.value)) return undefined;
  if (!isStateKey(key)) return message.topic.startsWith('zigbee2mqtt/') && /^[a-z0-9_]+$/.test(key) ? [] : undefined;
  return decodeObject(message, name.slice(0, slash), { [key]: text.value }, context);
}

function decodeObject(message: Message, device: string, state: JsonObject, context: DecodeContext): Decoded[] {
  const at = lastSeen(state['last_seen'], context.zoneOf(device), message.receivedAt);
  const from = speaker(FAMILY, device, at);
  decodeState(from, state);
  return from.lines;
}

/** ISO 8601 with or without offset, or epoch milliseconds, as the bridge is set. */
function lastSeen(raw: unknown, zone: string | undefined, near: number | null): number | null {
  if (typeof raw === 'number') return usableInstant(raw);
  return typeof raw === 'string' ? instantOf(raw, zone, near) : null;
}
