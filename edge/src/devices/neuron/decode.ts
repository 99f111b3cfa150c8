import { metricKind, type Millis } from '@keepsite/edge-contract';
import type { Decoded, Message } from '../../domain/decoded.ts';
import { usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addAvailability, addFailed, addRejected, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { pointNamed } from '../naming.ts';
import { addPoint } from '../points.ts';

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
  return typeof body['node'] === 'string' && typeof body['group'] === 'string' && pointsIn(body) ? 0.7 : 0;
}

function pointsIn(body: JsonObject): boolean {
  return (
    objectOf(body['values']) !== undefined ||
    objectOf(body['errors']) !== undefined ||
    Object.values(body).some((value) => Array.isArray(value) && isTag(value[0]))
  );
}

function isTag(value: unknown): boolean {
  const tag = objectOf(value);
  return typeof tag?.['name'] === 'string' && (tag['value'] !== undefined || tag['error'] !== undefined);
}

function isState(value: unknown): boolean {
  const state = objectOf(value);
  return typeof state?.['node'] === 'string' && state['link'] !== undefined;
}

function decode(message: Message): Decoded[] {
  // Requests to read and to write, and what Neuron answers to a write, measure nothing.
  if (/\/(?:read\/req|write\/req|write\/resp)$/.test(message.topic)) return [];
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  const at = timeOf(body['timestamp']);
  if (Array.isArray(body['states'])) return decodeStates(body['states'], at);
  const device = deviceOf(body, message.topic);
  if (device === null) return saysNothing(body) ? [] : [rejected(FAMILY, null, 'the payload names no node')];
  const from = speaker(FAMILY, device, at);
  decodePoints(from, body);
  return from.lines;
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

function saysNothing(body: JsonObject): boolean {
  return body['uuid'] !== undefined || Object.keys(body).length === 0;
}

function decodePoints(from: Speaker, body: JsonObject): void {
  for (const [key, value] of Object.entries(body)) {
    if (Array.isArray(value)) addTags(from, value);
    else if (key === 'values') addValues(from, objectOf(value));
    else if (key === 'errors') addErrors(from, objectOf(value));
  }
}

function addValues(from: Speaker, values: JsonObject | undefined): void {
  for (const [name, value] of Object.entries(values ?? {})) addTagValue(from, name, value);
}

/** Neuron keeps the tags' types, so a text that looks like a number (a serial number) is a text. */
function addTagValue(from: Speaker, name: string, value: unknown): void {
  const point = pointNamed(name);
  if (typeof value === 'string' && metricKind(point.metric) === undefined) return;
  addPoint(from, point, value);
}

/** The numbers are Neuron's error codes, never values. */
function addErrors(from: Speaker, errors: JsonObject | undefined): void {
  for (const name of Object.keys(errors ?? {})) addError(from, name);
}

function addError(from: Speaker, name: string): void {
  const { metric, part } = pointNamed(name);
  addFailed(from, metric, part);
}

/** `tags` and, in custom formats, lists under any name. A tag with an error has failed, unless the error is 0. */
function addTags(from: Speaker, tags: readonly unknown[]): void {
  for (const entry of tags) {
    const tag = objectOf(entry);
    const name = tag?.['name'];
    if (!tag || typeof name !== 'string' || name === '') {
      if (tag?.['value'] !== undefined) addRejected(from, 'a tag has no name');
      continue;
    }
    const { value, error } = tag;
    if (error !== undefined && error !== null && error !== 0) addError(from, name);
    else addTagValue(from, name, value);
  }
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
