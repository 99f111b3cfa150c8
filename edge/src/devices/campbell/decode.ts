import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import { seriesOf, settle, type NamedPoint } from '../apart.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addAvailability, addRejected, booleanOf, ONLINE_WORDS, rejected, speaker, type Speaker } from '../lines.ts';
import type { Point } from '../points.ts';
import { addField, fieldOf, type Field } from './fields.ts';

const FAMILY = 'campbell';
const BRACE = 0x7b;
const MESSAGE_TYPES = new Set(['data', 'pr', 'cr', 'cc', 'state', 'status', 'metadata']);
const BASE = /(?:^|\/)cs\/v\d+\//;

/** Campbell Scientific data loggers: tables as GeoJSON or CSIJSON, `cs/v2/<type>/<logger>[/<table>]`. */
export const campbell: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 3_600,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (BASE.test(topic)) return 0.95;
  if (payload[0] !== BRACE) return 0;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  if (!body) return 0;
  const first = Array.isArray(body['features']) ? objectOf(body['features'][0]) : body;
  if (first && propertiesIn(first)?.['observationNames'] !== undefined) return 0.7;
  return environmentOf(body) !== undefined && Array.isArray(body['data']) ? 0.7 : 0;
}

interface Address {
  readonly type: string | undefined;
  readonly device: string | undefined;
}

/** After the base topic: the type of message, and the logger's UID, or its model and serial number. */
function addressOf(topic: string): Address {
  const levels = topic.split('/');
  const at = levels.findIndex((level, index) => MESSAGE_TYPES.has(level) && /^v\d+$/.test(levels[index - 1] ?? ''));
  const own = at < 0 ? [] : levels.slice(at + 1);
  const [first, second] = own;
  const isModel = first !== undefined && second !== undefined && /^(?:cr|granite|aspen|ms|alert)\w*$/i.test(first);
  return { type: levels[at], device: isModel ? `${first}/${second}` : first };
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const { type, device } = addressOf(message.topic);
  // Commands ask, metadata describes the program; neither measures.
  if (type === 'cc' || type === 'metadata') return [];
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, device ?? null, read.reason)];
  const body = read.value;
  if (type === 'state') return decodeState(body, device ?? null);
  const tables = tablesOf(body);
  // An answer to a command need not be a table.
  if (tables.length === 0 && (type === 'cr' || type === 'pr')) return [];
  if (tables.length === 0) return [rejected(FAMILY, device ?? null, 'the payload is no table of a data logger')];
  const history = type === 'cr' && message.topic.includes('historicData');
  return tables.flatMap((table) => {
    const speaking = device ?? table.device;
    if (speaking !== null) return decodeTable(table, speaking, message, context, history);
    return [rejected(FAMILY, null, 'neither the topic nor the payload names the data logger')];
  });
}

/** `{"state":"online"}`, or the last will; a note about the watchdog or a command is no state. */
function decodeState(body: JsonObject, device: string | null): Decoded[] {
  const online = booleanOf(body['state'], ONLINE_WORDS);
  if (device === null || typeof online !== 'boolean') return [];
  const from = speaker(FAMILY, device, null);
  addAvailability(from, online);
  return from.lines;
}

interface Row {
  readonly time: unknown;
  readonly values: unknown;
}

interface Table {
  /** As the payload calls the logger. */
  readonly device: string | null;
  readonly fields: readonly Field[];
  readonly rows: readonly Row[];
}

function propertiesIn(body: JsonObject): JsonObject | undefined {
  return objectOf(body['properties'] ?? body['Properties']);
}

/** A feature is one table, a collection holds several. */
function tablesOf(body: JsonObject): Table[] {
  const features: unknown[] = Array.isArray(body['features']) ? body['features'] : [body];
  const tables = features.map((feature) => geoTable(objectOf(feature) ?? {}));
  return [...tables, csiTable(body)].filter((table) => table !== undefined);
}

function geoTable(feature: JsonObject): Table | undefined {
  const properties = propertiesIn(feature);
  const names = properties?.['observationNames'];
  const observations = objectOf(properties?.['observations']);
  if (!properties || !Array.isArray(names) || !observations) return undefined;
  const units: unknown = properties['observationUnits'];
  return {
    device: textOf(properties['loggerID'] ?? properties['loggerId']),
    fields: names.map((name: unknown, index) => fieldOf(name, Array.isArray(units) ? units[index] : undefined)),
    rows: Object.entries(observations).map(([time, values]) => ({ time, values })),
  };
}

function environmentOf(body: JsonObject): JsonObject | undefined {
  const environment = objectOf(objectOf(body['head'])?.['environment']);
  return environment?.['table_name'] !== undefined || environment?.['station_name'] !== undefined
    ? environment
    : undefined;
}

function csiTable(body: JsonObject): Table | undefined {
  const fields = objectOf(body['head'])?.['fields'];
  if (!Array.isArray(fields) || !Array.isArray(body['data'])) return undefined;
  const environment = environmentOf(body);
  return {
    device: textOf(environment?.['serial_no']) ?? textOf(environment?.['station_name']),
    fields: fields.map((entry: unknown) => {
      const field = objectOf(entry);
      return fieldOf(field?.['name'], field?.['units'], field?.['process']);
    }),
    rows: body['data'].map((entry: unknown) => {
      const row = objectOf(entry);
      return { time: row?.['time'], values: row?.['vals'] };
    }),
  };
}

/** Rows before the newest are a logger's own history: it was away, or it sends several at a time. */
function decodeTable(
  { fields, rows }: Table,
  device: string,
  message: Message,
  context: DecodeContext,
  history: boolean,
): Decoded[] {
  const zone = context.zoneOf(device);
  const timed = rows.map((row) => ({ values: row.values, at: timeOf(row.time, zone, message.receivedAt) }));
  const newest = Math.max(...timed.map(({ at }) => at ?? Number.NEGATIVE_INFINITY));
  const points = pointsOf(fields, device, context);
  const lines: Decoded[] = [];
  for (const [index, { values, at }] of timed.entries()) {
    const last = at === null ? index === timed.length - 1 : at === newest;
    decodeRow(speaker(FAMILY, device, at, history || !last, lines), points, values);
  }
  return lines;
}

type Column = Point | null;

function pointsOf(fields: readonly Field[], device: string, { memory }: DecodeContext): Column[] {
  const named = fields.filter((field): field is NamedPoint => field.point !== null);
  const claims = settle(memory, FAMILY, device, named);
  return fields.map(({ name, point }) => (point === null ? null : (seriesOf(claims, { name, point }) ?? null)));
}

function decodeRow(from: Speaker, fields: readonly Column[], values: unknown): void {
  if (!Array.isArray(values)) return addRejected(from, 'a record has no list of values');
  if (values.length > fields.length)
    addRejected(from, `a record has ${values.length} values for ${fields.length} fields`);
  for (const [index, field] of fields.entries()) if (index < values.length) addField(from, field, values[index]);
}

/** With a `Z` in GeoJSON; CSIJSON names no zone, the logger's clock is set to local time as a rule. */
function timeOf(raw: unknown, zone: string | undefined, near: Millis | null): Millis | null {
  return typeof raw === 'string' ? instantOf(raw, zone, near) : null;
}

function textOf(raw: unknown): string | null {
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return String(raw);
  return typeof raw === 'string' && raw !== '' ? raw : null;
}
