import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { compileTimePattern, instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addFault, rejected, speaker, type Speaker } from '../lines.ts';
import { shelf } from '../shelf.ts';
import { addMetrics } from './metrics.ts';

const FAMILY = 'edgelogger';
const BRACE = 0x7b;
const TOPIC = /^\/?device\/[^/]+\/(up|down)\/[^/]+$/;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** EdgeLogger: a gateway that reads meters through PLCs and sends several devices in one batch. */
export const edgelogger: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 900,
  faultsAreStates: true,
  recognises,
  decode,
  sourceId,
};

function recognises(topic: string, payload: Uint8Array): number {
  const body = payload[0] === BRACE ? bodyOf(payload) : undefined;
  if (body && (body['msgType'] === 'up' || body['msgType'] === 'down') && Array.isArray(body['batch'])) return 0.9;
  return TOPIC.test(topic) ? 0.4 : 0;
}

function bodyOf(payload: Uint8Array): JsonObject | undefined {
  const read = readJson(payload);
  return read.ok ? objectOf(read.value) : undefined;
}

/** Only a true UUID; the document's placeholder and other texts are the same in every message. */
function sourceId({ payload }: Message): string | null {
  const id = bodyOf(payload)?.['msgId'];
  return typeof id === 'string' && UUID.test(id) ? `${FAMILY}:${id.toLowerCase()}` : null;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  // What the platform orders the PLCs to do.
  if (TOPIC.exec(message.topic)?.[1] === 'down') return [];
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const { msgType, batch } = read.value;
  if (msgType === 'down') return [];
  if (!Array.isArray(batch)) return [rejected(FAMILY, null, 'the message has no batch')];
  const lines: Decoded[] = [];
  for (const entry of batch) decodeDevice(objectOf(entry), message, context, lines);
  return lines;
}

function decodeDevice(entry: JsonObject | undefined, message: Message, context: DecodeContext, lines: Decoded[]): void {
  const device = idOf(entry?.['device_id']);
  if (!entry || device === null)
    return void lines.push(rejected(FAMILY, null, 'an entry of the batch has no device_id'));
  const at = timeOf(entry['timestamp'], context.zoneOf(device), message.receivedAt);
  const from = speaker(FAMILY, device, at, false, lines);
  const status = objectOf(entry['status']);
  const metrics = objectOf(entry['metrics']);
  // Nothing of the data arrived from the PLC: what stands in their place is filler.
  if (metrics) addMetrics(from, metrics, status?.['data_quality'] === 0);
  else lines.push(rejected(FAMILY, device, 'an entry of the batch has no metrics'));
  decodeStatus(from, status?.['device_status'], context);
}

function idOf(raw: unknown): string | null {
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return String(raw);
  return typeof raw === 'string' && raw !== '' ? raw : null;
}

const COMPACT = compileTimePattern('yyyyMMddHHmmssSSS');
const COMPACT_SECONDS = compileTimePattern('yyyyMMddHHmmss');

/** Epoch milliseconds, mostly as a text; later versions write local time without separators. */
function timeOf(raw: unknown, zone: string | undefined, near: Millis | null): Millis | null {
  const text = typeof raw === 'number' && Number.isSafeInteger(raw) ? String(raw) : raw;
  if (typeof text !== 'string') return null;
  const digits = text.trim();
  if (/^\d{13}$/.test(digits)) return usableInstant(Number(digits));
  if (/^\d{10}$/.test(digits)) return usableInstant(Number(digits) * 1000);
  if (/^\d{17}$/.test(digits)) return COMPACT?.(digits, zone, near) ?? null;
  if (/^\d{14}$/.test(digits)) return COMPACT_SECONDS?.(digits, zone, near) ?? null;
  return instantOf(text, zone, near);
}

/** The code with which a device last reported itself out of order; 0 is in order. */
const standing = shelf<number>('edgelogger status');

function decodeStatus(from: Speaker, raw: unknown, { memory }: DecodeContext): void {
  const code = typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : raw;
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return;
  const before = standing.find(memory, from.device);
  if (before !== undefined && before !== code) addFault(from, 'unknown', 'cleared', before);
  if (code === 0) return standing.drop(memory, from.device);
  addFault(from, 'unknown', 'raised', code);
  standing.put(memory, from.device, code);
}
