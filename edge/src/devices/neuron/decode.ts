import { metricKind, type Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { usableInstant } from '../../domain/time-text.ts';
import { ownPoint, seriesOf, settle } from '../apart.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addAvailability, addFailed, addRejected, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { pointNamed } from '../naming.ts';
import { addPoint, type Point } from '../points.ts';

const FAMILY = 'neuron';
const BRACE = 0x7b;

/** EMQX Neuron's MQTT application: points that drivers read, in its values, tags, ECP and custom formats. */
export const neuron: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 300,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (/^\/?neuron\//.test(topic)) return 0.95;
  if (payload[0] !== BRACE) return 0;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  if (!body) return 0;
  if (Array.isArray(body['states'])) return isState(body['states'][0]) ? 0.7 : 0;
  const upload = uploadIn(body) ?? body;
  return typeof upload['node'] === 'string' && typeof upload['group'] === 'string' && pointsIn(upload) ? 0.7 : 0;
}

function pointsIn(body: JsonObject): boolean {
  return Object.entries(body).some(
    ([key, value]) => (Array.isArray(value) && isTag(value[0])) || (OWN_MAP.test(key) && isMap(value)),
  );
}

/** `values`, `errors`, and what custom formats call them, such as `tag_error_values`. */
const OWN_MAP = /(?:^|_)(?:values|errors)$/;
const META = /meta/i;

function isMap(value: unknown): value is JsonObject {
  const map = objectOf(value);
  return map !== undefined && Object.values(map).every((each) => each === null || typeof each !== 'object');
}

function isTag(value: unknown): boolean {
  const tag = objectOf(value);
  return typeof tag?.['name'] === 'string' && (tag['value'] !== undefined || tag['error'] !== undefined);
}

function isState(value: unknown): boolean {
  const state = objectOf(value);
  return typeof state?.['node'] === 'string' && state['link'] !== undefined;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  // Requests to read and to write, and what Neuron answers to a write, measure nothing.
  if (/\/(?:read\/req|write\/req|write\/resp)$/.test(message.topic)) return [];
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  if (isRequest(body)) return [];
  const at = timeOf(body['timestamp']);
  if (Array.isArray(body['states'])) return decodeStates(body['states'], at);
  const upload = uploadIn(body) ?? body;
  const device = deviceOf(upload, message.topic);
  if (device === null)
    return Object.keys(body).length === 0 ? [] : [rejected(FAMILY, null, 'the payload names no node')];
  const from = speaker(FAMILY, device, at ?? timeOf(upload['timestamp']));
  addTags(from, tagsOf(upload), context);
  return from.lines;
}

/** Whoever asks, and Neuron's answer, gives the question a `uuid` and no time; no upload is so. */
function isRequest(body: JsonObject): boolean {
  return body['uuid'] !== undefined && body['timestamp'] === undefined;
}

const DEEPEST_UPLOAD = 3;

/** The object that names the node: custom formats may wrap it. */
function uploadIn(body: JsonObject, depth = 0): JsonObject | undefined {
  if (typeof body['node'] === 'string') return body;
  if (depth === DEEPEST_UPLOAD) return undefined;
  for (const value of Object.values(body)) {
    const inner = objectOf(value);
    const found = inner && uploadIn(inner, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** Milliseconds, by the document; custom formats may turn the number into a text. */
function timeOf(raw: unknown): Millis | null {
  const millis = numberOf(raw);
  return typeof millis === 'number' ? usableInstant(millis) : null;
}

/** The southbound node; an answer to a read request has none, and custom formats may leave it to the topic. */
function deviceOf(body: JsonObject, topic: string): string | null {
  const node = body['node'];
  if (typeof node === 'string' && node !== '') return node;
  const levels = topic.split('/').filter((level) => level !== '');
  const own = levels[0] === 'neuron' ? levels.slice(1) : levels;
  return pointsIn(body) && own.length > 0 && !topic.endsWith('/read/resp') ? own.join('/') : null;
}

/** A tag as it came; one with an error has failed, and the error's number is never a value. */
interface Tag {
  readonly name: string;
  readonly point: Point;
  readonly value: unknown;
  readonly failed: boolean;
}

/** Lists of tags and maps of values or errors, in custom formats under any name. */
function tagsOf(upload: JsonObject): (Tag | null)[] {
  return Object.entries(upload).flatMap(([key, value]) => {
    if (Array.isArray(value)) return value.flatMap((entry) => tagOf(entry));
    if (META.test(key) || !isMap(value)) return [];
    const failed = /error/i.test(key);
    return Object.entries(value).map(([name, each]) => ({ name, point: pointNamed(name), value: each, failed }));
  });
}

/** Null for a value that no name goes with. An error 0 is none. */
function tagOf(entry: unknown): (Tag | null)[] {
  const tag = objectOf(entry);
  const name = tag?.['name'];
  if (!tag || typeof name !== 'string' || name === '') return tag?.['value'] === undefined ? [] : [null];
  const { value, error } = tag;
  return [{ name, point: pointNamed(name), value, failed: error !== undefined && error !== null && error !== 0 }];
}

function addTags(from: Speaker, tags: readonly (Tag | null)[], { memory }: DecodeContext): void {
  const named = tags.filter((tag) => tag !== null);
  const claims = settle(memory, FAMILY, from.device, named);
  for (const tag of tags) {
    if (tag === null) addRejected(from, 'a tag has no name');
    else addTag(from, tag, seriesOf(claims, tag) ?? ownPoint(tag.name));
  }
}

/** Neuron keeps the tags' types, so a text that looks like a number (a serial number) is a text. */
function addTag(from: Speaker, { value, failed }: Tag, point: Point): void {
  if (failed) addFailed(from, point.metric, point.part);
  else if (typeof value !== 'string' || metricKind(point.metric) !== undefined) addPoint(from, point, value);
}

/** `link` 1 is connected, 0 is not. */
function decodeStates(states: readonly unknown[], at: Millis | null): Decoded[] {
  const lines: Decoded[] = [];
  for (const entry of states) {
    const state = objectOf(entry);
    const { node, link } = state ?? {};
    if (typeof node !== 'string' || node === '') continue;
    if (link === 0 || link === 1 || link === 2) addAvailability(speaker(FAMILY, node, at, false, lines), link !== 0);
  }
  return lines;
}
