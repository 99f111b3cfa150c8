import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import type { DeviceDialect } from '../dialect.ts';
import { readObject, readText, type JsonObject } from '../json.ts';
import { rejected, speaker, type Speaker } from '../lines.ts';
import { deviceBelow, laterOnline, onlineLines, prefixOf } from '../shelly-online.ts';
import { decodeSettings, decodeInfo, decodeLightStatus, decodeMotionStatus } from './info.ts';
import { learnModel, sleeps, type Ear } from './learned.ts';
import { decodeScalar } from './scalars.ts';

const FAMILY = 'shelly-gen1';
const ROOT = 'shellies';
/** Later generations whose owners kept the first one's prefix. */
const LATER_TOPIC = /\/(?:rpc|status\/[a-z][a-z0-9_]*(?::\d+)?|debug\/.*)$/;
const LATER_ID = /^shelly(?:plus|pro|wall|blu)|^shelly[a-z0-9]*g[3-9]-/i;

/** Shelly's first generation: `shellies/<id>/…`, one scalar a topic, and a whole status as `info`. */
export const shellyGen1: DeviceDialect = {
  family: FAMILY,
  // Mains devices repeat everything each 30 seconds.
  expectEverySeconds: 300,
  faultsAreStates: true,
  recognises,
  decode,
};

function recognises(topic: string): number {
  const start = rootOf(topic);
  if (start < 0 || LATER_TOPIC.test(topic) || LATER_ID.test(topic.slice(start))) return 0;
  return start === ROOT.length + 1 ? 0.95 : 0.9;
}

/** Where a device's name begins; a bridge between brokers may have put levels of its own before the root. */
function rootOf(topic: string): number {
  if (topic.startsWith(`${ROOT}/`)) return ROOT.length + 1;
  const found = topic.indexOf(`/${ROOT}/`);
  return found < 0 ? -1 : found + ROOT.length + 2;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const name = message.topic.slice(Math.max(0, rootOf(message.topic)));
  if (name === 'announce') return decodeJson('', message, (body) => announce(body, undefined, context));
  const slash = name.indexOf('/');
  // `shellies/command` and the like speak to devices.
  if (slash < 0) return [];
  return decodeTopic(name.slice(0, slash), name.slice(slash + 1), message, context);
}

function decodeTopic(device: string, path: string, message: Message, context: DecodeContext): Decoded[] {
  const ear: Ear = { device, memory: context.memory };
  if (path === 'online') return decodeOnline(ear, message);
  if (path === 'announce') return decodeJson(device, message, (body) => announce(body, device, context));
  const reader = wholeReader(path);
  if (reader) return decodeJson(device, message, (body, from) => reader(from, body, ear));

  const text = readText(message.payload);
  if (!text.ok) return [rejected(FAMILY, device, text.reason)];
  const from = speaker(FAMILY, device, null);
  decodeScalar(from, path, text.value, ear);
  return from.lines;
}

type Whole = (from: Speaker, body: JsonObject, ear: Ear) => void;

const WHOLES: ReadonlyMap<string, Whole> = new Map([
  ['info', decodeInfo],
  ['status', decodeMotionStatus],
  ['settings', decodeSettings],
]);
const LIGHT_STATUS = /^(?:light|white|color)\/(\d)\/status$/;

/** What reads a topic that holds an object; undefined for one that holds a scalar. */
function wholeReader(path: string): Whole | undefined {
  const whole = WHOLES.get(path);
  if (whole) return whole;
  const light = path.endsWith('/status') ? LIGHT_STATUS.exec(path) : null;
  return light ? (from, body, ear) => decodeLightStatus(from, body, Number(light[1]), ear) : undefined;
}

function decodeJson(device: string, message: Message, reads: (body: JsonObject, from: Speaker) => void): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, device === '' ? null : device, read.reason)];
  const from = speaker(FAMILY, device, null);
  reads(read.value, from);
  return from.lines;
}

/** A device that has just connected, or was asked, introduces itself. */
function announce(body: JsonObject, topicDevice: string | undefined, context: DecodeContext): void {
  const device = topicDevice ?? body['id'];
  if (typeof device !== 'string' || device === '') return;
  const model = typeof body['model'] === 'string' ? body['model'] : null;
  if (model !== null) learnModel({ device, memory: context.memory }, model);
  context.aside.describe({ family: FAMILY, device, name: null, maker: 'Shelly', model, points: [] });
}

/** Of a first-generation device, unless a later one was heard below the same prefix. */
function decodeOnline(ear: Ear, { topic, payload }: Message): Decoded[] {
  const later = deviceBelow(ear.memory, prefixOf(topic));
  if (later !== undefined) return laterOnline(ear.memory, later, payload);
  return onlineLines({ family: FAMILY, device: ear.device, sleeps: sleeps(ear) }, payload);
}
