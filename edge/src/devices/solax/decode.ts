import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, readText, type JsonObject } from '../json.ts';
import { addNumber, addRejected, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { CLOUD, layoutOf, type Place } from './layouts.ts';

const FAMILY = 'solax';
const BRACE = 0x7b;

/** SolaX inverters: the dongle's real-time lists and the cloud's answer, sent on by whoever asked for them. */
export const solax: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 600,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (payload[0] !== BRACE) return 0;
  if (/(?:^|\/)solax\//i.test(topic)) return 0.9;
  const read = readJson(payload);
  // The old dongles leave places of their list empty, which is not JSON.
  if (!read.ok) return isOldDongle(payload) ? 0.7 : 0;
  const body = objectOf(read.value);
  if (!body) return 0;
  const result = objectOf(body['result']);
  if (result?.['inverterSN'] !== undefined && result['acpower'] !== undefined) return 0.7;
  return Array.isArray(dataOf(body)) && typeof (body['type'] ?? undefined) !== 'object' && isDongle(body) ? 0.7 : 0;
}

function isOldDongle(payload: Uint8Array): boolean {
  const text = readText(payload.subarray(0, 200));
  return text.ok && text.value.includes('"Solax_');
}

function isDongle(body: JsonObject): boolean {
  const version = body['version'];
  if (typeof version === 'string' && /^solax/i.test(version)) return true;
  const information = body['Information'] ?? body['information'];
  return typeof body['ver'] === 'string' && body['type'] !== undefined && Array.isArray(information);
}

function dataOf(body: JsonObject): unknown {
  return body['Data'] ?? body['data'];
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  // The cloud refuses who asks too often, or without a right to.
  if (body['success'] === false) return [];
  const result = objectOf(body['result']) ?? (body['acpower'] === undefined ? undefined : body);
  return result ? decodeCloud(result, message, context) : decodeDongle(body, message, context);
}

function decodeDongle(body: JsonObject, message: Message, context: DecodeContext): Decoded[] {
  const device = idOf(body['sn'] ?? body['SN']);
  if (device === null) return [rejected(FAMILY, null, 'the payload has no serial number')];
  const from = speaker(
    FAMILY,
    device,
    timeOf(body['Date'] ?? body['date'], context.zoneOf(device), message.receivedAt),
  );
  const data = dataOf(body);
  const layout = layoutOf(String(body['type']));
  if (!Array.isArray(data)) addRejected(from, 'the payload has no list of data');
  else if (!layout)
    addRejected(from, `the places of inverters of type ${String(body['type']).slice(0, 20)} are not known`);
  // A list that is too short belongs to other firmware, with other places.
  else if (data.length < layout.length) addRejected(from, `a list of ${data.length} values is too short for its type`);
  else for (const place of layout.places) addPlace(from, place, data);
  return from.lines;
}

function addPlace(from: Speaker, { at, metric, part, form, divisor }: Place, data: readonly unknown[]): void {
  const low = data[at];
  const value = numberOf(low);
  if (typeof value !== 'number' || form === 'plain') return addNumber(from, metric, low, part, divisor);
  if (!isRegister(value)) return addRejected(from, `${metric}: ${value} is no register of 16 bits`);
  if (form === 'signed') return addNumber(from, metric, value > 0x7fff ? value - 0x10000 : value, part, divisor);
  const high = numberOf(data[at + 1]);
  if (isRegister(high)) addNumber(from, metric, value + high * 0x10000, part, divisor);
}

function isRegister(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= -0x8000 && (value as number) <= 0xffff;
}

function decodeCloud(result: JsonObject, message: Message, context: DecodeContext): Decoded[] {
  const device = idOf(result['inverterSN'] ?? result['inverterSn'] ?? result['sn']);
  if (device === null) return [rejected(FAMILY, null, 'the payload has no serial number')];
  const at = timeOf(result['utcDateTime'] ?? result['uploadTime'], context.zoneOf(device), message.receivedAt);
  const from = speaker(FAMILY, device, at);
  for (const [key, metric] of CLOUD) addNumber(from, metric, result[key]);
  return from.lines;
}

function idOf(raw: unknown): string | null {
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return String(raw);
  return typeof raw === 'string' && raw !== '' ? raw : null;
}

function timeOf(raw: unknown, zone: string | undefined, near: Millis | null): Millis | null {
  return typeof raw === 'string' ? instantOf(raw, zone, near) : null;
}
