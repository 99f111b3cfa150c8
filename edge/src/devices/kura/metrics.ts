import { METRICS } from '@keepsite/edge-contract';
import { faultByName, metricByUnit, partOf, wordsOf } from '../names.ts';
import type { Point } from '../points.ts';
import { withRecent } from '../recent.ts';
import type { Fault } from '@keepsite/edge-contract';

/** The usual names of metrics, words joined by "_"; their units are those of the metric. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['temperature', 'temperature_c'],
  ['temp', 'temperature_c'],
  ['air_temperature', 'temperature_c'],
  ['ambient_temperature', 'temperature_c'],
  ['humidity', 'humidity_pct'],
  ['relative_humidity', 'humidity_pct'],
  ['dew_point', 'dew_point_c'],
  ['power', 'active_power_w'],
  ['active_power', 'active_power_w'],
  ['reactive_power', 'reactive_power_var'],
  ['apparent_power', 'apparent_power_va'],
  ['power_factor', 'power_factor'],
  ['pf', 'power_factor'],
  ['cos_phi', 'power_factor'],
  ['voltage', 'voltage_v'],
  ['current', 'current_a'],
  ['frequency', 'frequency_hz'],
  ['leak', 'leak'],
  ['water_leak', 'leak'],
  ['leak_detected', 'leak'],
  ['flood', 'leak'],
  ['pump_running', 'pump_running'],
  ['pump_on', 'pump_running'],
  ['float_high', 'float_high'],
  ['level_high', 'float_high'],
  ['door', 'door'],
  ['door_open', 'door'],
  ['door_state', 'door'],
  ['occupied', 'occupied'],
  ['occupancy', 'occupied'],
  ['presence', 'occupied'],
  ['battery', 'battery_pct'],
  ['battery_level', 'battery_pct'],
  ['battery_voltage', 'battery_v'],
  ['rssi', 'rssi_dbm'],
  ['link_quality', 'link_quality'],
  ['floor', 'floor'],
]);

/** A unit at the end of a name, `activePower_kW`. */
const UNIT_WORDS: ReadonlyMap<string, string> = new Map(
  'W kW Wh kWh MWh var kvar kvarh VA kVA V mV A mA Hz C F m cm mm L m3'
    .split(' ')
    .map((unit) => [unit.toLowerCase(), unit]),
);
const PHASE = /^(?:l[123]|ph|phase|phase[abc123]|[abc]|ab|bc|ca|n|neutral|total|\d{1,3})$/;

/** What a metric's name says; undefined for a name that is not ours, whose value may be a secret. */
export const pointOf = withRecent(readName);

function readName(name: string): Point | undefined {
  const words = wordsOf(name);
  const whole = words.join('_');
  if (Object.hasOwn(METRICS, whole)) return { metric: whole, part: null, unit: null };
  const plain = words.filter((word) => !PHASE.test(word)).map((word) => word.replace(/(?<=\p{L}{3})\d{1,3}$/u, ''));
  const base = plain.join('_');
  const direct = SYNONYMS.get(base) ?? (Object.hasOwn(METRICS, base) ? base : undefined);
  if (direct !== undefined) return { metric: direct, part: partOf(words, direct), unit: null };
  return withUnit(name);
}

const SUFFIX = /^(.+)[_ .-]([A-Za-z]+\d?)$/;
const QUANTITIES = new Set(
  'power energy voltage current temperature temp frequency level distance flow volume water consumption demand'.split(
    ' ',
  ),
);

function withUnit(name: string): Point | undefined {
  const [, stem = '', suffix = ''] = SUFFIX.exec(name) ?? [];
  const unit = UNIT_WORDS.get(suffix.toLowerCase());
  const words = wordsOf(stem);
  if (unit === undefined || !words.some((word) => QUANTITIES.has(word))) return undefined;
  const metric = metricByUnit(words, unit);
  return metric === undefined ? undefined : { metric, part: partOf(words, metric), unit };
}

/** A fault that a metric's name says. */
export const faultOf = withRecent((name): Fault | undefined => faultByName(wordsOf(name)));
