import type { Fault, Millis } from '@keepsite/edge-contract';
import type { Decoded, Message } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addFault, addNumber, addValue, rejected, speaker, type Speaker } from '../lines.ts';

const FAMILY = 'elevator-co';
/** The API for partners, and the data products that the event apps publish. */
const TOPIC = /(?:^|\/)elevator-co\/(api|data-product)\/V\d+\/json\//i;

/** What the words of an alarm or a fault say; the first row that fits counts. */
const FAULT_WORDS: readonly (readonly [RegExp, Fault])[] = [
  [/\b(?:entrap|trapped)/i, 'entrapment'],
  [/\b(?:unintended|uncontrolled)[ _-]+(?:car[ _-]+)?movement|\bucmp?\b/i, 'unintended_movement'],
  [/\bover[ _-]?speed/i, 'overspeed'],
  [/\bdoors?\b.*\b(?:not|fail\w*|unable)\b.*\bopen/i, 'door_fails_to_open'],
  [/\bdoors?\b.*\b(?:not|fail\w*|unable)\b.*\bclos/i, 'door_fails_to_close'],
  [/\bdoors?\b.*\b(?:block|obstruct)/i, 'door_blocked'],
  [/\bsafety[ _-]+(?:chain|circuit|loop)\b/i, 'safety_chain_open'],
  [/\bdoor[ _-]?lock[ _-]+(?:chain|circuit|loop)\b/i, 'door_lock_chain_open'],
  [/\b(?:alarm[ _-]+button|passenger[ _-]+alarm|emergency[ _-]+(?:call|button))\b/i, 'passenger_alarm'],
  [/\bpower[ _-]+(?:loss|lost|outage|failure|cut)\b/i, 'power_loss'],
  [/\bbrake/i, 'brake'],
  [/\bvibration/i, 'abnormal_vibration'],
  [/\bpit\b.*\b(?:flood|water)/i, 'pit_flooding'],
];

/** Event API of the Solace reference design "Elevator-Co": maintenance advice, usage, alarms, faults, receipts. */
export const elevatorCo: DeviceDialect = {
  family: FAMILY,
  // It speaks only when something is the matter.
  expectEverySeconds: 7 * 86_400,
  recognises,
  decode,
  sourceId,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (TOPIC.test(topic)) return 0.95;
  const header = payload[0] === 0x7b ? headerOf(payload) : undefined;
  return header && TOPIC.test(String(header['topic'])) ? 0.7 : 0;
}

function headerOf(payload: Uint8Array): JsonObject | undefined {
  const read = readJson(payload);
  return read.ok ? objectOf(objectOf(read.value)?.['header']) : undefined;
}

function decode(message: Message): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  // A receipt says what somebody did about an event; it is neither a fault nor the end of one.
  if (body['status_update'] !== undefined) return [];
  const header = objectOf(body['header']) ?? {};
  const place = placeOf(TOPIC.test(message.topic) ? message.topic : String(header['topic'] ?? ''));
  if (!place) return [];
  if (!TROUBLES.has(place.event)) return [];
  const from = speaker(FAMILY, place.device, instantOfEvent(header['timestamp']));
  const event = objectOf(body['body']) ?? {};
  const { fault, code } = whatIsWrong(event);
  addFault(from, fault, isOver(body) ? 'cleared' : 'raised', code ?? place.event);
  addDetails(from, objectOf(event['details']) ?? {});
  return from.lines;
}

const TROUBLES = new Set(['alarm', 'critical-alarm', 'fault']);

/** Which of the levels below the topic's beginning name the event and the asset, and how many there are. */
const LEVELS: ReadonlyMap<string, { readonly event: number; readonly device: number; readonly all: number }> = new Map([
  // {region}/{equipment}/{event}/{type}/{id}; receipts have status/{tracking id}.
  ['api', { event: 2, device: 4, all: 5 }],
  // {equipment}/{event}/{org}/{region}/{sub-region}/{site}/{type}/{id}
  ['data-product', { event: 1, device: 7, all: 8 }],
]);

function placeOf(topic: string): { event: string; device: string } | undefined {
  const start = TOPIC.exec(topic);
  const levels = LEVELS.get(start?.[1]?.toLowerCase() ?? '');
  if (!start || !levels) return undefined;
  const own = topic.slice(start.index + start[0].length).split('/');
  const [event, device] = [own[levels.event], own[levels.device]];
  if (own.length !== levels.all || !event || !device) return undefined;
  return { event: event.toLowerCase().replace(/s$/, ''), device };
}

/** What was measured when the alarm went off, as `critical-alarm.schema.json` has it. */
function addDetails(from: Speaker, details: JsonObject): void {
  const floor = details['floor'];
  if (typeof floor === 'number' || (typeof floor === 'string' && floor.trim() !== '')) {
    addValue(from, 'floor', String(floor).trim());
  }
  addNumber(from, 'leveling_error_mm', details['discrepancy_mm']);
  addNumber(from, 'load_kg', details['actual_weight_kg']);
}

const STAMP = /^(\d{4}-\d\d-\d\d)-(\d\d:\d\d:\d\d(?:\.\d+)?)-(?:UTC|GMT|Z)$/i;

/** `2021-02-15-13:25:27-UTC`, or a date as everybody writes it; a local one has no zone here. */
function instantOfEvent(raw: unknown): Millis | null {
  if (typeof raw !== 'string') return null;
  const found = STAMP.exec(raw.trim());
  return instantOf(found ? `${found[1]}T${found[2]}Z` : raw);
}

const CODE_KEYS = [
  'fault_code',
  'alarm_code',
  'error_code',
  'code',
  'fault_type',
  'alarm_type',
  'type',
  'component_id',
];
const TEXT_KEYS = ['fault', 'alarm', 'fault_type', 'alarm_type', 'type', 'name', 'description'];

function whatIsWrong(body: JsonObject): { fault: Fault; code: string | number | undefined } {
  const words = TEXT_KEYS.map((key) => body[key]).filter((word) => typeof word === 'string');
  const said = words.join('. ').slice(0, 500);
  const code = CODE_KEYS.map((key) => body[key]).find((raw) => typeof raw === 'string' || Number.isFinite(raw));
  const short = typeof code === 'string' ? code.slice(0, 60) : (code as number | undefined);
  return { fault: FAULT_WORDS.find(([pattern]) => pattern.test(said))?.[1] ?? 'unknown', code: short };
}

const OVER = /^(?:cleared|clear|ended|end|over|inactive|closed|normal|resolved|disappeared)$/i;

function isOver(message: JsonObject): boolean {
  const body = objectOf(message['body']) ?? {};
  return [body['status'], body['state']].some((word) => typeof word === 'string' && OVER.test(word.trim()));
}

/** An event keeps its tracking id for good; a later statement on it has another time. */
function sourceId(message: Message): string | null {
  const header = headerOf(message.payload);
  const id = header?.['tracking_id'];
  return typeof id === 'string' && id !== '' ? `${FAMILY}:${id}:${String(header?.['timestamp'])}` : null;
}
