import { METRICS, type Fault } from '@keepsite/edge-contract';
import { isLeak, isState, isStatement, wordSet } from './states.ts';
import { quantityOf, type Quantity } from './units.ts';

/*
 * What a point measures, told by the words of its name and by its unit: for dialects in which the
 * installer names the points. Nothing is guessed: a temperature without a unit is no canonical one.
 */

/** The word of a name says which metric it is; the first of a quantity's rows that fits counts. */
type Row = readonly [words: readonly string[], metric: string | null];
const ALWAYS: readonly string[] = [];

const CHIP = ['cpu', 'mcu', 'chip', 'core', 'soc', 'internal', 'board', 'esp', 'processor'];
const EXPORT = [
  'export',
  'exported',
  'produced',
  'production',
  'producing',
  'return',
  'returned',
  'generated',
  'generation',
  'yield',
  'injected',
  'injection',
  'feedin',
  'sold',
  'reverse',
  'reversed',
  'negative',
  'neg',
  'backward',
  'outgoing',
];
/** Other energies than the active one: heat, cold, and what a meter counts beside. */
const NOT_ACTIVE = ['reactive', 'apparent', 'heat', 'heating', 'thermal', 'cool', 'cooling', 'btu'];
/** A current that strays is watched for its own sake, it is not the load's. */
const STRAY = ['leakage', 'residual', 'earth', 'ground', 'rcd', 'rcm'];
const NOT_WATER = ['gas', 'air', 'airflow', 'fuel', 'oil', 'fan', 'ventilation', 'wind', 'heat'];

const BY_QUANTITY: Readonly<Record<Quantity, readonly Row[]>> = {
  power: [
    [['demand'], 'demand_kw'],
    [['reactive', 'apparent'], null],
    [ALWAYS, 'active_power_w'],
  ],
  'reactive power': [[ALWAYS, 'reactive_power_var']],
  'apparent power': [[ALWAYS, 'apparent_power_va']],
  energy: [
    [NOT_ACTIVE, null],
    [EXPORT, 'energy_export_kwh'],
    [ALWAYS, 'energy_import_kwh'],
  ],
  'reactive energy': [
    [EXPORT, null],
    [ALWAYS, 'reactive_energy_kvarh'],
  ],
  voltage: [
    [['battery', 'batt', 'bat', 'cell'], 'battery_v'],
    [CHIP, null],
    [ALWAYS, 'voltage_v'],
  ],
  current: [
    [STRAY, null],
    [ALWAYS, 'current_a'],
  ],
  frequency: [
    [CHIP, null],
    [ALWAYS, 'frequency_hz'],
  ],
  temperature: [
    [['dew', 'dewpoint'], 'dew_point_c'],
    [['motor'], 'motor_temperature_c'],
    [CHIP, null],
    [ALWAYS, 'temperature_c'],
  ],
  percent: [
    [['soil', 'leaf', 'grain', 'wood'], null],
    [['humidity', 'humid', 'hum', 'rh', 'moisture'], 'humidity_pct'],
    [['battery', 'batt', 'bat'], 'battery_pct'],
    [['pf', 'powerfactor', 'factor', 'cosphi'], 'power_factor'],
  ],
  length: [
    [['snow', 'rain', 'precipitation'], null],
    // The depth to the water is how far away it is.
    [['distance', 'dist', 'range', 'ultrasonic', 'to'], 'distance_m'],
    [['level', 'depth', 'water'], 'water_level_m'],
  ],
  litres: [
    [NOT_WATER, null],
    [['tank', 'remaining', 'capacity', 'level'], null],
    [ALWAYS, 'flow_total_l'],
  ],
  'cubic metres': [
    [NOT_WATER, null],
    [['tank', 'remaining', 'capacity', 'level'], null],
    [ALWAYS, 'water_total_m3'],
  ],
  flow: [
    [NOT_WATER, null],
    [ALWAYS, 'flow_m3h'],
  ],
  speed: [
    [[...NOT_WATER, 'ws'], null],
    [ALWAYS, 'speed_mps'],
  ],
  acceleration: [[['vibration', 'acceleration'], 'vibration_mps2']],
  mass: [[['load', 'payload'], 'load_kg']],
  signal: [[ALWAYS, 'rssi_dbm']],
};

/** Numbers whose unit goes without saying, and booleans. */
const BY_WORD: readonly Row[] = [
  [
    [
      'leak',
      'leakage',
      'leaking',
      'flood',
      'flooding',
      'flooded',
      'waterleak',
      'moisture',
      'wet',
      'protechka',
      'протечка',
    ],
    'leak',
  ],
  [['humidity'], 'humidity_pct'],
  [['rssi'], 'rssi_dbm'],
  [['linkquality', 'lqi'], 'link_quality'],
  [['occupancy', 'occupied', 'presence', 'motion'], 'occupied'],
  [['door', 'window', 'gate', 'hatch'], 'door'],
  [['online', 'connected', 'connectivity', 'reachable'], 'online'],
  [['floor'], 'floor'],
  [['pf', 'powerfactor', 'cosphi'], 'power_factor'],
];

/** A name that is a limit, a wish or a sum of some other time measures nothing now. */
const NO_READING = wordSet(
  'setpoint setpt sp target threshold limit min minimum max maximum average avg mean peak today yesterday daily day month ' +
    'monthly week weekly year yearly annual hourly period last previous offset calibration correction cost price tariff ' +
    'forecast nominal rated desired set config configuration delay timeout interval enabled enable mode count counter ' +
    'fault error alarm test ' +
    'days weeks months years ago setting settings',
);

/** A unit that is a word of its own: `Power_kW` ends with kilowatts, not with watts. */
const UNIT_SPELLED = /(?<![\p{L}\d])(?:k(?:Wh?|VAh?|VArh?|varh?|V)|MWh|m[AV])(?![\p{L}\d])/gu;

/** `waterLevel-2` → water, level, 2; `PhaseAVoltage` → phase, a, voltage. */
export function wordsOf(name: string): string[] {
  return name
    .replace(UNIT_SPELLED, (unit) => unit.toLowerCase())
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** What a number in this unit is, by the words of its name; undefined when no canonical metric is sure. */
export function metricByUnit(words: readonly string[], unitText: string): string | undefined {
  const quantity = quantityOf(unitText);
  if (quantity === undefined || words.some((word) => NO_READING.has(word) && word !== 'counter')) return undefined;
  return pick(BY_QUANTITY[quantity], isEnergyOut(words) ? [...words, 'export'] : words);
}

/** `energy_out`; elsewhere `out` is an output. */
function isEnergyOut(words: readonly string[]): boolean {
  return words[words.indexOf('out') - 1] === 'energy';
}

/** What a point without a unit is, by a word that leaves no doubt. */
export function metricByName(words: readonly string[]): string | undefined {
  if (words.some((word) => NO_READING.has(word) && word !== 'alarm')) return undefined;
  const whole = words.join('_');
  if (Object.hasOwn(METRICS, whole) && whole !== 'direction') return whole;
  if (
    words.includes('battery') &&
    (words.length === 1 || words.some((word) => ['level', 'percentage', 'percent', 'pct'].includes(word)))
  )
    return 'battery_pct';
  if (words.includes('power') && words.includes('factor')) return 'power_factor';
  if (words.includes('link') && words.includes('quality')) return 'link_quality';
  if (words.includes('pump') && (words.length === 1 || words.includes('running') || words.includes('on')))
    return isState(words) && !words.includes('level') ? 'pump_running' : undefined;
  if (words.includes('high') && (words.includes('level') || words.includes('float')))
    return isState(words) ? 'float_high' : undefined;
  const found = pick(BY_WORD, words);
  return found !== undefined && excluded(found, words) ? undefined : found;
}

/** `floor` is often a part of a house, and a battery of a window has no door. */
function excluded(metric: string, words: readonly string[]): boolean {
  if (metric === 'leak') return !isLeak(words);
  const plain = words.filter(
    (word) => !/^(?:\d+|state|status|sensor|contact|open|value|alarm|water|detected)$/.test(word),
  );
  if (metric === 'floor') return words.length > 1;
  if (metric === 'door')
    return (
      plain.some((word) => !/^(?:door|window|gate|hatch)\d*$/.test(word)) &&
      !words.includes('contact') &&
      !words.includes('open')
    );
  return false;
}

/** A fault that a yes or no tells, by the words of its name. */
export function faultByName(words: readonly string[]): Fault | undefined {
  if (!isStatement(words)) return undefined;
  if (words.some((word) => word === 'tamper' || word === 'tampering' || word === 'tampered')) return 'tamper';
  return words.includes('battery') && words.includes('low') ? 'battery_low' : undefined;
}

function pick(rows: readonly Row[], words: readonly string[]): string | undefined {
  const row = rows.find(([wanted]) => wanted === ALWAYS || words.some((word) => wanted.includes(bare(word))));
  return row?.[1] ?? undefined;
}

/** `leak2` is a leak. */
function bare(word: string): string {
  return word.replace(/\d+$/, '');
}

const PHASES: ReadonlyMap<string, string> = new Map([
  ['l1', 'a'],
  ['l2', 'b'],
  ['l3', 'c'],
  ['phase1', 'a'],
  ['phase2', 'b'],
  ['phase3', 'c'],
  ['phasea', 'a'],
  ['phaseb', 'b'],
  ['phasec', 'c'],
  ['neutral', 'n'],
]);
const ELECTRICAL =
  /^(?:active_power|reactive_power|apparent_power|power_factor|voltage|current|energy|reactive_energy|frequency)_|^power_factor$/;
const SUMMED = /^(?:active_power_w|reactive_power_var|apparent_power_va|current_a|power_factor)$/;

/** A number alone or behind a word for one of several; `bme280` and `esp32` are models. */
const NUMBERED =
  /^(?:ch|channel|relay|socket|outlet|plug|switch|circuit|clamp|ct|line|output|out|input|in|port|slot|endpoint|node|unit|zone|room|rack|sensor|probe|tank|pump|meter|door|window|leak|flood|float|level|flow|temperature|temp|t|humidity|power|energy|voltage|current|battery|p|u|i)?\d{1,3}$/;

/** Which phase, conductor or channel the words name; null when none. */
export function partOf(words: readonly string[], metric: string): string | null {
  if (ELECTRICAL.test(metric)) {
    const phases = phasesOf(words);
    const [first, second] = phases;
    if (first !== undefined && phases.length < 3) return second === undefined ? first : pairOf(first, second);
    if (SUMMED.test(metric) && words.includes('total')) return 'total';
  }
  const numbered = words.findLast((word) => NUMBERED.test(word));
  return numbered === undefined ? null : `ch${Number(/\d+$/.exec(numbered)?.[0])}`;
}

function phasesOf(words: readonly string[]): string[] {
  const found = new Set(words.flatMap((word, index) => phaseAt(words, word, index)));
  const phases = [...found].filter((phase) => phase !== 'n');
  // Between a conductor and neutral it is the conductor's.
  return phases.length > 0 ? phases : [...found];
}

const CONDUCTOR = /^(?:phase|ph|line)$/;
const QUANTITY =
  /^(?:voltages?|volts?|currents?|amps?|power|energy|factor|pf|frequency|active|reactive|apparent|[uvipqs])$/;
const LETTER = /^[abc]$/;
/** `ac` is also what alternates. */
const LETTERS = /^(?:ab|ba|bc|cb|ca|an|bn|cn)$/;
/** `Uab`, `Ia`, as meters write it: the quantity itself. */
const SYMBOL = /^(?:[uv](ab|ba|bc|cb|ca|ac|an|bn|cn|[abc])|[ipqs]([abc]))$/;

function phaseAt(words: readonly string[], word: string, index: number): readonly string[] {
  const next = words[index + 1] ?? '';
  const told = PHASES.get(word) ?? (CONDUCTOR.test(word) ? PHASES.get(`phase${next}`) : undefined);
  if (told !== undefined) return [told];
  if (LETTERS.test(word) || (LETTER.test(word) && isConductor(words, index))) return word.split('');
  const [, volts, others] = SYMBOL.exec(word) ?? [];
  return words.some((other) => QUANTITY.test(other)) ? [] : (volts ?? others ?? '').split('');
}

/** Letters are many things (chiller a): beside a word of electricity they are conductors. */
function isConductor(words: readonly string[], index: number): boolean {
  const before = words[index - 1] ?? '';
  const next = words[index + 1] ?? '';
  if (CONDUCTOR.test(before) || QUANTITY.test(before) || CONDUCTOR.test(next)) return true;
  return index === 0 ? QUANTITY.test(next) : LETTER.test(before) && isConductor(words, index - 1);
}

function pairOf(first: string, second: string): string {
  const pair = [first, second].toSorted().join('');
  return pair === 'ac' ? 'ca' : pair;
}
