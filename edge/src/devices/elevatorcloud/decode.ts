import type { Fault } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, DecodeMemory, Message } from '../../domain/decoded.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, type JsonObject } from '../json.ts';
import { addBoolean, addFault, addRejected, addValue, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { shelf } from '../shelf.ts';

const FAMILY = 'elevatorcloud';
const TOPIC = /(?:^|\/)elevatorcloud\//i;
const OPEN = '#10#';
const CLOSE = '#13#';
/** Where a frame must open to be taken for one; stray bytes may stand before it. */
const LOOK_BYTES = 64;
const KIND_LEVEL = /^(?:info|data|login|ping|cping|heartbeat|status|state|fault|message|report|up|raw)$/i;

/** This sender's own numbering of faults; it shares no number with the platform's later list. */
const FAULT_TYPES: ReadonlyMap<number, Fault> = new Map<number, Fault>([
  [1, 'entrapment'],
  [2, 'entrapment'],
  [3, 'door_open_while_running'],
  [4, 'stopped_outside_door_zone'],
  [5, 'overspeed'],
  [6, 'overrun_top'],
  [7, 'overrun_bottom'],
  [8, 'unintended_movement'],
]);
const DIRECTIONS: ReadonlyMap<number, string> = new Map([
  [0, 'none'],
  [1, 'up'],
  [2, 'down'],
]);
const DOORS: ReadonlyMap<number, string> = new Map([
  [0, 'closed'],
  [1, 'open'],
  [2, 'closing'],
  [3, 'opening'],
]);

/** Elevator monitors of elevatorcloud.com: JSON between `#10#` and `#13#`, several frames in one message. */
export const elevatorcloud: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 300,
  faultsAreStates: true,
  recognises: (topic, payload) => (TOPIC.test(topic) ? 0.9 : opensFrame(payload) || isBareInfo(payload) ? 0.7 : 0),
  decode,
};

function opensFrame(payload: Uint8Array): boolean {
  const last = Math.min(payload.length - OPEN.length, LOOK_BYTES);
  for (let at = 0; at <= last; at += 1) if (isOpen(payload, at)) return true;
  return false;
}

function isOpen(payload: Uint8Array, at: number): boolean {
  return payload[at] === 0x23 && payload[at + 1] === 0x31 && payload[at + 2] === 0x30 && payload[at + 3] === 0x23;
}

/** Over a websocket the JSON has no frame around it; then the sender's own words tell. */
function isBareInfo(payload: Uint8Array): boolean {
  const read = payload[0] === 0x7b ? readJson(payload) : undefined;
  const body = read?.ok ? objectOf(read.value) : undefined;
  const data = body?.['type'] === 'info' ? objectOf(body['data']) : undefined;
  return data !== undefined && 'haspeople' in data && ('inposition' in data || 'reparing' in data);
}

const text = new TextDecoder();

function decode(message: Message, context: DecodeContext): Decoded[] {
  const { bodies, spoilt } = framesOf(text.decode(message.payload));
  const lines: Decoded[] = [];
  let device = deviceOf(message.topic) ?? logins.find(context.memory, message.topic);
  for (const body of bodies) {
    const eid = idOf(body['eid']) ?? idOf(objectOf(body['data'])?.['eid']);
    if (eid !== undefined && deviceOf(message.topic) === undefined) {
      device = eid;
      logins.put(context.memory, message.topic, eid);
    }
    // Logins and heartbeats say that somebody speaks, nothing more.
    const data = /^info$/i.test(String(body['type'] ?? 'info')) ? objectOf(body['data']) : undefined;
    if (data) decodeInfo(speaker(FAMILY, device ?? FAMILY, null, false, lines), data, context.memory);
  }
  for (const reason of spoilt) lines.push(rejected(FAMILY, device ?? null, reason));
  return lines;
}

/** A payload without an id belongs to whoever logged in last on its topic. */
const logins = shelf<string>('elevatorcloud-login');

function deviceOf(topic: string): string | undefined {
  const levels = topic.split('/').filter((level) => level !== '');
  if (KIND_LEVEL.test(levels.at(-1) ?? '')) levels.pop();
  const last = levels.at(-1);
  return last === undefined || /^elevatorcloud$/i.test(last) ? undefined : last;
}

function idOf(raw: unknown): string | undefined {
  if (typeof raw === 'number' && Number.isFinite(raw)) return String(raw);
  return typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : undefined;
}

// ------------------------------------------------------------------------------------ frames

interface Frames {
  readonly bodies: JsonObject[];
  /** Why parts of the payload could not be read. */
  readonly spoilt: string[];
}

/** Every whole frame; bytes between frames are noise, and a frame that opens anew replaces one that was cut. */
function framesOf(stream: string): Frames {
  const frames: Frames = { bodies: [], spoilt: [] };
  const parts = stream.split(CLOSE);
  const rest = parts.pop() ?? '';
  for (const part of parts) {
    const open = part.lastIndexOf(OPEN);
    if (open < 0) frames.spoilt.push('a frame ends that never began');
    else readBody(part.slice(open + OPEN.length), frames);
  }
  if (rest.includes(OPEN)) frames.spoilt.push('the frame is cut: it has no #13#');
  else if (parts.length === 0) readBody(rest, frames);
  return frames;
}

function readBody(json: string, frames: Frames): void {
  try {
    const body = objectOf(JSON.parse(json));
    if (body) frames.bodies.push(body);
    else frames.spoilt.push('a frame holds JSON, but not an object');
  } catch {
    frames.spoilt.push('a frame does not hold JSON');
  }
}

// ------------------------------------------------------------------------------------ status

function decodeInfo(from: Speaker, data: JsonObject, memory: DecodeMemory): void {
  addWord(from, 'direction', data['direction'], DIRECTIONS);
  addFloor(from, data['floor']);
  addWord(from, 'door', data['door'], DOORS);
  addBoolean(from, 'occupied', data['haspeople']);
  addMode(from, data);
  if (data['fault'] !== undefined && data['fault'] !== null) addFaults(from, data['fault'], memory);
}

/** A number without a meaning says nothing. */
function addWord(from: Speaker, metric: string, raw: unknown, words: ReadonlyMap<number, string>): void {
  if (raw === null) return addValue(from, metric, null, null, 'unknown');
  const word = words.get(numberOf(raw) ?? -1);
  if (word !== undefined) addValue(from, metric, word);
}

function addFloor(from: Speaker, raw: unknown): void {
  if (raw === null) addValue(from, 'floor', null, null, 'unknown');
  else if (typeof raw === 'number' || (typeof raw === 'string' && raw.trim() !== '')) {
    addValue(from, 'floor', String(raw).trim());
  }
}

/** `reparing` (so spelt) is the inspection switch, `inmaintenance` a mechanic's visit. */
function addMode(from: Speaker, data: JsonObject): void {
  const told = [data['reparing'], data['repairing'], data['inmaintenance']].map((raw) => numberOf(raw ?? 'null'));
  if (told.includes(1)) addValue(from, 'mode', 'inspection');
  else if (told.includes(0)) addValue(from, 'mode', 'normal');
}

/** The codes that each elevator listed last: one that has left the list is over. */
const listed = shelf<readonly number[]>('elevatorcloud-faults');

function addFaults(from: Speaker, raw: unknown, memory: DecodeMemory): void {
  const parts = Array.isArray(raw) ? raw : String(raw).split(',');
  const numbers = parts.map((part) => numberOf(part));
  if (numbers.includes(undefined)) return addRejected(from, 'fault holds something that is no code');
  const codes = [...new Set(numbers.filter((code) => typeof code === 'number' && code !== 0))] as number[];
  const before = listed.find(memory, from.device) ?? [];
  for (const code of before) if (!codes.includes(code)) addCode(from, code, 'cleared');
  for (const code of codes) addCode(from, code, 'raised');
  if (codes.length > 0) listed.put(memory, from.device, codes.slice(0, 50));
  else if (before.length > 0) listed.drop(memory, from.device);
}

function addCode(from: Speaker, code: number, state: 'raised' | 'cleared'): void {
  addFault(from, FAULT_TYPES.get(code) ?? 'unknown', state, code);
}
