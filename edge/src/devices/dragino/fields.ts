import type { JsonObject } from '../json.ts';
import {
  addFailed,
  addFault,
  addNumber,
  addRejected,
  addValue,
  booleanOf,
  BOOLEAN_WORDS,
  numberOf,
  type Speaker,
} from '../lines.ts';
import { addDistance, addLidar, addMisnamedDistance } from './distance.ts';
import {
  addFound,
  addMeasured,
  AMPERES,
  CELSIUS,
  CENTIMETRES,
  LITRES,
  measureOf,
  MILLIMETRES,
  MILLIVOLTS,
  PERCENT,
  shown,
  VOLTS,
  type Field,
  type Fields,
} from './measure.ts';

const LEAK_WORDS: ReadonlyMap<string, boolean> = new Map([...BOOLEAN_WORDS, ['leak', true], ['no leak', false]]);
const OPEN_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...BOOLEAN_WORDS,
  ['open', true],
  ['close', false],
  ['closed', false],
]);

/** The vendor's names; `N` stands for a number. */
const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['bat', addBattery],
  ['batv', addBattery],
  ['battery', addBattery],
  ['batmv', (from, value) => addMeasured(from, 'battery_v', value, MILLIVOLTS)],
  ['waterleakstatus', addLeak],
  ['leakstatus', addLeak],
  ['dooropenstatus', addDoor],
  ['doorNopenstatus', addDoor],
  ['dooropentimes', addOpenings],
  ['doorNopentimes', addOpenings],
  ['opentimes', addOpenings],
  ['alarm', addAlarm],
  ['alarmN', addAlarm],
  ['alarmstatus', addAlarm],
  ['distance', addDistance(MILLIMETRES)],
  ['distancemm', addDistance(MILLIMETRES)],
  ['value', addMisnamedDistance],
  ['distancecm', addDistance(CENTIMETRES)],
  ['distanceN', addDistance(MILLIMETRES)],
  ['distanceNcm', addDistance(CENTIMETRES)],
  ['lidardistance', addLidar],
  ['temperature', addTemperature()],
  ['tempc', addLead],
  ['tempcds18b20', addLead],
  ['tempds18b20', addLead],
  ['temperaturepro', addTemperature()],
  ['tempcsht', addTemperature()],
  ['tempcsht31', addTemperature()],
  ['tempcsht41', addTemperature()],
  ['tempcN', addProbe],
  ['tempchannelN', (from, value, fields, number) => addTemperature(`ch${number}`)(from, value, fields, number)],
  ['tempcds', addTemperature('ch1')],
  ['tempctmp117', addTemperature('ch1')],
  ['exttempcsht', addTemperature('ch1')],
  ['humidity', addHumidity],
  ['humsht', addHumidity],
  ['humsht31', addHumidity],
  ['humsht41', addHumidity],
  ['exthumsht', (from, value) => addMeasured(from, 'humidity_pct', value, PERCENT, 'ch1')],
  ['waterdeepcm', addDepth],
  ['waterflowvalue', addVolume],
  ['totalpulse', addPulses],
  ['currentNa', (from, value, _fields, number) => addMeasured(from, 'current_a', value, AMPERES, `ch${number}`)],
]);

/** Names with a number that is no channel's. */
const WHOLE_NAMES = new Set([
  'tempcds18b20',
  'tempds18b20',
  'tempcsht31',
  'tempcsht41',
  'humsht31',
  'humsht41',
  'tempctmp117',
]);

/** Adds what an object says, in its order. */
export function decodeFields(from: Speaker, object: JsonObject): void {
  const keys = Object.keys(object);
  const fields = new Map<string, unknown>();
  for (const key of keys) fields.set(meaningOf(key).name, object[key]);
  for (const key of keys) {
    const { field, number } = meaningOf(key);
    field?.(from, object[key], fields, number);
  }
}

/** What a decoder's key means: its plain name, its field, and the channel's number in it (or nothing). */
interface Meaning {
  readonly name: string;
  readonly field: Field | undefined;
  readonly number: string;
}

const remembered = new Map<string, Meaning>();
const REMEMBERED = 2_048;

function meaningOf(key: string): Meaning {
  let meaning = remembered.get(key);
  if (!meaning) {
    if (remembered.size >= REMEMBERED) remembered.clear();
    meaning = findMeaning(key);
    remembered.set(key, meaning);
  }
  return meaning;
}

function findMeaning(key: string): Meaning {
  const name = key.toLowerCase().replaceAll('_', '');
  const number = WHOLE_NAMES.has(name) ? '' : (/\d+/.exec(name)?.[0] ?? '');
  return { name, field: FIELDS.get(number === '' ? name : name.replace(number, 'N')), number };
}

/** Volts, but for the stored values of LHT65N, which are millivolts under the same name. */
function addBattery(from: Speaker, raw: unknown): void {
  const value = numberOf(raw);
  addMeasured(from, 'battery_v', raw, typeof value === 'number' && value > 100 ? MILLIVOLTS : VOLTS);
}

/** MOD 1 watches a door, MOD 2 water, MOD 3 both; some decoders send the unwatched one too, as 0. */
function isUnused(what: 'door' | 'water', fields: Fields): boolean {
  return numberOf(fields.get('mod')) === (what === 'door' ? 2 : 1);
}

function addLeak(from: Speaker, raw: unknown, fields: Fields): void {
  if (isUnused('water', fields)) return;
  const leaks = booleanOf(raw, LEAK_WORDS);
  if (leaks === undefined) addRejected(from, `leak: ${shown(raw)} is neither leak nor no leak`);
  else addValue(from, 'leak', leaks, null, leaks === null ? 'unknown' : 'good');
}

function addDoor(from: Speaker, raw: unknown, fields: Fields, number: string): void {
  if (isUnused('door', fields)) return;
  const part = number === '' ? null : `ch${number}`;
  const open = booleanOf(raw, OPEN_WORDS);
  if (open === undefined) addRejected(from, `door: ${shown(raw)} is neither open nor closed`);
  else if (open === null) addValue(from, 'door', null, part, 'unknown');
  else addValue(from, 'door', open ? 'open' : 'closed', part);
}

/** All openings; with CMOD PART, which the decoders set against SUM, only a part of them. */
function addOpenings(from: Speaker, raw: unknown, fields: Fields, number: string): void {
  const partly = /^part$/i.test(String(fields.get('cmod') ?? ''));
  if (!partly && !isUnused('door', fields))
    addNumber(from, 'door_cycles_total', raw, number === '' ? null : `ch${number}`);
}

/** Open, wet or flowing for longer than the installer allows: the device's own statement, which the house has no word for. */
function addAlarm(from: Speaker, raw: unknown, _fields: Fields, number: string): void {
  const raised = booleanOf(raw);
  if (typeof raised === 'boolean') addFault(from, 'unknown', raised ? 'raised' : 'cleared', `ALARM${number}`);
}

/** All ones but the sign, which LTC2 turns: no probe is connected. */
const NO_PROBE = new Set([327.67, 3276.7, -327.67, -3276.7]);

function addTemperature(part: string | null = null): Field {
  return (from, raw) => {
    const celsius = measureOf(raw, CELSIUS);
    if (typeof celsius === 'number' && NO_PROBE.has(celsius)) addFailed(from, 'temperature_c', part);
    else addFound(from, 'temperature_c', raw, celsius, part);
  };
}

const AIR = ['temperature', 'tempcsht', 'tempcsht31', 'tempcsht41'] as const;

/** The probe at the end of a lead: the device's temperature, or a channel of its own beside the air's. */
function addLead(from: Speaker, raw: unknown, fields: Fields, number: string): void {
  addTemperature(AIR.some((name) => fields.has(name)) ? 'ch1' : null)(from, raw, fields, number);
}

function addHumidity(from: Speaker, raw: unknown): void {
  addMeasured(from, 'humidity_pct', raw, PERCENT);
}

/** One probe alone is the device's temperature; beside others, or beside the air's, each is a channel. */
function addProbe(from: Speaker, raw: unknown, fields: Fields, number: string): void {
  const alone = number === '1' && !['tempc2', 'tempc3', 'tempcsht'].some((name) => fields.has(name));
  addTemperature(alone ? null : `ch${number}`)(from, raw, fields, number);
}

/** Less than a current loop's 4 mA, with its tolerance: the wire or the probe is broken (NAMUR NE 43). */
const BROKEN_LOOP_MA = 3.6;

function addDepth(from: Speaker, raw: unknown, fields: Fields): void {
  const milliamperes = numberOf(fields.get('idcintputma') ?? fields.get('idcinputma') ?? null);
  if (typeof milliamperes === 'number' && milliamperes < BROKEN_LOOP_MA) addFailed(from, 'water_level_m');
  else addMeasured(from, 'water_level_m', raw, CENTIMETRES);
}

/** Pulses a litre, by Calculate_flag: SW3L-004, -006, -010 and -020. */
const PULSES_A_LITRE: readonly number[] = [450, 390, 64, 12];

/** Undefined for other counters: what their pulses mean is the site's wiring. */
function pulsesALitre(fields: Fields): number | undefined {
  if (!/^sw3l/i.test(String(fields.get('nodetype') ?? ''))) return undefined;
  const flag = numberOf(fields.get('calculateflag'));
  return typeof flag === 'number' ? PULSES_A_LITRE[flag] : undefined;
}

/** In MOD 1 the volume is that since the last message: no counter. */
function countsInterval(fields: Fields): boolean {
  return fields.has('lastpulse') || numberOf(fields.get('mod')) === 1;
}

function addVolume(from: Speaker, raw: unknown, fields: Fields): void {
  if (!countsInterval(fields) && !hasWrongFactor(raw, fields)) addMeasured(from, 'flow_total_l', raw, LITRES);
}

/** Where the decoder gives no litres, or took the factor of another model for them. */
function addPulses(from: Speaker, raw: unknown, fields: Fields): void {
  const divisor = pulsesALitre(fields);
  const litres = fields.get('waterflowvalue');
  if (divisor === undefined || countsInterval(fields)) return;
  if (litres === undefined || hasWrongFactor(litres, fields)) addNumber(from, 'flow_total_l', raw, null, divisor);
}

/** A decoder of The Things Network's divides the pulses of the SW3L-020 (flag 3) by the factor of the SW3L-004. */
function hasWrongFactor(litres: unknown, fields: Fields): boolean {
  const pulses = numberOf(fields.get('totalpulse'));
  const said = measureOf(litres, LITRES);
  if (pulsesALitre(fields) !== 12 || typeof pulses !== 'number' || typeof said !== 'number') return false;
  return Math.abs(pulses / 450 - said) < 0.1;
}
