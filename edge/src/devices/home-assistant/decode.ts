import type { DecodeContext, Decoded, DecodeMemory, Message } from '../../domain/decoded.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, readText } from '../json.ts';
import {
  addAvailability,
  addFault,
  addRejected,
  addValue,
  numberOf,
  rejected,
  speaker,
  type Speaker,
} from '../lines.ts';
import { addPoint } from '../points.ts';
import { readConfig, type Announced } from './config.ts';
import { spelled, type Meaning } from './meaning.ts';
import { announce, announcedAt, apart, forget, isAnnounced, isRepeated, onlineAt, rememberOnline } from './memory.ts';
import { calculate, follow } from './template.ts';

const FAMILY = 'home-assistant';
const PREFIX = 'homeassistant/';
const CONFIG =
  /^(?:.+\/)?(?:device|sensor|binary_sensor|switch|light|number|select|button|text|cover|climate|fan|lock|update|valve|water_heater|device_automation|event|camera|image|alarm_control_panel|device_tracker|humidifier|lawn_mower|notify|scene|siren|tag|vacuum)\/(?:[^/]+\/)?[^/]+\/config$/;
const WORDS = ['state_topic', 'stat_t', 'components', 'cmps', 'unique_id', 'uniq_id', 'device', 'dev'] as const;

/**
 * Home Assistant's discovery: messages that announce which topic says what. The states are then
 * read by these announcements, where no dialect of their own knows them better.
 */
export const homeAssistant: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 86_400,
  faultsAreStates: true,
  recognises,
  claims: (topic, memory) => isAnnounced(memory, topic),
  decode,
  takesBack: (topic, memory) => forget(memory, topic),
};

function recognises(topic: string, payload: Uint8Array): number {
  if (topic === 'homeassistant/status' || (topic.startsWith(PREFIX) && topic.endsWith('/config'))) return 1;
  // The prefix is the user's to change.
  if (!topic.endsWith('/config') || !CONFIG.test(topic)) return 0;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  return body && WORDS.some((word) => body[word] !== undefined) ? 0.85 : 0;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const known = announcedAt(context.memory, message.topic);
  if (known.length > 0) return decodeState(message, known, context.memory);
  return CONFIG.test(message.topic) ? learn(message, context) : [];
}

/** A discovery message describes readings and is none. */
function learn(message: Message, context: DecodeContext): Decoded[] {
  if (isRepeated(context.memory, message.topic, message.payload)) return [];
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const { device, name, maker, model, announced, complaints } = readConfig(message.topic, read.value);
  announce(context.memory, message.topic, announced, message.payload);
  const points = announced.flatMap(({ means }) =>
    means?.kind === 'number' || means?.kind === 'boolean'
      ? [
          {
            metric: means.metric,
            part: means.part,
            name: means.name,
            unit: means.kind === 'number' ? means.unit : null,
          },
        ]
      : [],
  );
  context.aside.describe({ family: FAMILY, device, name, maker, model, points });
  return complaints.map((reason) => rejected(FAMILY, device, reason));
}

// -------------------------------------------------------------------------------------- states

function decodeState(message: Message, known: readonly Announced[], memory: DecodeMemory): Decoded[] {
  const text = readText(message.payload);
  if (!text.ok) return [rejected(FAMILY, known[0]?.device ?? null, text.reason)];
  const lines: Decoded[] = [];
  const told = new Set<string>();
  for (const entry of known) {
    if (!entry.means) continue;
    const raw = picked(entry, message, text.value);
    const from = speaker(FAMILY, entry.device, null, false, lines);
    if (raw === NO_JSON) addOnce(from, told, 'the announced template wants JSON, and the payload is none');
    else if (entry.means.kind === 'availability') addPresence(from, entry.means, raw, message.topic, told, memory);
    else if (raw !== undefined) add(from, entry, entry.means, raw, memory);
  }
  return lines;
}

const NO_JSON = Symbol('the payload is no JSON');

function picked({ pick }: Announced, message: Message, text: string): unknown {
  if (pick.path === null) return text;
  const read = readJson(message.payload);
  return read.ok ? follow(read.value, pick.path) : NO_JSON;
}

function addOnce(from: Speaker, told: Set<string>, reason: string): void {
  if (told.has(reason)) return;
  told.add(reason);
  addRejected(from, reason);
}

function add(
  from: Speaker,
  entry: Announced,
  means: Exclude<Meaning, { kind: 'availability' }>,
  raw: unknown,
  memory: DecodeMemory,
): void {
  if (means.kind === 'fault') return addStated(from, means, raw);
  const part = apart(memory, entry, means);
  if (means.kind === 'number') {
    const value = numberOf(raw);
    const { steps } = entry.pick;
    const unit = means.unit === '' ? null : means.unit;
    const calculated = typeof value === 'number' && steps.length > 0 ? calculate(value, steps) : raw;
    return addPoint(from, { metric: means.metric, part, unit }, calculated);
  }
  const value = yesOrNo(means, raw);
  if (value === undefined)
    return addRejected(from, `${means.metric}: ${shown(raw)} is neither "${means.on}" nor "${means.off}"`);
  const said = means.metric === 'door' && value !== null ? (value ? 'open' : 'closed') : value;
  addValue(from, means.metric, said, part, said === null ? 'unknown' : 'good');
}

function addStated(from: Speaker, means: Extract<Meaning, { kind: 'fault' }>, raw: unknown): void {
  const value = yesOrNo(means, raw);
  if (value === undefined)
    addRejected(from, `${means.code}: ${shown(raw)} is neither "${means.on}" nor "${means.off}"`);
  else if (value !== null) addFault(from, means.fault, value ? 'raised' : 'cleared', means.code);
}

/** True and false by the announced payloads, null for none, undefined for any other. */
function yesOrNo({ on, off }: { readonly on: string; readonly off: string }, raw: unknown): boolean | null | undefined {
  const text = raw === null ? '' : spelled(raw);
  if (text === on) return true;
  if (text === off) return false;
  return raw === null || /^(?:none|null|unknown|unavailable)?$/i.test(text) ? null : undefined;
}

function shown(raw: unknown): string {
  return typeof raw === 'object' ? 'an object' : JSON.stringify(raw).slice(0, 60);
}

/** Many entities of a device name the same topic: it is said once. */
function addPresence(
  from: Speaker,
  means: Extract<Meaning, { kind: 'availability' }>,
  raw: unknown,
  topic: string,
  told: Set<string>,
  memory: DecodeMemory,
): void {
  const own = raw === undefined ? null : yesOrNo(means, raw);
  if (own === undefined)
    return addOnce(from, told, `availability: ${shown(raw)} is neither "${means.on}" nor "${means.off}"`);
  if (own === null || told.has(from.device)) return;
  told.add(from.device);
  rememberOnline(memory, topic, own);
  const others = means.others.map((other) => onlineAt(memory, other));
  const online =
    means.mode === 'all' ? own && !others.includes(false) : means.mode === 'any' ? own || others.includes(true) : own;
  addAvailability(from, online);
}
