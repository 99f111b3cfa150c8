import type { Decoded, Message } from '../../domain/decoded.ts';
import type { DeviceDialect } from '../dialect.ts';
import { readText } from '../json.ts';
import { addNumber, addRejected, addValue, numberOf, rejected, speaker, type Speaker } from '../lines.ts';

const FAMILY = 'sqelevator';
/** `building` may be another word, and anything may stand before it. */
const STATUS = /^(?:(.*)\/)?status\/elevator\/([^/]+)\/(.+)$/;
const OWN = /(?:^|\/)building\/(?:info|status|control)\//;
const ALIKE =
  /(?:^|\/)(?:status|info|control)\/elevator\/\d+\/(?:door|floor|position|height|speed|acceleration|load|committedDirection|floorButton|floorService|targetFloor|maxPassengers)(?:\/|$)/;

/** The elevator interface of the exercise counts doors from 1 and directions from 0. */
const DOORS: ReadonlyMap<number, string> = new Map([
  [1, 'open'],
  [2, 'closed'],
  [3, 'opening'],
  [4, 'closing'],
]);
const DIRECTIONS: ReadonlyMap<number, string> = new Map([
  [0, 'up'],
  [1, 'down'],
  [2, 'none'],
]);

/** A number of the last topic level's unit, times and divided by these, is one of the metric's unit. */
type Unit = readonly [multiply: number, divide: number];
const METRIC: Unit = [1, 1];
const FOOT: Unit = [3048, 10_000];
const LENGTH: ReadonlyMap<string, Unit> = new Map([
  ['feet', FOOT],
  ['foot', FOOT],
  ['ft', FOOT],
  ['inches', [254, 10_000]],
  ['meter', METRIC],
  ['meters', METRIC],
  ['metre', METRIC],
  ['metres', METRIC],
  ['m', METRIC],
  ['cm', [1, 100]],
  ['mm', [1, 1000]],
]);
const SPEED: ReadonlyMap<string, Unit> = new Map([
  ['feetpersec', FOOT],
  ['feetpersecond', FOOT],
  ['ftpersec', FOOT],
  ['fps', FOOT],
  ['feetpermin', [3048, 600_000]],
  ['feetperminute', [3048, 600_000]],
  ['meterpersec', METRIC],
  ['meterspersec', METRIC],
  ['meterspersecond', METRIC],
  ['metrespersec', METRIC],
  ['metrespersecond', METRIC],
  ['mpersec', METRIC],
  ['mps', METRIC],
]);
const MASS: ReadonlyMap<string, Unit> = new Map([
  ['lbs', [45_359_237, 1e8]],
  ['lb', [45_359_237, 1e8]],
  ['pounds', [45_359_237, 1e8]],
  ['kg', METRIC],
  ['kgs', METRIC],
  ['kilograms', METRIC],
  ['tonnes', [1000, 1]],
]);
const QUANTITIES: ReadonlyMap<string, readonly [metric: string, units: ReadonlyMap<string, Unit>]> = new Map([
  ['position', ['position_m', LENGTH]],
  // The README says position, the adapter publishes height.
  ['height', ['position_m', LENGTH]],
  ['speed', ['speed_mps', SPEED]],
  ['load', ['load_kg', MASS]],
  ['weight', ['load_kg', MASS]],
]);

/** Elevators of the SQE exercise (Hagenberg): one scalar a topic, its unit the topic's last level. */
export const sqelevator: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 60,
  recognises: (topic) => (OWN.test(topic) ? 0.9 : ALIKE.test(topic) ? 0.7 : 0),
  decode,
};

/** Only `status/elevator` says how an elevator is; `control` says what somebody wants of it. */
function decode(message: Message): Decoded[] {
  const found = STATUS.exec(message.topic);
  if (!found) return [];
  const [, before, number, rest = ''] = found;
  const device = `${before === undefined ? '' : `${before}/`}elevator/${number}`;
  const payload = readText(message.payload);
  if (!payload.ok) return [rejected(FAMILY, device, payload.reason)];
  const from = speaker(FAMILY, device, null);
  decodeField(from, rest.split('/'), payload.value.replace(/^"(.*)"$/, '$1'));
  return from.lines;
}

function decodeField(from: Speaker, [field = '', unit]: readonly string[], said: string): void {
  if (field === 'floor') return addFloor(from, said);
  if (field === 'door') return addWord(from, 'door', said, DOORS);
  if (field === 'committedDirection' || field === 'direction') return addWord(from, 'direction', said, DIRECTIONS);
  const quantity = QUANTITIES.get(field);
  if (!quantity) return;
  const [metric, units] = quantity;
  const scale = units.get((unit ?? '').toLowerCase());
  const value = numberOf(said);
  if (!scale) addRejected(from, `${field}: the topic does not end in a unit that is known`);
  else if (typeof value === 'number') addNumber(from, metric, value * scale[0], null, scale[1]);
  else addNumber(from, metric, said);
}

/** The nearest floor as the controller counts, from 0. */
function addFloor(from: Speaker, said: string): void {
  const value = numberOf(said);
  if (typeof value === 'number') addValue(from, 'floor', String(value));
  else addNumber(from, 'floor', said);
}

function addWord(from: Speaker, metric: string, said: string, words: ReadonlyMap<number, string>): void {
  const value = numberOf(said);
  const word = words.get(value ?? -1);
  if (word !== undefined) addValue(from, metric, word);
  else if (value === null) addValue(from, metric, null, null, 'unknown');
  else addRejected(from, `${metric}: ${said.slice(0, 40)} is none of ${[...words.keys()].join(', ')}`);
}
