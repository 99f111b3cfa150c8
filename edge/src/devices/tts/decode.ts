import type { Decoded, Message } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import type { DeviceDialect, Opened } from '../dialect.ts';
import { objectOf, readObject, type JsonObject } from '../json.ts';
import { addBoolean, addNumber, rejected, speaker } from '../lines.ts';

const FAMILY = 'tts';
const TOPIC = /^v3\/[^/]+\/devices\/([^/]+)\/(up|join|service\/data|location\/solved|down\/.+)$/;

/** The Things Stack v3's MQTT server: an envelope around a LoRaWAN device's decoded payload. */
export const tts: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 86_400,
  recognises: (topic) => (topic.startsWith('v3/') && TOPIC.test(topic) ? 0.98 : 0),
  decode: (message) => open(message).lines,
  open,
};

function open(message: Message): Opened {
  const found = TOPIC.exec(message.topic);
  if (found?.[2] !== 'up') return says([]);
  const topicDevice = found[1] ?? '';
  const read = readObject(message.payload);
  if (!read.ok) return says([rejected(FAMILY, topicDevice, read.reason)]);
  const up = objectOf(read.value['uplink_message']);
  if (!up) return says([rejected(FAMILY, topicDevice, 'uplink_message is missing')]);
  return openUp(topicDevice, read.value, up);
}

function says(lines: Decoded[]): Opened {
  return { lines, uplink: null, sourceId: null };
}

function openUp(topicDevice: string, envelope: JsonObject, up: JsonObject): Opened {
  const ids = objectOf(envelope['end_device_ids']);
  const device = typeof ids?.['device_id'] === 'string' ? ids['device_id'] : topicDevice;
  const eui = typeof ids?.['dev_eui'] === 'string' ? ids['dev_eui'].toLowerCase() : '';
  const at = timeOf(envelope, up);
  const sourceId = sourceIdOf(device, up);
  const object = objectOf(up['decoded_payload']);
  if (object) return { lines: [], uplink: { device, object, at, eui, model: modelOf(up, device) }, sourceId };
  const lines = decodeNormalized(device, at, up['normalized_payload']) ?? bare(device, up['frm_payload']);
  return { lines, uplink: null, sourceId };
}

/** When the network server had it; the outer time is the application server's. */
function timeOf(envelope: JsonObject, up: JsonObject): number | null {
  const text = up['received_at'] ?? envelope['received_at'];
  return typeof text === 'string' ? instantOf(text) : null;
}

/** A frame counter counts within a session; 0 is left out like every empty field. */
function sourceIdOf(device: string, up: JsonObject): string | null {
  const session = up['session_key_id'];
  return typeof session === 'string' ? `${FAMILY}:${device}:${session}:${String(up['f_cnt'] ?? 0)}` : null;
}

function modelOf(up: JsonObject, device: string): string {
  const version = objectOf(up['version_ids']);
  return `${version?.['brand_id'] ?? ''} ${version?.['model_id'] ?? ''} ${device}`.toLowerCase();
}

function bare(device: string, frame: unknown): Decoded[] {
  if (typeof frame !== 'string' || frame === '') return [];
  return [rejected(FAMILY, device, 'the uplink has no decoded payload: set a payload formatter in The Things Stack')];
}

/** The vendor's own schema of normalized payloads; its units are fixed. */
function decodeNormalized(device: string, at: number | null, raw: unknown): Decoded[] | undefined {
  const measurements = (Array.isArray(raw) ? raw : [raw]).map(objectOf).filter((one) => one !== undefined);
  if (measurements.length === 0) return undefined;
  const lines: Decoded[] = [];
  for (const one of measurements) {
    const own = typeof one['time'] === 'string' ? instantOf(one['time']) : null;
    const from = speaker(FAMILY, device, own ?? at, false, lines);
    const air = objectOf(one['air']);
    addNumber(from, 'temperature_c', air?.['temperature']);
    addNumber(from, 'humidity_pct', air?.['relativeHumidity']);
    addBoolean(from, 'leak', objectOf(one['water'])?.['leak']);
    addNumber(from, 'battery_v', one['battery']);
  }
  return lines;
}
