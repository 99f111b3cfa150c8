import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addNumber, addRejected, rejected, speaker, type Speaker } from '../lines.ts';

const FAMILY = 'iammeter';
const BRACE = 0x7b;
const TOPIC = /(?:^|\/)device\/([^/]+)\/realtime$/;

/** IAMMETER's WEM3080, WEM3080T, WEM3046T, WEM3050T: lists of numbers by phase, `device/<SN>/realtime`. */
export const iammeter: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 300,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (payload[0] !== BRACE) return 0;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  if (!body) return TOPIC.test(topic) ? 0.5 : 0;
  if (idOf(own(body, 'SN')) === null) return 0;
  const rows = own(body, 'Datas');
  if (Array.isArray(rows) && Array.isArray(rows[0])) return 0.9;
  const list = Array.isArray(own(body, 'Data'));
  if (list && TOPIC.test(topic)) return 0.9;
  // SolaX's old dongles send the same method, but no server and a type.
  return list && own(body, 'server') === 'em' && own(body, 'type') === undefined ? 0.8 : 0;
}

/** The keys are written with capitals in most firmware, without in some. */
function own(body: JsonObject, key: string): unknown {
  return body[key] ?? body[key.toLowerCase()];
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  const device = idOf(own(body, 'SN')) ?? TOPIC.exec(message.topic)?.[1] ?? null;
  if (device === null) return [rejected(FAMILY, null, 'the payload has no serial number')];
  const from = speaker(FAMILY, device, timeOf(body, context.zoneOf(device), message.receivedAt));
  const rows = rowsOf(body);
  if (rows === null) return [rejected(FAMILY, device, 'the payload has neither Data nor Datas')];
  rows.forEach((row, index) => addRow(from, row, partOf(index, rows.length)));
  addReactive(from, body, rows.length);
  return from.lines;
}

function idOf(raw: unknown): string | null {
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return String(raw);
  return typeof raw === 'string' && raw !== '' ? raw : null;
}

/** A single-phase meter sends one list, `Data`; a three-phase one a list for each phase, `Datas`. */
function rowsOf(body: JsonObject): readonly unknown[] | null {
  const rows = own(body, 'Datas') ?? own(body, 'Data');
  if (!Array.isArray(rows)) return null;
  return rows.some((row) => Array.isArray(row)) ? rows : [rows];
}

/** With net metering a fourth row is the sum of the phases. */
function partOf(index: number, count: number): string | null {
  return count === 1 ? null : (['a', 'b', 'c', 'total'][index] ?? `ch${index + 1}`);
}

/** Places in a row: V, A, W, kWh drawn, kWh fed in, Hz, power factor. Older firmware ends after the energies. */
const PLACES = [
  'voltage_v',
  'current_a',
  'active_power_w',
  'energy_import_kwh',
  'energy_export_kwh',
  'frequency_hz',
  'power_factor',
] as const;
/** In the row of the sum, voltage, current and factor are no measurements of a conductor. */
const SUMMED: ReadonlySet<string> = new Set(['active_power_w', 'energy_import_kwh', 'energy_export_kwh']);

function addRow(from: Speaker, row: unknown, part: string | null): void {
  if (!Array.isArray(row)) return addRejected(from, 'a row of the phases is not a list');
  for (const [index, metric] of PLACES.entries()) {
    if (index < row.length && (part !== 'total' || SUMMED.has(metric))) addNumber(from, metric, bare(row[index]), part);
  }
}

/** `12.3 kWh` is 12.3; the places fix the units. */
function bare(raw: unknown): unknown {
  return typeof raw === 'string' ? raw.replace(/\s*(?:V|A|W|kWh|Hz|var|kvarh)$/i, '') : raw;
}

/** `EA.Reactive`: by phase, reactive power in var (the document's kvar is a slip), inductive and capacitive kvarh. */
function addReactive(from: Speaker, body: JsonObject, count: number): void {
  const rows = objectOf(body['EA'] ?? body['ea'])?.['Reactive'];
  if (!Array.isArray(rows)) return;
  rows.forEach((row: unknown, index) => {
    if (!Array.isArray(row)) return addRejected(from, 'a row of the reactive values is not a list');
    addNumber(from, 'reactive_power_var', bare(row[0]), partOf(index, count));
    addNumber(from, 'reactive_energy_kvarh', bare(row[1]), partOf(index, count));
  });
}

/** Most firmware sends no time. */
function timeOf(body: JsonObject, zone: string | undefined, near: Millis | null): Millis | null {
  const raw = body['timestamp'] ?? body['time'] ?? body['Time'] ?? body['ts'];
  if (typeof raw === 'number') return usableInstant(raw < 1e11 ? raw * 1000 : raw);
  return typeof raw === 'string' ? instantOf(raw, zone, near) : null;
}
