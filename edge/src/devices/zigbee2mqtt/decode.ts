import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readText, type JsonObject } from '../json.ts';
import { addAvailability, booleanOf, numberOf, ONLINE_WORDS, rejected, speaker } from '../lines.ts';
import { isStateKey } from './attributes.ts';
import { decodeBridge, unitsOf } from './bridge.ts';
import { decodeState } from './state.ts';

const FAMILY = 'zigbee2mqtt';
const BASE = /^[^/]*(?:zigbee|z2m)[^/]*\//i;
/** The usual base below somebody's own levels. */
const LOWER_BASE = /^(?:[^/]+\/){1,3}[^/]*zigbee2mqtt[^/]*\//i;
const BRIDGE = /\/bridge\/(?:state|info|devices|groups|logging|log|event|extensions|definitions|health|config)$/;
/** Attributes that nobody else calls so, each on a topic of its own. */
const OWN_ATTRIBUTE = /\/(?:linkquality|water_leak)$/;
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
  if (topic.startsWith('keepsite/')) return 0;
  if (LOWER_BASE.test(topic)) return 0.6;
  if (BRIDGE.test(topic) || topic.endsWith('/availability')) return 0.5;
  if (!topic.includes('/')) return 0;
  if (hasLinkQuality(payload)) return 0.7;
  return OWN_ATTRIBUTE.test(topic) && payload[0] !== BRACE ? 0.45 : 0;
}

/** A word that only this bridge uses; nobody else's payload is parsed for it in vain, since the answer is kept. */
function hasLinkQuality(payload: Uint8Array): boolean {
  if (payload[0] !== BRACE) return false;
  const read = readJson(payload);
  return read.ok && objectOf(read.value)?.['linkquality'] !== undefined;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const base = baseOf(message.topic, context);
  const name = message.topic.slice(base === '' ? 0 : base.length + 1);
  if (name === 'bridge/state') return decodeAvailability(message, `${base}/bridge`);
  if (name.startsWith('bridge/')) return decodeBridge(message, base, name.slice('bridge/'.length), context);
  if (isCommand(name)) return [];
  // Friendly names may contain "/", so only the suffix tells.
  if (name.endsWith('/availability')) return decodeAvailability(message, name.slice(0, -'/availability'.length));
  return decodeDevice(message, base, name, context);
}

/**
 * The user's base topic: down to the level that names the bridge, or where a bridge was heard, else
 * the first level.
 */
function baseOf(topic: string, { memory }: DecodeContext): string {
  const named = BASE.exec(topic) ?? LOWER_BASE.exec(topic);
  if (named) return named[0].slice(0, -1);
  const known = (memory.get(BASES) ?? NO_BASES) as readonly string[];
  const bridge = topic.indexOf('/bridge/');
  if (bridge > 0 && BRIDGE.test(topic)) {
    const base = topic.slice(0, bridge);
    if (!known.includes(base)) memory.set(BASES, [...known, base].slice(-MOST_BASES));
    return base;
  }
  return known.find((base) => topic.startsWith(`${base}/`)) ?? topic.slice(0, Math.max(0, topic.indexOf('/')));
}

const BASES = `${FAMILY}:bases`;
const NO_BASES: readonly string[] = [];
const MOST_BASES = 32;

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

function decodeDevice(message: Message, base: string, name: string, context: DecodeContext): Decoded[] {
  const read = readJson(message.payload);
  const state = read.ok ? objectOf(read.value) : undefined;
  if (state) return decodeObject(message, base, name, state, context);
  return (
    decodeAttribute(message, base, name, context) ?? [
      rejected(FAMILY, name, read.ok ? 'the payload is JSON, but not an object' : read.reason),
    ]
  );
}

/** With `output: attribute` each value has a topic of its own, `<base>/<name>/water_leak`. */
function decodeAttribute(message: Message, base: string, name: string, context: DecodeContext): Decoded[] | undefined {
  const slash = name.lastIndexOf('/');
  const key = name.slice(slash + 1);
  const text = readText(message.payload);
  if (slash < 0 || !text.ok || /^[[{]/.test(text.value)) return undefined;
  if (!isStateKey(key)) return /^[a-z0-9_-]+$/.test(key) ? [] : undefined;
  return decodeObject(message, base, name.slice(0, slash), { [key]: text.value }, context);
}

function decodeObject(
  message: Message,
  base: string,
  device: string,
  values: JsonObject,
  context: DecodeContext,
): Decoded[] {
  const at = lastSeen(values['last_seen'], context.zoneOf(device), message.receivedAt);
  const from = speaker(FAMILY, device, at);
  decodeState(from, { values, units: unitsOf(base, device, context.memory) });
  return from.lines;
}

/** From here on a number counts milliseconds. */
const MILLIS_FROM = 1e11;

/**
 * ISO 8601 with or without offset, or epoch milliseconds, as the bridge is set. `elapsed` beside it
 * is the time since the message before, so it dates nothing.
 */
function lastSeen(raw: unknown, zone: string | undefined, near: number | null): number | null {
  const number = numberOf(raw);
  if (typeof number === 'number') return usableInstant(number < MILLIS_FROM ? number * 1000 : number);
  return typeof raw === 'string' ? instantOf(raw, zone, near) : null;
}
