import type { Fault, Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addFault, addNumber, addRejected, addValue, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { shelf } from '../shelf.ts';

const FAMILY = 'houqi';
/** One firmware writes a blank behind the first slash. */
const TOPIC = /^\/?\s*API\/V\d+\/(?:Up|Down)\//i;
const KINDS = /^(?:LiftFault|LiftState|LiftRunInfo|HeartBeat)$/i;

/** This sender's own numbering; it shares no number with the list of other platforms. 8 is a fault of the camera's periphery. */
const FAULT_TYPES: ReadonlyMap<number, Fault> = new Map<number, Fault>([
  [1, 'entrapment'],
  [2, 'unintended_movement'],
  [3, 'stopped_outside_door_zone'],
  [4, 'overrun_top'],
  [5, 'overrun_bottom'],
  [6, 'overspeed'],
  [9, 'power_loss'],
  [10, 'battery_low'],
  [11, 'door_blocked'],
  [12, 'door_fails_to_close'],
  [202, 'ebike_in_car'],
]);
/** Sent as a fault, but it is a mode. */
const INSPECTION = 7;
const DIRECTIONS: ReadonlyMap<number, string> = new Map([
  [0, 'none'],
  [1, 'up'],
  [2, 'down'],
  [3, 'none'],
]);
const DOORS: ReadonlyMap<number, string> = new Map([
  [0, 'open'],
  [1, 'closed'],
]);

/** Houqi car-roof camera: `LiftFault` when a fault begins and ends, `LiftState` each second, `LiftRunInfo` after a run. */
export const houqi: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 86_400,
  recognises,
  decode,
  sourceId,
};

/** Customers may have topics of their own; then the message's type tells. */
function recognises(topic: string, payload: Uint8Array): number {
  if (TOPIC.test(topic)) return 0.95;
  const read = payload[0] === 0x7b ? readJson(payload) : undefined;
  const body = read?.ok ? objectOf(read.value) : undefined;
  return body && typeof body['type'] === 'string' && KINDS.test(body['type']) && 'elevatorNo' in body ? 0.7 : 0;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const levels = message.topic.split('/');
  if (levels.some((level) => /^down$/i.test(level))) return [];
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  const device = textOf(body['elevatorNo']) ?? textOf(body['macAddr']);
  if (device === undefined) return [rejected(FAMILY, null, 'neither elevatorNo nor macAddr tells the elevator')];
  const kind = textOf(body['type']) ?? (KINDS.test(levels.at(-1) ?? '') ? levels.at(-1) : 'LiftFault');
  const reader = READERS.get(String(kind).toLowerCase());
  const telling: Telling = { device, body, message, context, lines: [] };
  reader?.(telling);
  return telling.lines;
}

interface Telling {
  readonly device: string;
  readonly body: JsonObject;
  readonly message: Message;
  readonly context: DecodeContext;
  readonly lines: Decoded[];
}

/** A heartbeat tells of the camera's disk and processor, nothing of the elevator. */
const READERS: ReadonlyMap<string, (telling: Telling) => void> = new Map([
  ['liftfault', decodeFaults],
  ['liftstate', decodeState],
  ['liftruninfo', decodeRun],
]);

function at({ device, lines }: Telling, millis: Millis | null): Speaker {
  return speaker(FAMILY, device, millis, false, lines);
}

function textOf(raw: unknown): string | undefined {
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return String(raw);
  return typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : undefined;
}

/** Local time; a text without a zone, or nothing. */
function localInstant({ context, device, message }: Telling, text: string): Millis | null {
  return instantOf(text, context.zoneOf(device), message.receivedAt);
}

// ------------------------------------------------------------------------------------ faults

function decodeFaults(telling: Telling): void {
  for (const entry of faultsOf(telling.body)) decodeFault(telling, entry);
  decodeCar(telling);
}

/** The vendor's class name is the key of the list; a single object is taken as a list of one. */
function faultsOf(body: JsonObject): JsonObject[] {
  const list = body['ErrorListBean'] ?? body['errorListBean'];
  const entries = Array.isArray(list) ? list : [list];
  return entries.map(objectOf).filter((entry) => entry !== undefined);
}

/**
 * Begin and end carry different ids, so a fault is known by elevator, type and begin time. The end
 * is remembered: a begin that is delivered again after it raises nothing.
 */
function decodeFault(telling: Telling, entry: JsonObject): void {
  const code = numberOf(entry['faultType']);
  if (typeof code !== 'number') return addRejected(at(telling, null), 'faultType is not a number');
  const begin = textOf(entry['faultBeginTime']) ?? '';
  const end = textOf(entry['faultEndTime']);
  if (end !== undefined) {
    ended.put(telling.context.memory, nameOf(telling, code), begin);
    remember(telling, without(lastingOf(telling), code));
    tell(at(telling, localInstant(telling, end)), code, 'cleared');
  } else if (!isOver(telling, code, begin)) {
    remember(telling, [...without(lastingOf(telling), code), code]);
    tell(at(telling, localInstant(telling, begin)), code, 'raised');
  }
}

/** The begin of the fault that ended last, by elevator and type. */
const ended = shelf<string>('houqi-ended');

function nameOf({ device }: Telling, code: number): string {
  return `${device}\n${code}`;
}

function isOver(telling: Telling, code: number, begin: string): boolean {
  return begin !== '' && ended.find(telling.context.memory, nameOf(telling, code)) === begin;
}

/** The faults that a message of their own began and none has ended; a camera has at most one of a type. */
const lasting = shelf<readonly number[]>('houqi-lasting');
const MOST_LASTING = 20;

function lastingOf({ device, context }: Telling): readonly number[] {
  return lasting.find(context.memory, device) ?? [];
}

function without(codes: readonly number[], code: number): number[] {
  return codes.filter((one) => one !== code);
}

function remember({ device, context }: Telling, codes: readonly number[]): void {
  if (codes.length === 0) lasting.drop(context.memory, device);
  else lasting.put(context.memory, device, codes.slice(-MOST_LASTING));
}

function tell(from: Speaker, code: number, state: 'raised' | 'cleared'): void {
  if (code === INSPECTION) return addValue(from, 'mode', state === 'raised' ? 'inspection' : 'normal');
  addFault(from, FAULT_TYPES.get(code) ?? 'unknown', state, code);
}

// ------------------------------------------------------------------------------------ state, run

/** The fault that each elevator's state showed last. */
const shown = shelf<{ readonly code: number; readonly begin: string }>('houqi-shown');

/** The state repeats one of the faults that last: it is told when it first shows and when it is gone, as its own message would. */
function decodeState(telling: Telling): void {
  const code = numberOf(telling.body['faultType']);
  if (typeof code === 'number') decodeShown(telling, code, textOf(telling.body['faultTime']) ?? '');
  decodeCar(telling);
}

function decodeShown(telling: Telling, code: number, begin: string): void {
  const { device, context } = telling;
  const before = shown.find(context.memory, device);
  if (before?.code === code && before.begin === begin) return;
  if (before) tellGone(telling, before.code, code);
  // Without a fault the time is that of the message, or missing.
  if (code === 0) return shown.drop(context.memory, device);
  if (!isOver(telling, code, begin)) tell(at(telling, localInstant(telling, begin)), code, 'raised');
  shown.put(context.memory, device, { code, begin });
}

/**
 * The state shows the head of the camera's queue of faults (`elevator_fault_review`), and a fault goes
 * to its tail once its begin was sent: another one in its place does not end it, an empty queue ends all.
 */
function tellGone(telling: Telling, before: number, code: number): void {
  const codes = lastingOf(telling);
  if (code !== 0 && code !== before && codes.includes(before)) return;
  const gone = code === 0 ? [...without(codes, before), before] : [before];
  for (const one of gone) tell(at(telling, null), one, 'cleared');
  if (code === 0) remember(telling, []);
}

/** After a run; the lists of speeds and jitters in it have no times of their own and are dropped. */
function decodeRun(telling: Telling): void {
  const { body } = telling;
  const stamp = numberOf(body['runEndTimeStamp']);
  // Seconds have ten digits for the next two centuries.
  const ended = typeof stamp === 'number' ? usableInstant(stamp < 1e11 ? stamp * 1000 : stamp) : null;
  const from = at(telling, ended);
  addFloor(from, body['runEndFloor']);
  addNumber(from, 'people', body['mannedNum']);
  addNumber(from, 'temperature_c', body['temperature']);
}

/** The state of the car as the message left; it has no time of its own. */
function decodeCar(telling: Telling): void {
  const from = at(telling, null);
  const { body } = telling;
  addFloor(from, body['currentFloor']);
  addNumber(from, 'people', body['personInLift']);
  addNumber(from, 'speed_mps', body['currentSpeed']);
  addNumber(from, 'temperature_c', body['temperature']);
  addWord(from, 'direction', body['runningDirection'], DIRECTIONS);
  addWord(from, 'door', body['doorStatus'], DOORS);
}

function addFloor(from: Speaker, raw: unknown): void {
  if (typeof raw === 'number' || (typeof raw === 'string' && raw.trim() !== '')) addValue(from, 'floor', String(raw));
}

function addWord(from: Speaker, metric: string, raw: unknown, words: ReadonlyMap<number, string>): void {
  const word = words.get(numberOf(raw) ?? -1);
  if (word !== undefined) addValue(from, metric, word);
}

/** `uuid` is made anew for each message, so it tells a redelivery from a new statement. */
function sourceId(message: Message): string | null {
  const read = readJson(message.payload);
  const uuid = read.ok ? textOf(objectOf(read.value)?.['uuid']) : undefined;
  return uuid === undefined ? null : `${FAMILY}:${uuid}`;
}
