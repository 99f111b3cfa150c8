import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { compileTimePattern, instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import {
  addAvailability,
  addNumber,
  addRejected,
  booleanOf,
  numberOf,
  ONLINE_WORDS,
  rejected,
  speaker,
  type Speaker,
} from '../lines.ts';
import { KEYS, POINTS, RATIO_FREE, type Field } from './fields.ts';

const FAMILY = 'acrel';
const BRACE = 0x7b;
/** `platform/<vendor>/<device type>/json-v2/<data type>/<group>` */
const NUMBERED = /^\/?platform\/[^/]+\/[^/]+\/json-v2\//;
/** `/gw/acrelHW/<product>/<command>/<serial number>`; `server` speaks to the gateway. */
const GATEWAY = /^\/?(gw|meter|server)\/acrelHW\/[^/]*\/([^/]+)\/([^/]+)$/;

/** Acrel meters (ADW300, ADW310, ADL400, AEW…): points by number, or by key through a gateway. */
export const acrel: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 1_800,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (/^\/?platform\/acrel\//i.test(topic) || GATEWAY.test(topic)) return 0.95;
  if (NUMBERED.test(topic)) return 0.9;
  if (payload[0] !== BRACE) return 0;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  if (!body) return 0;
  const first = Array.isArray(body['data']) ? objectOf(body['data'][0]) : undefined;
  if (first && first['tp'] !== undefined && Array.isArray(first['point'])) return 0.8;
  const reported = objectOf(body['reported']);
  if (reported && body['sn'] !== undefined && Object.keys(reported).some((key) => REPORTED.test(key))) return 0.7;
  return body['gwSN'] !== undefined && typeof body['type'] === 'string' ? 0.7 : 0;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  if (GATEWAY.exec(message.topic)?.[1] === 'server') return [];
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  if (body['type'] !== undefined && (body['gwSN'] ?? body['meterSN']) !== undefined) {
    return decodeGateway(body, message, context);
  }
  const reported = objectOf(body['reported']);
  if (reported) return decodeReported(reported, body, message, context);
  const entries = Array.isArray(body['data']) ? body['data'] : [body];
  const lines: Decoded[] = [];
  for (const entry of entries) decodePoints(objectOf(entry), message, context, lines);
  return lines;
}

/** `{"tp", "point": [{"id", "val"}, …]}`; point 0 is the meter's serial number. */
function decodePoints(entry: JsonObject | undefined, message: Message, context: DecodeContext, lines: Decoded[]): void {
  const points = entry && pointsOf(entry);
  if (!entry || !points) return void lines.push(rejected(FAMILY, null, 'the payload has no points'));
  const serial = points.find(({ id }) => id === 0)?.value;
  // All meters of a group share a topic; one that does not name itself can only be told by it.
  const device = idOf(serial) ?? message.topic;
  const at = timeOf(entry['tp'], context.zoneOf(device), message.receivedAt);
  const from = speaker(FAMILY, device, at, false, lines);
  for (const { id, value } of points) {
    const field = POINTS.get(id);
    if (field && !isIndex(field, value)) addField(from, field, value);
  }
}

/** Some modems give the index of their signal (0 to 31) where the table says dBm, which is never above 0. */
function isIndex({ metric }: Field, value: unknown): boolean {
  return metric === 'rssi_dbm' && (numberOf(value) ?? 0) > 0;
}

interface NumberedPoint {
  readonly id: number;
  readonly value: unknown;
}

/** A single point may stand in the entry itself, and ids may be texts. */
function pointsOf(entry: JsonObject): NumberedPoint[] | undefined {
  const list = Array.isArray(entry['point'])
    ? entry['point']
    : Array.isArray(entry['points'])
      ? entry['points']
      : [entry];
  const points = list.flatMap((raw: unknown) => {
    const point = objectOf(raw);
    const id = numberOf(point?.['id'] ?? point?.['ID']);
    return point && typeof id === 'number' && point['val'] !== undefined ? [{ id, value: point['val'] }] : [];
  });
  return points.length > 0 ? points : undefined;
}

function decodeGateway(body: JsonObject, message: Message, context: DecodeContext): Decoded[] {
  const gateway = idOf(body['gwSN']);
  const meter = idOf(body['meterSN']);
  const device = meter === null ? gateway : channelled(meter, body['ch']);
  if (device === null) return [rejected(FAMILY, null, 'the payload names no meter and no gateway')];
  const at = timeOf(body['time'], context.zoneOf(device), message.receivedAt);
  const type = body['type'];
  const from = speaker(FAMILY, device, at, type === 'hstdata');
  if (type === 'login' || type === 'heart') addAvailability(from, true);
  else if (type === 'alarm') addRejected(from, 'the content of alarms is not documented');
  else if (type === 'data' || type === 'hstdata') decodeMeter(from, body);
  return from.lines;
}

/** The gateway sends what it could not ask as `missing`, with nothing measured. */
function decodeMeter(from: Speaker, body: JsonObject): void {
  const status = body['meterStatus'];
  if (!from.historical && (status === 'normal' || status === 'missing')) addAvailability(from, status === 'normal');
  if (status === 'missing') return;
  const transformed = [body['pt'], body['ct']].some((ratio) => ratio !== undefined && numberOf(ratio) !== 1);
  if (transformed) addRejected(from, 'whether values are before or behind a transformer is not documented');
  for (const [key, value] of Object.entries(body)) {
    const field = KEYS.get(key) ?? KEYS.get(key.toLowerCase());
    if (!field || (transformed && !RATIO_FREE.has(field.metric))) continue;
    // Without a ratio some models send watts.
    if (field.multiply === 1 || body['ct'] !== undefined) addField(from, field, value);
  }
}

/** `{"sn", "timestamp", "reported": {"<port>_<meter>": {"state", "EPI": "21.60", …}}}` of an AWT200. */
function decodeReported(reported: JsonObject, body: JsonObject, message: Message, context: DecodeContext): Decoded[] {
  const lines: Decoded[] = [];
  for (const [key, value] of Object.entries(reported)) {
    const values = objectOf(value);
    const meter = REPORTED.exec(key)?.[1];
    if (!values || meter === undefined) continue;
    const from = speaker(
      FAMILY,
      meter,
      timeOf(body['timestamp'], context.zoneOf(meter), message.receivedAt),
      false,
      lines,
    );
    const online = booleanOf(values['state'], ONLINE_WORDS);
    if (typeof online === 'boolean') addAvailability(from, online);
    if (online !== false) decodeKeys(from, values);
  }
  return lines;
}

const REPORTED = /^\d+_(\d{6,20})$/;

/** In which unit powers are is not told, so they are left out. */
function decodeKeys(from: Speaker, values: JsonObject): void {
  for (const [key, value] of Object.entries(values)) {
    const field = KEYS.get(key.toLowerCase());
    if (field?.multiply === 1) addField(from, field, value);
  }
}

function channelled(meter: string, channel: unknown): string {
  const number = numberOf(channel);
  return typeof number === 'number' && number > 0 ? `${meter}-${number}` : meter;
}

function addField(from: Speaker, { metric, part, multiply }: Field, raw: unknown): void {
  const value = multiply === 1 ? undefined : numberOf(raw);
  // Multiplying a decimal number leaves noise in its last digits.
  addNumber(from, metric, typeof value === 'number' ? Number((value * multiply).toPrecision(15)) : raw, part);
}

function idOf(raw: unknown): string | null {
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return String(raw);
  return typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : null;
}

const COMPACT = compileTimePattern('yyyyMMddHHmmss');

/** Epoch milliseconds (`tp`), or local time without separators (`time`). */
function timeOf(raw: unknown, zone: string | undefined, near: Millis | null): Millis | null {
  if (typeof raw === 'string' && /^\d{14}$/.test(raw)) return COMPACT?.(raw, zone, near) ?? null;
  const count = numberOf(raw);
  if (typeof count === 'number') return usableInstant(count < 1e11 ? count * 1000 : count);
  return typeof raw === 'string' ? instantOf(raw, zone, near) : null;
}
