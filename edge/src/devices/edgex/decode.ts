import { metricKind } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { ownPoint, seriesOf, settle } from '../apart.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, type JsonObject, type ReadJson } from '../json.ts';
import { addFailed, addNumber, addRejected, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { pointNamed } from '../naming.ts';
import { addPoint, type Point } from '../points.ts';
import { bytesOf, isEnvelope, openEnvelope } from './envelope.ts';
import { isRounded, originOf, withExactOrigins } from './origin.ts';

const FAMILY = 'edgex';
const BRACE = 0x7b;
const BRACKET = 0x5b;
const EVENT_TOPIC = /(?:^|\/)edgex\/events\//;
const OWN_TOPIC = /^edgex\//;

/** EdgeX Foundry: events of versions 1 to 4, bare, in their request, or in the message bus's envelope. */
export const edgex: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 600,
  recognises,
  decode,
  sourceId,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (EVENT_TOPIC.test(topic)) return 0.98;
  if (OWN_TOPIC.test(topic)) return 0.9;
  if (payload[0] !== BRACE && payload[0] !== BRACKET) return 0;
  const read = readJson(payload);
  if (!read.ok) return 0;
  const body = objectOf(read.value);
  if (body && isEnvelope(body)) return eventsIn(openEnvelope(read).read).length > 0 ? 0.7 : 0;
  return eventsIn(read).some((event) => isEvent(event)) ? 0.7 : 0;
}

function isEvent(event: JsonObject): boolean {
  const first = objectOf((event['readings'] as unknown[] | undefined)?.[0]);
  if (!first) return false;
  const newer = first['resourceName'] !== undefined && (first['valueType'] ?? first['profileName']) !== undefined;
  return newer || (first['name'] !== undefined && first['origin'] !== undefined && event['device'] !== undefined);
}

/** An event's id is made once, where the event is made; whoever sends it on keeps it. */
function sourceId({ payload }: Message): string | null {
  const events = eventsIn(openEnvelope(readJson(payload)).read);
  const id = events.length === 1 ? events[0]?.['id'] : undefined;
  return typeof id === 'string' && id !== '' ? `${FAMILY}:${id}` : null;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  // Metrics of the services and news of the system are no measurements of the facility.
  if (OWN_TOPIC.test(message.topic) && !EVENT_TOPIC.test(message.topic)) return [];
  const { read, text } = openEnvelope(readJson(message.payload));
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const events = exact(eventsIn(read), text ?? message.payload);
  if (events.length === 0) return [rejected(FAMILY, null, 'the payload holds no event with readings')];
  const lines: Decoded[] = [];
  for (const event of events) decodeEvent(event, context, lines);
  return lines;
}

/** Reads events once more, with every digit of their times, in the rare message where that matters. */
function exact(events: JsonObject[], json: Uint8Array): JsonObject[] {
  const rounded = (entry: unknown) => isRounded(objectOf(entry)?.['origin']);
  if (!events.some((event) => rounded(event) || (event['readings'] as unknown[]).some(rounded))) return events;
  return eventsIn(openEnvelope({ ok: true, value: JSON.parse(withExactOrigins(json)) }).read);
}

let lastValue: unknown;
let lastEvents: JsonObject[] = [];

/** Recognising, the key of the sender and decoding all ask, of the same parsed value. */
function eventsIn(read: ReadJson): JsonObject[] {
  if (!read.ok) return [];
  if (read.value !== lastValue || typeof read.value !== 'object') {
    lastEvents = findEvents(read);
    lastValue = read.value;
  }
  return lastEvents;
}

/** An event stands bare, in an add request under `event`, or with others in a batch. */
function findEvents(read: Extract<ReadJson, { ok: true }>): JsonObject[] {
  const list = Array.isArray(read.value) ? read.value : [read.value];
  return list.flatMap((entry) => {
    const outer = objectOf(entry);
    const event = objectOf(outer?.['event']) ?? outer;
    return event && Array.isArray(event['readings']) ? [event] : [];
  });
}

/** A reading that names its device and its resource. */
interface Heard {
  readonly device: string;
  readonly name: string;
  readonly point: Point;
  readonly reading: JsonObject;
}

function decodeEvent(event: JsonObject, { memory }: DecodeContext, lines: Decoded[]): void {
  const eventAt = originOf(event['origin']) ?? originOf(event['created']);
  const heard = (event['readings'] as unknown[]).map((entry) => heardOf(event, objectOf(entry)));
  const named = Map.groupBy(
    heard.filter((one) => 'name' in one),
    ({ device }) => device,
  );
  const claims = new Map([...named].map(([device, all]) => [device, settle(memory, FAMILY, device, all)] as const));
  for (const one of heard) {
    if (!('name' in one)) {
      lines.push(rejected(FAMILY, one.device, 'a reading does not name its device and resource'));
      continue;
    }
    const { device, name, reading } = one;
    const at = originOf(reading['origin']) ?? originOf(reading['created']) ?? eventAt;
    const point = seriesOf(claims.get(device) ?? {}, one) ?? ownPoint(name);
    addReading(speaker(FAMILY, device, at, false, lines), name, point, reading);
  }
}

function heardOf(event: JsonObject, reading: JsonObject | undefined): Heard | { readonly device: string | null } {
  const device = firstText(reading?.['deviceName'], reading?.['device'], event['deviceName'], event['device']);
  const name = firstText(reading?.['resourceName'], reading?.['name']);
  if (!reading || device === null || name === null) return { device };
  const { units } = reading;
  const unit = typeof units === 'string' && units !== '' ? units : null;
  return { device, name, point: pointNamed(name, unit), reading };
}

function firstText(...values: readonly unknown[]): string | null {
  return (values.find((value) => typeof value === 'string' && value !== '') as string | undefined) ?? null;
}

/** Whole messages of bytes, objects and texts measure nothing that a point may say. */
const NO_POINT = /^(?:binary|object|objectarray|string|stringarray)$/;
/** What the device services put in the place of a number that they could not make; then the type is `String`. */
const FAILED = /^(?:nan|overflow|[+-]?inf(?:inity)?)$/i;
const NUMERIC = /^(?:u?int(?:8|16|32|64)|float(?:32|64))$/;
/** A longer list is a recording, not a row of points. */
const MAX_LIST = 64;
/** So much of a place leaves room for the channel behind it. */
const MAX_PLACE = 30;

function addReading(from: Speaker, name: string, point: Point, reading: JsonObject): void {
  const type = typeof reading['valueType'] === 'string' ? reading['valueType'].toLowerCase() : '';
  const value = reading['value'];
  if (typeof value === 'string' && FAILED.test(value.trim())) return addFailed(from, point.metric, point.part);
  if (NO_POINT.test(type) && !(type === 'string' && metricKind(point.metric) !== undefined)) return;
  if (type.endsWith('array')) return addList(from, name, point, value);
  if (reading['floatEncoding'] === 'Base64') return addPoint(from, point, floatOf(value, type));
  const typed = typeof value === 'string' ? typedOf(value, type) : value;
  if (type === 'bool' && typeof typed === 'string') addRejected(from, `${name}: the value is neither true nor false`);
  else if (NUMERIC.test(type) && numberOf(typed) === undefined) addNumber(from, point.metric, typed, point.part);
  else addPoint(from, point, typed);
}

/** A `Bool` is a text too; version 1 sends no types. */
function typedOf(text: string, type: string): unknown {
  if (type !== 'bool') return text;
  const word = text.trim().toLowerCase();
  return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : text;
}

/** Elements of a list are channels of one resource. */
function addList(from: Speaker, name: string, { metric, part: place, unit }: Point, raw: unknown): void {
  const values = typeof raw === 'string' ? listOf(raw) : raw;
  if (values === undefined || values === null) return;
  if (!Array.isArray(values)) return addRejected(from, `${name}: the value is not a list`);
  if (values.length > MAX_LIST) return;
  for (const [index, value] of values.entries()) {
    const part = place === null ? `ch${index + 1}` : `${place.slice(0, MAX_PLACE)}-ch${index + 1}`;
    if (typeof value === 'string' && FAILED.test(value)) addFailed(from, metric, part);
    else addPoint(from, { metric, part, unit }, value);
  }
}

/** `[1, 2.5, NaN]`, written by Go and not quite JSON. Its words stay texts, so no digit is lost. */
function listOf(text: string): unknown {
  const inner = /^\s*\[(.*)\]\s*$/s.exec(text)?.[1]?.trim();
  if (inner === undefined) return text;
  return inner === '' ? [] : inner.split(/\s*[,\s]\s*/).map((word) => word.replaceAll('"', ''));
}

/** Version 1 could send floats as the base64 of their bytes, the most significant first. */
function floatOf(raw: unknown, type: string): unknown {
  const bytes = typeof raw === 'string' ? bytesOf(raw) : undefined;
  if (!bytes) return raw;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4 && type !== 'float64') return Number(view.getFloat32(0).toPrecision(7));
  return bytes.length === 8 ? view.getFloat64(0) : raw;
}
