import type { Decoded, Message } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import type { DeviceDialect, Opened } from '../dialect.ts';
import { contentOf, objectOf, readObject, type JsonObject } from '../json.ts';
import { addValue, rejected, speaker } from '../lines.ts';
import { decodeNormalized } from './normalized.ts';

const FAMILY = 'tts';
const TOPIC =
  /(?:^|\/)v3\/[^/]+\/devices\/([^/]+)\/(up|up\/normalized|join|service\/data|location\/solved|down\/(?:queued|sent|ack|nack|failed|push|replace))$/;

/** The Things Stack v3's MQTT server: an envelope around a LoRaWAN device's decoded payload. */
export const tts: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 86_400,
  recognises: (topic) => (topic.includes('v3/') && TOPIC.test(topic) ? 0.95 : 0),
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
  const object = contentOf(up['decoded_payload']);
  const frame = typeof up['frm_payload'] === 'string' ? up['frm_payload'] : '';
  const lines = simulated(envelope, device, at);

  const normalized = decodeNormalized(device, at, up['normalized_payload']);
  if (object === null && (normalized !== undefined || frame === '')) {
    // A frame without payload (an acknowledgement, a command of the radio's own) says nothing.
    return { lines: [...lines, ...(normalized ?? [])], uplink: null, sourceId };
  }
  const uplink = { device, object, frame, at, eui, model: modelOf(up, device) };
  return { lines, uplink, otherwise: normalized, sourceId };
}

/** Somebody pressed "simulate uplink" on the console: whoever reads what follows must be able to tell. */
function simulated(envelope: JsonObject, device: string, at: number | null): Decoded[] {
  if (envelope['simulated'] !== true) return [];
  const from = speaker(FAMILY, device, at);
  addValue(from, 'test', true);
  return from.lines;
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
