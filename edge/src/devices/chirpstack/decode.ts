import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import type { DeviceDialect, Opened } from '../dialect.ts';
import { objectOf, readObject, type JsonObject } from '../json.ts';
import { addNumber, rejected, speaker } from '../lines.ts';

const FAMILY = 'chirpstack';
const TOPIC = /(?:^|\/)application\/[^/]+\/device\/([0-9a-zA-Z]+)\/(event|command|state)\/([a-z]+)$/;

/** ChirpStack v4's MQTT integration (JSON marshaler): an envelope around a LoRaWAN device's object. */
export const chirpstack: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 86_400,
  recognises: (topic) => (topic.includes('application/') && TOPIC.test(topic) ? 0.98 : 0),
  decode: (message, context) => open(message, context).lines,
  open,
};

function open(message: Message, _context: DecodeContext): Opened {
  const found = TOPIC.exec(message.topic);
  if (!found || found[2] !== 'event') return says([]);
  const device = (found[1] ?? '').toLowerCase();
  const read = readObject(message.payload);
  if (!read.ok) return says([rejected(FAMILY, device, read.reason)]);
  const id = read.value['deduplicationId'];
  const sourceId = typeof id === 'string' && id !== '' ? `${FAMILY}:${found[3]}:${id}` : null;
  if (found[3] === 'up') return { ...openUp(device, read.value), sourceId };
  return { ...says(found[3] === 'status' ? decodeStatus(device, read.value) : []), sourceId };
}

function says(lines: Decoded[]): Opened {
  return { lines, uplink: null, sourceId: null };
}

function openUp(topicDevice: string, up: JsonObject): Opened {
  const info = objectOf(up['deviceInfo']);
  const eui = typeof info?.['devEui'] === 'string' ? info['devEui'].toLowerCase() : topicDevice;
  const object = objectOf(up['object']);
  if (!object) return says(bare(eui, up['data']));
  const at = timeOf(up);
  const model = `${info?.['deviceProfileName'] ?? ''} ${info?.['deviceName'] ?? ''}`.toLowerCase();
  return { lines: [], uplink: { device: eui, object, at, eui, model }, sourceId: null };
}

/** A frame that no codec has read is kept in the quarantine; an uplink without data says nothing. */
function bare(device: string, data: unknown): Decoded[] {
  if (typeof data !== 'string' || data === '') return [];
  return [rejected(FAMILY, device, 'the uplink has no decoded object: set a codec in its ChirpStack device profile')];
}

function timeOf(event: JsonObject): number | null {
  return typeof event['time'] === 'string' ? instantOf(event['time']) : null;
}

/** The device's answer to the server's question for its battery; false and 0 are left out by protobuf's JSON. */
function decodeStatus(device: string, status: JsonObject): Decoded[] {
  const from = speaker(FAMILY, device, timeOf(status));
  if (status['externalPowerSource'] === true || status['batteryLevelUnavailable'] === true) return [];
  addNumber(from, 'battery_pct', status['batteryLevel']);
  return from.lines;
}
