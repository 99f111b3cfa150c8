import type { Fault, Millis, Mode } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, DecodeMemory, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, type JsonObject } from '../json.ts';
import {
  addBoolean,
  addFault,
  addNumber,
  addRejected,
  addStateFault,
  addValue,
  booleanOf,
  numberOf,
  rejected,
  speaker,
  type Speaker,
} from '../lines.ts';
import { shelf } from '../shelf.ts';
import * as words from './words.ts';

const FAMILY = 'mock-elevator';
/** A topic level such as `elevator`, `lifts`, `elevator-3` or `lift_b`. */
const TOPIC = /(?:^|\/)(?:elevators?|lifts?|电梯)(?:[-_ ]?[\w-]{1,40})?(?:\/|$)/i;
const COMMAND = /(?:^|\/)(?:commands?|cmd|control|set|request|response)$/i;
const KIND_LEVEL =
  /^(?:sensor_?data|sensors?|data|state|status|telemetry|events?|info|monitor|update|messages?|report|up|commands?|cmd)$/i;

/** Elevators that tell their state as plain JSON, as simulators and home-made gateways do. */
export const mockElevator: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 60,
  faultsAreStates: true,
  recognises,
  decode,
};

/** Nobody owns this layout, so every dialect that knows its own topic is surer. */
function recognises(topic: string, payload: Uint8Array): number {
  const named = TOPIC.test(topic);
  if (named && COMMAND.test(topic)) return 0.3;
  if (payload[0] !== 0x7b && payload[0] !== 0x5b) return 0;
  const read = readJson(payload);
  if (!read.ok) return named ? 0.2 : 0;
  if (!named) return looksLikeCar(read.value) ? 0.3 : 0;
  const [car] = carsOf(read.value);
  const known = car?.knownWords() ?? 0;
  if (known === 0) return car?.first(['command']) === undefined ? 0 : 0.3;
  return known === 1 ? 0.4 : 0.5;
}

/** A floor, a door and what only a car has: quick, because it is asked of every message. */
function looksLikeCar(value: unknown): boolean {
  const body = objectOf(value);
  return body !== undefined && CAR_WORDS.every((keys) => keys.some((key) => Object.hasOwn(body, key)));
}

const CAR_WORDS = [
  ['floor', 'currentFloor', 'current_floor', '楼层', '当前楼层'],
  ['door', 'doorStatus', 'door_status', 'doorState', 'door_state', '门状态'],
  ['direction', 'speed', 'weight', 'load', 'load_kg', '方向', '运行方向'],
];

function decode(message: Message, context: DecodeContext): Decoded[] {
  if (COMMAND.test(message.topic)) return [];
  const read = readJson(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const cars = carsOf(read.value);
  if (cars.length === 0) return [rejected(FAMILY, null, 'the payload is JSON, but not an object')];
  const lines: Decoded[] = [];
  for (const car of cars) {
    // The answer to a command is no state of the elevator.
    if (car.first(['command']) !== undefined) continue;
    const device = car.id() ?? deviceOf(message.topic);
    const at = timeOf(car.first(words.TIME_KEYS), context.zoneOf(device), message.receivedAt);
    decodeCar(speaker(FAMILY, device, at, false, lines), car, context.memory);
  }
  return lines;
}

// ------------------------------------------------------------------------------------ cars

const WRAPPERS = ['data', 'state', 'payload', 'elevator', 'lift', 'elevators', 'lifts', 'status', 'telemetry'];

let lastValue: unknown;
let lastCars: Car[] = [];

/** Recognising and decoding both ask, of the same parsed value. */
function carsOf(value: unknown): readonly Car[] {
  if (value !== lastValue || typeof value !== 'object') {
    lastCars = readCars(value);
    lastValue = value;
  }
  return lastCars;
}

/** One car, or several in a list, bare or wrapped once. */
function readCars(value: unknown): Car[] {
  const bodies = Array.isArray(value) ? value.map(objectOf) : [objectOf(value)];
  return bodies.flatMap((body) => (body ? unwrap(body) : []));
}

/** What stands around a wrapped car, such as its time, holds for it too. */
function unwrap(outer: JsonObject): Car[] {
  const key = WRAPPERS.find((name) => typeof outer[name] === 'object' && outer[name] !== null);
  if (key === undefined) return [new Car(outer)];
  const { [key]: inner, ...around } = outer;
  return (Array.isArray(inner) ? inner : [inner])
    .map(objectOf)
    .filter((car) => car !== undefined)
    .map((car) => new Car({ ...around, ...car }));
}

/** A message of one car; its keys are found however they are spelt. */
class Car {
  readonly values = new Map<string, unknown>();

  constructor(body: JsonObject) {
    for (const [key, value] of Object.entries(body)) this.values.set(squeezed(key), value);
  }

  first(keys: readonly string[]): unknown {
    for (const key of keys) {
      const value = this.values.get(key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  id(): string | undefined {
    const id = words.ID_KEYS.map((key) => this.values.get(key)).find(
      (value) => (typeof value === 'string' && value.trim() !== '') || Number.isFinite(value),
    );
    return id === undefined ? undefined : String(id).trim();
  }

  /** How many things of an elevator it tells. */
  knownWords(): number {
    const groups = new Set<number>();
    for (const key of this.values.keys()) {
      const group = GROUP_OF.get(key);
      if (group !== undefined) groups.add(group);
    }
    return groups.size;
  }
}

const GROUP_OF: ReadonlyMap<string, number> = new Map(
  [
    [...words.FLOOR_KEYS, 'position'],
    [...words.DOOR_KEYS, ...words.DOOR_OPEN_KEYS],
    words.DIRECTION_KEYS,
    [...words.NUMBER_KEYS.keys()],
    [...words.MODE_KEYS, ...words.MODE_SWITCHES.keys()],
    [...words.FAULT_SWITCHES.keys()],
  ].flatMap((keys, group) => keys.map((key) => [key, group] as const)),
);

const PLAIN = /^[a-z]+$/;

const SPELLINGS_KEPT = 2_000;
const spellings = new Map<string, string>();

/** A key in small letters without what joins words; a building has few spellings, and sends them all day. */
function squeezed(text: string): string {
  if (PLAIN.test(text)) return text;
  const known = spellings.get(text);
  if (known !== undefined) return known;
  const made = text.toLowerCase().replace(/[\s_-]+/g, '');
  if (spellings.size >= SPELLINGS_KEPT) spellings.clear();
  if (text.length <= 60) spellings.set(text, made);
  return made;
}

/** The topic without its last level, where that only names what is said. */
function deviceOf(topic: string): string {
  const levels = topic.split('/').filter((level) => level !== '');
  if (levels.length > 1 && KIND_LEVEL.test(levels.at(-1) ?? '')) levels.pop();
  return levels.join('/') || FAMILY;
}

/** Seconds, milliseconds, micro- or nanoseconds by their size; or a text. */
function timeOf(raw: unknown, zone: string | undefined, receivedAt: Millis | null): Millis | null {
  const number = numberOf(raw);
  if (typeof number === 'number')
    return usableInstant(number * (SCALES.find(([below]) => number < below)?.[1] ?? 1e-6));
  return typeof raw === 'string' ? instantOf(raw, zone, receivedAt) : null;
}

const SCALES = [
  [1e11, 1000],
  [1e14, 1],
  [1e17, 1e-3],
] as const;

// ------------------------------------------------------------------------------------ state

function decodeCar(from: Speaker, car: Car, memory: DecodeMemory): void {
  addFloor(from, car);
  addDoor(from, car);
  addWord(from, 'direction', car.first(words.DIRECTION_KEYS), words.DIRECTIONS);
  addBoolean(from, 'occupied', car.first(words.OCCUPIED_KEYS));
  addMode(from, car);
  for (const [key, raw] of car.values) {
    const metric = words.NUMBER_KEYS.get(key);
    const fault = words.FAULT_SWITCHES.get(key);
    if (metric !== undefined) addQuantity(from, metric, raw, car.values.get(`${key}unit`));
    else if (fault) addStateFault(from, fault, raw, key);
    else if (words.FAULT_KEYS.has(key) && raw !== null) compare(from, key, namesOf(key, raw), memory);
  }
  const status = car.first(words.STATUS_KEYS);
  if (typeof status === 'string') addStatusFault(from, status, memory);
}

/** A list of loads or passengers is something else; a unit that is not the metric's own is not converted here. */
function addQuantity(from: Speaker, metric: string, raw: unknown, unit: unknown): void {
  if (typeof raw === 'boolean' || (typeof raw === 'object' && raw !== null)) return;
  if (typeof unit !== 'string' || words.OWN_UNITS.has(squeezed(unit))) addNumber(from, metric, raw);
  else addRejected(from, `${metric}: the unit "${unit.slice(0, 20)}" is not understood`);
}

function addDoor(from: Speaker, car: Car): void {
  const door = car.first(words.DOOR_KEYS);
  if (door !== undefined) return addWord(from, 'door', door, words.DOORS);
  const open = booleanOf(car.first(words.DOOR_OPEN_KEYS) ?? null);
  if (typeof open === 'boolean') addValue(from, 'door', open ? 'open' : 'closed');
}

const STRONGER: readonly Mode[] = ['fire', 'seismic', 'out_of_service', 'inspection', 'emergency_power'];

/** The strongest switch that is on, else the word, else `normal` when all that is told is off. */
function addMode(from: Speaker, car: Car): void {
  const on = new Set<Mode>();
  let off = false;
  for (const [key, raw] of car.values) {
    const mode = words.MODE_SWITCHES.get(key);
    const state = mode && booleanOf(raw);
    if (mode && state === true) on.add(mode);
    else if (state === false) off = true;
  }
  const told = wordOf(car.first(words.MODE_KEYS)) ?? wordOf(car.first(words.STATUS_KEYS));
  const mode = STRONGER.find((one) => on.has(one)) ?? told ?? (off ? 'normal' : undefined);
  if (mode) addValue(from, 'mode', mode);
}

/** `position` is a floor where it is whole and nothing else tells the floor; otherwise nobody knows its unit. */
function addFloor(from: Speaker, car: Car): void {
  const floor = car.first(words.FLOOR_KEYS);
  const place = floor === undefined ? car.first(['position']) : floor;
  if (place === undefined) return;
  if (place === null) return addValue(from, 'floor', null, null, 'unknown');
  if (floor === undefined && !Number.isInteger(numberOf(place) ?? Number.NaN)) return;
  if (typeof place === 'number' || (typeof place === 'string' && place.trim() !== '')) {
    addValue(from, 'floor', String(place).trim());
  } else addRejected(from, 'floor: neither a number nor a text');
}

/** A word nobody listed says nothing; nobody could tell what a number means. */
function addWord(from: Speaker, metric: string, raw: unknown, known: ReadonlyMap<string, string>): void {
  if (raw === null) return addValue(from, metric, null, null, 'unknown');
  const word = typeof raw === 'string' ? known.get(squeezed(raw)) : undefined;
  if (word !== undefined) addValue(from, metric, word);
}

function wordOf(raw: unknown): Mode | undefined {
  return typeof raw === 'string' ? words.MODES.get(squeezed(raw)) : undefined;
}

// ------------------------------------------------------------------------------------ faults

/** What each car said last, by the key that said it: what it no longer says is over. */
const active = shelf<readonly string[]>('mock-elevator-faults');

function addStatusFault(from: Speaker, status: string, memory: DecodeMemory): void {
  const word = squeezed(status);
  if (words.FAULT_STATES.has(word)) compare(from, 'status', [status.trim()], memory);
  else if (words.CALM_STATES.has(word)) compare(from, 'status', [], memory);
}

function namesOf(key: string, raw: unknown): string[] {
  const all = Array.isArray(raw) ? raw : [raw];
  return all
    .map((one) => (one === true ? key : typeof one === 'object' ? '' : String(one).trim()))
    .filter((name) => !words.NO_FAULT.has(squeezed(name)))
    .map((name) => name.slice(0, 60));
}

function compare(from: Speaker, key: string, names: readonly string[], memory: DecodeMemory): void {
  const place = `${from.device}\n${key}`;
  const before = active.find(memory, place) ?? [];
  for (const name of before) if (!names.includes(name)) addFault(from, faultOf(name), 'cleared', name);
  for (const name of names) addFault(from, faultOf(name), 'raised', name);
  if (names.length > 0) active.put(memory, place, names.slice(0, 20));
  else if (before.length > 0) active.drop(memory, place);
}

function faultOf(name: string): Fault {
  return words.FAULTS.get(squeezed(name)) ?? 'unknown';
}
