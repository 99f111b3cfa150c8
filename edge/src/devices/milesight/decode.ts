import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect, Uplink } from '../dialect.ts';
import { objectOf, readObject, type JsonObject } from '../json.ts';
import { addRejected, numberOf, rejected, speaker } from '../lines.ts';
import { socketOf, type Device, type Socket } from './device.ts';
import { decodeFields } from './fields.ts';
import { readFrame } from './frame.ts';

const FAMILY = 'milesight';
/** The maker's block of EUI-64 addresses. */
const OUI = '24e124';
const MODEL =
  /milesight|\b(?:em(?:300|310|320|400|410|500)|uc(?:100|300|50[12]|51[1-6])|ws(?:5\d\d|303|301|20[1-3])|ct(?:10[135]|30[35]|310)|gs(?:101|301|524n|601))\b/;
const TELLTALES = [
  'leakage_status',
  'total_current',
  'current_sensor_status',
  'socket_status',
  'gpio_counter_1',
  'current_chn1',
];
const HISTORY = /^(?:[a-z]+_)?history$/;

/** Milesight LoRaWAN sensors, as the vendor's codec (`SensorDecoders`) names their values, or as bare frames. */
export const milesight: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 3600,
  faultsAreStates: true,
  // It has no topics of its own; a gateway that publishes bare objects is adopted with this family.
  recognises: () => 0,
  decode: decodeBare,
  uplink: { recognises, decode },
};

function recognises({ eui, model, object }: Uplink): number {
  if (eui.startsWith(OUI)) return 0.9;
  if (MODEL.test(model)) return 0.8;
  return object && TELLTALES.some((key) => object[key] !== undefined) ? 0.5 : 0;
}

function decode(uplink: Uplink, context: DecodeContext): Decoded[] {
  if (uplink.object) return decodeObject(uplink, uplink.object, context);
  const { object, problem } = readFrame(uplink.frame, uplink.model);
  const lines = decodeObject(uplink, object, context);
  if (problem !== null) lines.push(rejected(FAMILY, uplink.device, problem));
  return lines;
}

function decodeObject(uplink: Uplink, object: JsonObject, context: DecodeContext): Decoded[] {
  const device: Device = { model: uplink.model, socket: knownSocket(uplink, object, context) };
  const lines: Decoded[] = [];
  decodeFields(speaker(FAMILY, uplink.device, uplink.at, false, lines), object, device);
  for (const [key, value] of Object.entries(object)) {
    if (key.endsWith('history') && HISTORY.test(key) && Array.isArray(value))
      decodeHistory(uplink.device, value, device, lines);
  }
  return lines;
}

/**
 * Which generation of metered socket speaks, null for anything else. A socket may send `current` or
 * `power_consumption` alone, so the model's name tells, else what the device has sent before.
 */
function knownSocket({ device, model }: Uplink, object: JsonObject, context: DecodeContext): Socket | null {
  if (/\bct\d{3}/.test(model)) return null;
  const key = `${FAMILY}:socket:${device}`;
  const known = context.memory.get(key) as Socket | undefined;
  const seen = socketOf(object, known);
  if (seen === null) return known ?? (/\bws5\d\d/.test(model) ? 'first' : null);
  if (seen !== known) context.memory.set(key, seen);
  return seen;
}

/** Each entry keeps its own time, in seconds; a few codecs send milliseconds. */
function decodeHistory(id: string, entries: readonly unknown[], device: Device, lines: Decoded[]): void {
  for (const raw of entries) {
    const entry = objectOf(raw);
    const stamp = numberOf(entry?.['timestamp'] ?? null);
    const at = typeof stamp === 'number' ? usableInstant(stamp > 1e11 ? stamp : stamp * 1000) : null;
    const from = speaker(FAMILY, id, at, true, lines);
    if (entry) decodeFields(from, entry, device);
    else addRejected(from, 'an entry of the history is not an object');
  }
}

function decodeBare(message: Message, context: DecodeContext): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const device = bareDevice(read.value) ?? message.topic.split('/').at(-1) ?? message.topic;
  return decode({ device, object: read.value, frame: '', at: null, eui: device, model: '' }, context);
}

function bareDevice(object: JsonObject): string | undefined {
  const eui = object['devEUI'] ?? object['devEui'];
  return typeof eui === 'string' && eui !== '' ? eui.toLowerCase() : undefined;
}
