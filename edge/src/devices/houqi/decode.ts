import type { Fault } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readObject, type JsonObject } from '../json.ts';
import { addFault, addNumber, addRejected, addValue, numberOf, rejected, speaker, type Speaker } from '../lines.ts';

const FAMILY = 'houqi';
const TOPIC = /^\/?API\/V\d+\/Up\//i;

/** This sender's own numbering; it shares no number with the list of other platforms. */
const FAULT_TYPES: ReadonlyMap<number, Fault> = new Map<number, Fault>([
  [1, 'entrapment'],
  [11, 'door_blocked'],
  [12, 'door_fails_to_close'],
  [202, 'ebike_in_car'],
]);
const DIRECTIONS: ReadonlyMap<number, string> = new Map([
  [0, 'none'],
  [1, 'up'],
  [2, 'down'],
  [3, 'none'],
]);

/** Houqi car-roof camera: `LiftFault` messages, one when a fault begins and one when it ends. */
export const houqi: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 86_400,
  recognises: (topic) => (TOPIC.test(topic) ? 0.95 : 0),
  decode,
  sourceId,
};

function decode(message: Message, context: DecodeContext): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  const device = textOf(body['elevatorNo']) ?? textOf(body['macAddr']);
  if (device === undefined) return [rejected(FAMILY, null, 'neither elevatorNo nor macAddr tells the elevator')];
  if (typeof body['type'] === 'string' && !/^liftfault$/i.test(body['type'])) return [];

  const lines: Decoded[] = [];
  for (const entry of faultsOf(body)) decodeFault(device, entry, message, context, lines);
  decodeCar(speaker(FAMILY, device, null, false, lines), body);
  return lines;
}

function textOf(raw: unknown): string | undefined {
  if (typeof raw === 'number' && Number.isSafeInteger(raw)) return String(raw);
  return typeof raw === 'string' && raw.trim() !== '' ? raw.trim() : undefined;
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
function decodeFault(
  device: string,
  entry: JsonObject,
  message: Message,
  context: DecodeContext,
  lines: Decoded[],
): void {
  const code = numberOf(entry['faultType']);
  const from = speaker(FAMILY, device, null, false, lines);
  if (typeof code !== 'number') return addRejected(from, 'faultType is not a number');
  const fault = FAULT_TYPES.get(code) ?? 'unknown';
  const begin = textOf(entry['faultBeginTime']) ?? '';
  const end = textOf(entry['faultEndTime']);
  const ended = `${FAMILY}:ended:${device}:${code}`;
  const at = instantOf(end ?? begin, context.zoneOf(device), message.receivedAt);
  const dated = speaker(FAMILY, device, at, false, lines);
  if (end !== undefined) {
    context.memory.set(ended, begin);
    addFault(dated, fault, 'cleared', code);
  } else if (begin === '' || context.memory.get(ended) !== begin) addFault(dated, fault, 'raised', code);
}

/** The state of the car as the message left; it has no time of its own. */
function decodeCar(from: Speaker, body: JsonObject): void {
  const floor = body['currentFloor'];
  if (typeof floor === 'number' || typeof floor === 'string') addValue(from, 'floor', String(floor));
  addNumber(from, 'people', body['personInLift']);
  addNumber(from, 'speed_mps', body['currentSpeed']);
  addNumber(from, 'temperature_c', body['temperature']);
  const direction = DIRECTIONS.get(numberOf(body['runningDirection']) ?? -1);
  if (direction !== undefined) addValue(from, 'direction', direction);
}

/** `uuid` is made anew for each message, so it tells a redelivery from a new statement. */
function sourceId(message: Message): string | null {
  const read = readObject(message.payload);
  const uuid = read.ok ? textOf(read.value['uuid']) : undefined;
  return uuid === undefined ? null : `${FAMILY}:${uuid}`;
}
