import type { Fault, Millis } from '@keepsite/edge-contract';
import type { DecodeContext, Decoded, Message } from '../../domain/decoded.ts';
import { instantOf, usableInstant } from '../../domain/time-text.ts';
import type { DeviceDialect } from '../dialect.ts';
import { objectOf, readJson, readObject, type JsonObject } from '../json.ts';
import { addFault, addNumber, addValue, numberOf, rejected, speaker, type Speaker } from '../lines.ts';
import { shelf } from '../shelf.ts';
import { CALCULATED, FIELDS, NOT_WATER, type Field } from './fields.ts';

const FAMILY = 'wmbusmeters';
const BRACE = 0x7b;

/** wmbusmeters: the JSON that it makes of a wireless M-Bus telegram, on topics of the user's own. */
export const wmbusmeters: DeviceDialect = {
  family: FAMILY,
  // Meters that save their battery are read once a day.
  expectEverySeconds: 90_000,
  faultsAreStates: true,
  recognises,
  decode,
};

function recognises(topic: string, payload: Uint8Array): number {
  if (/(?:^|\/)wmbusmeters\//.test(topic)) return 0.95;
  if (payload[0] !== BRACE) return 0;
  const read = readJson(payload);
  const body = read.ok ? objectOf(read.value) : undefined;
  if (!body) return 0;
  if (body['_'] === 'telegram' && body['meter'] !== undefined) return 0.8;
  return typeof body['media'] === 'string' && typeof body['meter'] === 'string' && body['id'] !== undefined ? 0.7 : 0;
}

function decode(message: Message, context: DecodeContext): Decoded[] {
  const read = readObject(message.payload);
  if (!read.ok) return [rejected(FAMILY, null, read.reason)];
  const body = read.value;
  const device = deviceOf(body);
  if (device === null) return [rejected(FAMILY, null, 'the telegram has no meter id')];
  const from = speaker(FAMILY, device, timeOf(body, context.zoneOf(device), message.receivedAt));
  decodeFields(from, body);
  decodeStatus(from, body, context);
  return from.lines;
}

/** Ids are eight digits, perhaps with leading zeros: a text, never a number. */
function deviceOf(body: JsonObject): string | null {
  const { id } = body;
  if (typeof id === 'string' && id !== '') return id;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0 ? String(id).padStart(8, '0') : null;
}

/** When the telegram was heard; a listener without a clock says the year 1111. The meter's own clock is not asked. */
function timeOf(body: JsonObject, zone: string | undefined, near: Millis | null): Millis | null {
  const text = body['timestamp'] ?? body['timestamp_utc'] ?? body['timestamp_lt'];
  if (typeof text === 'string') return instantOf(text, zone, near);
  const seconds = numberOf(body['timestamp_ut']);
  return typeof seconds === 'number' ? usableInstant(seconds * 1000) : null;
}

function decodeFields(from: Speaker, body: JsonObject): void {
  const media = typeof body['media'] === 'string' ? body['media'] : '';
  const fields = Object.entries(body).flatMap(([key, value]) => {
    const field = fieldOf(key, value, media);
    return field && !isOtherMedium(field, key, body, media) && !repeats(key, body) ? [{ key, field, value }] : [];
  });
  for (const { key, field, value } of fields) {
    // Some drivers spell one quantity twice; a key then gives way to the shorter one.
    const twin = fields.find((other) => other.key !== key && isSame(other.field, field) && isBefore(other.key, key));
    if (!twin) addField(from, field, value);
  }
}

/** The voltage of a water meter is its battery's; a receiver that measures no signal says a positive one. */
function fieldOf(key: string, value: unknown, media: string): Field | undefined {
  const field = FIELDS.get(key);
  if (field?.metric === 'voltage_v' && media !== 'electricity') return FIELDS.get('battery_v');
  return field?.metric === 'rssi_dbm' && (numberOf(value) ?? 0) > 0 ? undefined : field;
}

/** Drivers of water meters whose telegrams call their medium gas, or nothing. */
const WATER_METERS: ReadonlySet<string> = new Set(['apator08']);
const WATERS: ReadonlySet<string> = new Set(['water_total_m3', 'flow_total_l', 'flow_m3h', 'temperature_c']);

function isOtherMedium({ metric }: Field, key: string, body: JsonObject, media: string): boolean {
  // The temperature in a water meter is the water's.
  if (key === 'temperature_c' && /water/i.test(media)) return true;
  return WATERS.has(metric) && NOT_WATER.test(media) && !WATER_METERS.has(String(body['meter']));
}

function isSame(one: Field, other: Field): boolean {
  return one.metric === other.metric && one.part === other.part;
}

function isBefore(one: string, other: string): boolean {
  return one.length === other.length ? one < other : one.length < other.length;
}

/** A calculated `total_energy_consumption_mj` beside the driver's own `…_kwh`. */
function repeats(key: string, body: JsonObject): boolean {
  if (!CALCULATED.test(key)) return false;
  const name = key.replace(CALCULATED, '');
  return ['kwh', 'm3', 'm3h'].some((unit) => Object.hasOwn(body, `${name}_${unit}`));
}

function addField(from: Speaker, { metric, part, multiply, divide }: Field, raw: unknown): void {
  const value = multiply === 1 ? undefined : numberOf(raw);
  // Multiplying a decimal number leaves noise in its last digits.
  const scaled = typeof value === 'number' ? Number((value * multiply).toPrecision(15)) : raw;
  addNumber(from, metric, scaled, part, divide);
}

/** Words of drivers' status fields that are canonical faults; of all others the word itself is told. */
const STATUS_FAULTS: readonly (readonly [word: RegExp, fault: Fault])[] = [
  [/(?:^|_)(?:LEAK(?:ING|AGE|S)?|BURST(?:ING)?)(?:_|$)/, 'leak'],
  [/SABOTAGE|TAMPER|FRAUD|MANIPULATION|SEAL_BROKEN|MODULE_REMOVED|^REMOV(?:ED|AL)|COVER_OPEN|MAGNET/, 'tamper'],
  [/^(?:OK_)?(?:POWER_LOW|BATTERY_LOW|LOW_BATTERY|LOW_POWER|BATTERY_VOLTAGE_ERROR)$/, 'battery_low'],
  [/^LOW_BATTERY_(?:LEVEL|FAULT|VOLTAGE)$|^CRITICAL_BATTERY_VOLTAGE$/, 'battery_low'],
];
/** No leak that is there for sure: a date, what one driver sets a `P_` before, a meter that may just not be used. */
const NO_LEAK = /LEAK_DATE|LEAKAGE_OR_NO_USAGE|^P_/;
/** `PREV_LEAKAGE` tells of the past, `ALARM` and `ERROR` only that another word follows. */
const NO_FAULT = /^(?:OK|NORMAL|NO_ALARM|(?:PREV|WAS)_.*|.*_(?:PREV_MONTH|LAST_MONTH|PAST)|ALARM|ERROR|NULL|)$/;
/** The driver could not read the telegram: it tells neither that a fault began nor that it is over. */
const UNREAD = /^DECODING_ERROR/;

/** What a meter has said last is wrong; it says OK, or another word, when that is over. */
const standing = shelf<readonly string[]>('wmbusmeters status');

function decodeStatus(from: Speaker, body: JsonObject, { memory }: DecodeContext): void {
  const words = wordsOf(body);
  if (words === undefined || words.some((word) => UNREAD.test(word))) return;
  if (words.length === 1 && (words[0] === 'OPEN' || words[0] === 'CLOSED')) {
    return addValue(from, 'door', words[0] === 'OPEN' ? 'open' : 'closed');
  }
  // Of a pressure meter it is the pressure that is low.
  const isPressure = body['media'] === 'pressure' || body['pressure_bar'] !== undefined;
  const toldBy = (word: string) => (word === 'LOW' && !isPressure ? 'battery_low' : faultOf(word));
  const raised = [...new Set(words.filter((word) => !NO_FAULT.test(word)))];
  const before = standing.find(memory, from.device) ?? [];
  for (const word of raised) addFault(from, toldBy(word), 'raised', word);
  for (const word of before) if (!raised.includes(word)) addFault(from, toldBy(word), 'cleared', word);
  if (raised.length > 0) standing.put(memory, from.device, raised);
  else standing.drop(memory, from.device);
}

/** The words of `status`; the driver `izar` lists its alarms with commas, and those of the past apart. */
function wordsOf(body: JsonObject): string[] | undefined {
  const told = [body['status'] ?? body['current_status'], body['current_alarms']];
  const texts = told.filter((text) => typeof text === 'string');
  return texts.length === 0
    ? undefined
    : texts.flatMap((text) =>
        text
          .trim()
          .toUpperCase()
          .split(/[\s,]+/),
      );
}

function faultOf(word: string): Fault {
  if (NO_LEAK.test(word)) return 'unknown';
  return STATUS_FAULTS.find(([pattern]) => pattern.test(word))?.[1] ?? 'unknown';
}
