import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import type { DeviceDialect, Opened } from '../dialect.ts';
import { contentOf, objectOf, readObject, type JsonObject } from '../json.ts';
import { addAvailability, addNumber, addRejected, rejected, speaker } from '../lines.ts';

const FAMILY = 'chirpstack';
/** Any prefix (a region) may stand before; the oldest servers had no level `event` and called `up` `rx`. */
const DEVICE = /(?:^|\/)application\/[^/]+\/device\/([0-9a-zA-Z]+)\/(?:(event|command|state)\/)?([a-z]+)$/;
const GATEWAY = /(?:^|\/)gateway\/([0-9a-fA-F]{16})\/(event|command|state)\/([a-z-]+)$/;
const UPLINKS = new Set(['up', 'rx']);
/** Damage to the others loses nothing; undefined: the topic does not tell the event. */
const SPEAKING = new Set([...UPLINKS, 'status', undefined]);

/** ChirpStack's MQTT integration, version 4 and 3, in JSON: an envelope around a LoRaWAN device's object. */
export const chirpstack: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 86_400,
  recognises,
  decode: (message, context) => open(message, context).lines,
  open,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (topic.includes('application/') && DEVICE.test(topic)) return 0.95;
  if (topic.includes('gateway/') && GATEWAY.test(topic)) return 0.9;
  return payload[0] === BRACE && isEnvelope(payload) ? 0.7 : 0;
}

const BRACE = 0x7b;

/** Both versions let the installer choose the topics; so do gateways with a server of their own. */
function isEnvelope(payload: Uint8Array): boolean {
  const read = readObject(payload);
  if (!read.ok) return false;
  const { deviceInfo, devEUI, applicationID } = read.value;
  return objectOf(deviceInfo)?.['devEui'] !== undefined || (devEUI !== undefined && applicationID !== undefined);
}

function open(message: Message, _context: DecodeContext): Opened {
  const found = DEVICE.exec(message.topic);
  if (!found && GATEWAY.test(message.topic)) return says(decodeGateway(message));
  const [, name = message.topic, kind = 'event', event] = found ?? [];
  if (kind !== 'event') return says([]);
  const topicDevice = found ? name.toLowerCase() : name;
  const read = readObject(message.payload);
  if (!read.ok) return says(SPEAKING.has(event) ? [rejected(FAMILY, topicDevice, read.reason)] : []);
  return openEvent(topicDevice, event ?? eventOf(read.value), read.value);
}

/** Where the topic does not tell: only an uplink has content, only a status a battery. */
function eventOf(body: JsonObject): string {
  if (['object', 'objectJSON', 'data'].some((key) => body[key] !== undefined)) return 'up';
  return body['batteryLevel'] === undefined ? '' : 'status';
}

function openEvent(topicDevice: string, event: string, body: JsonObject): Opened {
  const id = body['deduplicationId'];
  const sourceId = typeof id === 'string' && id !== '' ? `${FAMILY}:${event}:${id}` : null;
  if (UPLINKS.has(event)) return { ...openUp(topicDevice, body), sourceId };
  return { ...says(event === 'status' ? decodeStatus(topicDevice, body) : []), sourceId };
}

function says(lines: Decoded[]): Opened {
  return { lines, uplink: null, sourceId: null };
}

function openUp(topicDevice: string, up: JsonObject): Opened {
  const info = objectOf(up['deviceInfo']) ?? up;
  const device = deviceOf(info, topicDevice);
  const object = decodedObject(up);
  if (object === undefined) return says([rejected(FAMILY, device, 'objectJSON is no JSON object')]);
  const frame = typeof up['data'] === 'string' ? up['data'] : '';
  // A frame without payload (an acknowledgement, a command of the radio's own) says nothing.
  if (object === null && frame === '') return says([]);
  const model =
    `${info['deviceProfileName'] ?? ''} ${info['deviceName'] ?? ''} ${object === null ? tagsOf(info) : ''}`.toLowerCase();
  return { lines: [], uplink: { device, object, frame, at: timeOf(up), eui: device, model }, sourceId: null };
}

/** Installers name the model in a tag when the profile serves several. */
function tagsOf(info: JsonObject): string {
  return Object.values(objectOf(info['tags']) ?? {}).join(' ');
}

const HEXADECIMAL = /^[0-9a-fA-F]{16}$/;

/** Version 4 writes the EUI in hexadecimal; version 3 in base64, like all bytes of protobuf's JSON. */
function deviceOf(info: JsonObject, topicDevice: string): string {
  const eui = info['devEui'] ?? info['devEUI'];
  if (typeof eui !== 'string') return topicDevice;
  if (HEXADECIMAL.test(eui)) return eui.toLowerCase();
  return HEXADECIMAL.test(topicDevice) ? topicDevice : (hexadecimalOf(eui) ?? topicDevice);
}

function hexadecimalOf(base64: string): string | undefined {
  try {
    const bytes = Uint8Array.fromBase64(base64);
    return bytes.length === 8 ? bytes.toHex() : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What the codec made: an object, in version 3 a text that holds it. Null without a codec or when
 * the codec understood nothing, undefined when broken.
 */
function decodedObject(up: JsonObject): JsonObject | null | undefined {
  const text = up['objectJSON'];
  if (typeof text !== 'string' || text === '') return unwrapped(up['object']);
  try {
    const object: unknown = JSON.parse(text);
    return objectOf(object) && unwrapped(object);
  } catch {
    return undefined;
  }
}

const WRAPPING = new Set(['data', 'errors', 'warnings']);

/** A codec written for another server wraps its values as that server wants them. */
function unwrapped(raw: unknown): JsonObject | null {
  const object = contentOf(raw);
  const inner = objectOf(object?.['data']);
  return inner && object && Object.keys(object).every((key) => WRAPPING.has(key)) ? contentOf(inner) : object;
}

/** Version 4 dates the event; in version 3 only a gateway with a clock of its own dates it, or the server its publishing. */
function timeOf(event: JsonObject): number | null {
  const time = event['time'];
  if (typeof time === 'string') return instantOf(time);
  const heard: unknown[] = Array.isArray(event['rxInfo']) ? event['rxInfo'] : [];
  for (const reception of heard) {
    const text = objectOf(reception)?.['time'];
    const at = typeof text === 'string' ? instantOf(text) : null;
    if (at !== null) return at;
  }
  return typeof event['publishedAt'] === 'string' ? instantOf(event['publishedAt']) : null;
}

/** The device's answer to the server's question for its battery; false and 0 are left out by protobuf's JSON. */
function decodeStatus(topicDevice: string, status: JsonObject): Decoded[] {
  const from = speaker(FAMILY, deviceOf(objectOf(status['deviceInfo']) ?? status, topicDevice), timeOf(status));
  if (status['externalPowerSource'] === true || status['batteryLevelUnavailable'] === true) return [];
  addNumber(from, 'battery_pct', status['batteryLevel']);
  return from.lines;
}

const GATEWAY_WORDS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ['ONLINE', true],
  ['OFFLINE', false],
  [1, true],
  [0, false],
]);

/** A gateway's connection; its frames and counts say nothing of the facility, and they may be protobuf. */
function decodeGateway(message: Message): Decoded[] {
  const [, gateway = '', kind, event] = GATEWAY.exec(message.topic) ?? [];
  if (kind !== 'state' || event !== 'conn') return [];
  const read = readObject(message.payload);
  if (!read.ok) return [];
  const from = speaker(FAMILY, gateway.toLowerCase(), null);
  const { state } = read.value;
  // OFFLINE is the value 0 of its enumeration, which protobuf's JSON may leave out.
  const online = state === undefined ? false : GATEWAY_WORDS.get(state);
  if (online !== undefined) addAvailability(from, online);
  else addRejected(from, `state: ${JSON.stringify(state).slice(0, 40)} is neither ONLINE nor OFFLINE`);
  return from.lines;
}
