import { FAULTS, metricKind, type Fault, type Millis, type Quality } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, readText, type JsonObject } from '../json.ts';
import {
  addAvailability,
  addFault,
  addRejected,
  addValue,
  booleanOf,
  ONLINE_WORDS,
  rejected,
  speaker,
  type Speaker,
} from '../lines.ts';

const FAMILY = 'keepsite';
const TOPIC = /^keepsite\/[^/]+\/devices\/([^/]+)\/(reading|fault|availability)$/;
const KNOWN_FAULTS: ReadonlySet<string> = new Set(FAULTS);
/** `cached` and `stale` are for the edge to say. */
const SENT_QUALITIES: ReadonlySet<unknown> = new Set(['good', 'bad', 'unknown']);

/** Keepsite's own dialect, for devices that can be programmed: `keepsite/<site>/devices/<device>/…`. */
export const keepsite: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 300,
  recognises: (topic) => (topic.startsWith('keepsite/') ? 1 : 0),
  decode,
};

function decode(message: Message, context: DecodeContext): Decoded[] {
  const found = TOPIC.exec(message.topic);
  // The edge's own incidents and bridge state come by here too when somebody subscribes to all.
  if (!found) return [];
  const device = found[1] ?? '';
  if (found[2] === 'availability') return decodeAvailability(message, device);
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, device, read.reason)];
  const time = (raw: unknown) => instant(raw, context.zoneOf(device), message.receivedAt);
  return found[2] === 'fault' ? decodeFault(device, read.value, time) : decodeReadings(device, read.value, time);
}

type Time = (raw: unknown) => Millis | null;

function instant(raw: unknown, zone: string | undefined, near: Millis | null): Millis | null {
  if (typeof raw === 'number') return usableInstant(raw);
  return typeof raw === 'string' ? instantOf(raw, zone, near) : null;
}

function decodeAvailability(message: Message, device: string): Decoded[] {
  const text = readText(message.payload);
  if (!text.ok) return [rejected(FAMILY, device, text.reason)];
  const read = readJson(message.payload);
  const word = read.ok ? (objectOf(read.value)?.['online'] ?? read.value) : text.value;
  const online = booleanOf(word, ONLINE_WORDS);
  if (typeof online !== 'boolean') return [rejected(FAMILY, device, 'online is neither true nor false')];
  const from = speaker(FAMILY, device, null);
  addAvailability(from, online);
  return from.lines;
}

function decodeReadings(device: string, body: JsonObject, time: Time): Decoded[] {
  const list = body['readings'];
  if (list === undefined) return decodeReading(device, body, body, time, []);
  if (!Array.isArray(list)) return [rejected(FAMILY, device, 'readings is not a list')];
  const lines: Decoded[] = [];
  for (const entry of list) {
    const reading = objectOf(entry);
    if (reading) decodeReading(device, reading, body, time, lines);
    else lines.push(rejected(FAMILY, device, 'a reading is not an object'));
  }
  return lines;
}

/** What a reading does not say for itself (`at`, `historical`), its message says for all. */
function decodeReading(device: string, body: JsonObject, around: JsonObject, time: Time, lines: Decoded[]): Decoded[] {
  const historical = (body['historical'] ?? around['historical']) === true;
  const from = speaker(FAMILY, device, time(body['at'] ?? around['at']), historical, lines);
  const { metric, value, part, quality } = body;
  if (typeof metric !== 'string' || metricKind(metric) === undefined) {
    addRejected(from, `metric ${JSON.stringify(metric) ?? 'is missing and'} is not a word of the house`);
  } else if (value === undefined) addRejected(from, `${metric}: the value is missing`);
  else if (value !== null && typeof value === 'object') addRejected(from, `${metric}: the value is not a scalar`);
  else if (part !== undefined && part !== null && typeof part !== 'string')
    addRejected(from, `${metric}: part is not a text`);
  else if (quality !== undefined && !SENT_QUALITIES.has(quality))
    addRejected(from, `${metric}: a device says good, bad or unknown`);
  else addSent(from, metric, value as string | number | boolean | null, part ?? null, quality as Quality | undefined);
  return lines;
}

function addSent(
  from: Speaker,
  metric: string,
  value: string | number | boolean | null,
  part: string | null,
  quality: Quality | undefined,
): void {
  addValue(from, metric, value, part, quality ?? (value === null ? 'unknown' : 'good'));
}

function decodeFault(device: string, body: JsonObject, time: Time): Decoded[] {
  const { fault, state, vendorCode } = body;
  const from = speaker(FAMILY, device, time(body['at']), body['historical'] === true);
  if (typeof fault !== 'string' || fault === '') addRejected(from, 'fault is missing');
  else if (state !== 'raised' && state !== 'cleared') addRejected(from, 'state is neither raised nor cleared');
  else {
    const code = typeof vendorCode === 'string' || typeof vendorCode === 'number' ? vendorCode : null;
    const known = KNOWN_FAULTS.has(fault);
    addFault(from, known ? (fault as Fault) : 'unknown', state, known ? code : (code ?? fault));
  }
  return from.lines;
}
