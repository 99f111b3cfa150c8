import type { Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import { seriesOf, settle, type Claims, type NamedPoint } from '../apart.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addAvailability, addFailed, addStateFault, rejected, speaker, type Speaker } from '../lines.ts';
import { addPoint, type Point } from '../points.ts';
import { faultOf, pointOf } from './metrics.ts';

const FAMILY = 'kura';
const LIFECYCLE = /^\$(?:EDC|EVT)\/[^/]+\/([^/]+)\/(.+)$/;
const BRACE = 0x7b;

/** Eclipse Kura and Kapua with JSON payloads: `<account>/<client>/<application>/…`. */
export const kura: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 3_600,
  faultsAreStates: true,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (topic.startsWith('$EDC/') || topic.startsWith('$EVT/')) return 0.95;
  const levels = topic.split('/', 4).length;
  if (payload[0] !== BRACE || levels < 3) return 0;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  if (!body) return 0;
  // Kura reads its members in any case; it and Kapua write these.
  if (objectOf(body['METRICS']) || (body['metrics'] && (body['sentOn'] ?? body['SENTON']) !== undefined)) return 0.7;
  return levels > 3 && isFlat(body) ? 0.3 : 0;
}

/** `ts` in milliseconds beside bare values: others could send that too. */
function isFlat(body: JsonObject): boolean {
  const { ts } = body;
  return (
    typeof ts === 'number' &&
    usableInstant(ts) !== null &&
    Object.values(body).every((value) => value === null || typeof value !== 'object')
  );
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const lifecycle = LIFECYCLE.exec(message.topic);
  if (lifecycle) return decodeLifecycle(message, lifecycle[1] ?? '', lifecycle[2] ?? '');
  const [, client = '', ...below] = message.topic.split('/');
  const device = [client, ...below].filter((level) => level !== '').join('/') || message.topic;
  const read = readObject(message.payload);
  if (!read.ok)
    return [
      rejected(
        FAMILY,
        device,
        `${read.reason}; Kura's own binary encoding is not read, set the cloud connection to JSON`,
      ),
    ];
  return decodeBody(read.value, client, device, context);
}

/** Births, disconnections and last wills name the gateway; their payloads describe its software. */
const LIFE: ReadonlyMap<string, boolean> = new Map([
  ['MQTT/BIRTH', true],
  ['MQTT/DC', false],
  ['MQTT/LWT', false],
]);

function decodeLifecycle({ payload }: Message, client: string, what: string): Decoded[] {
  const online = LIFE.get(what);
  if (online === undefined) return [];
  const body = payload[0] === BRACE ? readObject(payload) : undefined;
  const from = speaker(FAMILY, client, body?.ok ? timeOf(membersOf(body.value).sentOn) : null);
  addAvailability(from, online);
  return from.lines;
}

/** The envelope's members; Kura reads them without regard to case. */
interface Members {
  readonly sentOn: unknown;
  readonly metrics: unknown;
}

function membersOf(body: JsonObject): Members {
  let sentOn: unknown;
  let capturedOn: unknown;
  let metrics: unknown;
  for (const [key, value] of Object.entries(body)) {
    const name = key.toUpperCase();
    if (name === 'SENTON') sentOn = value;
    else if (name === 'CAPTUREDON') capturedOn = value;
    else if (name === 'METRICS' && typeof value === 'object' && value !== null) metrics = value;
  }
  return { sentOn: capturedOn ?? sentOn, metrics };
}

function decodeBody(body: JsonObject, client: string, device: string, context: DecodeContext): Decoded[] {
  const { sentOn, metrics } = membersOf(body);
  const values = metrics === undefined ? body : metricsOf(metrics);
  const asset = values['assetName'];
  const name = typeof asset === 'string' && asset !== '' ? `${client}/${asset}` : device;
  const sent = metrics === undefined ? (body['ts'] ?? body['timestamp']) : sentOn;
  const at = timeOf(values['assetTimestamp']) ?? timeOf(sent, context.zoneOf(name));
  const lines: Decoded[] = [];
  const isWires = asset !== undefined;
  const from = speaker(FAMILY, name, at, false, lines);
  const claims = settle(context.memory, FAMILY, name, namesIn(values).flatMap(namedPoint));
  for (const [key, value] of Object.entries(values)) {
    if (isWires) addChannel(from, key, value, values, claims);
    else addMetric(from, key, value, claims);
  }
  if (isWires) addFailures(from, values, claims);
  return lines;
}

/** An object by name, or Kapua's list of `{name, valueType, value}`. */
function metricsOf(metrics: unknown): JsonObject {
  const list = Array.isArray(metrics) ? metrics : objectOf(metrics)?.['metric'];
  if (!Array.isArray(list)) return objectOf(metrics) ?? {};
  const entries = list.map(objectOf).filter((entry) => entry !== undefined);
  return Object.fromEntries(
    entries.flatMap(({ name, value }) =>
      typeof name === 'string' && value !== undefined ? [[name, value] as const] : [],
    ),
  );
}

/** Of a channel that failed the error may come alone. */
function namesIn(values: JsonObject): string[] {
  return Object.keys(values).map((key) => failedName(key) ?? key);
}

function namedPoint(name: string): NamedPoint[] {
  const point = pointOf(name);
  return point ? [{ name, point }] : [];
}

function seriesNamed(name: string, claims: Claims): Point | undefined {
  return namedPoint(name).map((one) => seriesOf(claims, one))[0];
}

/** Names that are not ours are dropped: a payload may carry passwords beside its measurements. */
function addMetric(from: Speaker, name: string, value: unknown, claims: Claims): void {
  const point = seriesNamed(name, claims);
  if (point) return addPoint(from, point, value);
  const fault = faultOf(name);
  if (fault !== undefined) addStateFault(from, fault, value, name);
}

/** A channel of an asset has its own time, and its own error beside a value that no longer counts. */
function addChannel(from: Speaker, name: string, value: unknown, values: JsonObject, claims: Claims): void {
  if (isError(values[`${name}_error`])) return;
  addMetric({ ...from, at: timeOf(values[`${name}_timestamp`]) ?? from.at }, name, value, claims);
}

/** A channel that failed sends `<name>_error`, with or without a value. */
function addFailures(from: Speaker, values: JsonObject, claims: Claims): void {
  for (const [key, error] of Object.entries(values)) {
    const name = failedName(key);
    if (name === undefined || !isError(error)) continue;
    const point = seriesNamed(name, claims);
    if (point) addFailed(from, point.metric, point.part);
  }
}

function failedName(key: string): string | undefined {
  return key.endsWith('_error') ? key.slice(0, -'_error'.length) : undefined;
}

function isError(error: unknown): boolean {
  return typeof error === 'string' && error !== '';
}

/** Epoch milliseconds, also as a text, or RFC 3339 as Kapua sends it. */
function timeOf(raw: unknown, zone?: string): Millis | null {
  if (typeof raw === 'number') return usableInstant(raw);
  if (typeof raw !== 'string') return null;
  return /^\d{12,14}$/.test(raw) ? usableInstant(Number(raw)) : instantOf(raw, zone);
}
