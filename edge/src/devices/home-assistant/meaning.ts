import type { Fault } from '@keepsite/edge-contract';
import type { JsonObject } from '../json.ts';
import { metricByName, metricByUnit, partOf, wordsOf } from '../names.ts';
import { convert, quantityOf } from '../units.ts';

/** One entity of a discovery message. */
export interface Entity {
  /** The discovery topic, with the component's key in a device's message. */
  readonly source: string;
  readonly component: string;
  readonly fields: JsonObject;
  readonly base: unknown;
  /** Of its own name, without the device's. */
  readonly words: readonly string[];
  readonly id: string;
}

/** What a state means; null is told by the entity's being none of ours. */
export type Meaning =
  | {
      readonly kind: 'number';
      readonly metric: string;
      readonly part: string | null;
      /** What sets it apart where a device measures the same twice. */
      readonly place: string;
      readonly unit: string;
      readonly name: string | null;
    }
  | {
      readonly kind: 'boolean';
      readonly metric: string;
      readonly part: string | null;
      readonly place: string;
      readonly on: string;
      readonly off: string;
      readonly name: string | null;
    }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly code: string; readonly on: string; readonly off: string }
  | {
      readonly kind: 'availability';
      readonly on: string;
      readonly off: string;
      readonly mode: 'latest' | 'all' | 'any';
      readonly others: readonly string[];
    };

const MAX_TEXT = 120;

/** A short text that is not empty. */
export function textOf(raw: unknown): string | undefined {
  return typeof raw === 'string' && raw !== '' && raw.length <= MAX_TEXT ? raw : undefined;
}

/** By the device class of a sensor that sends numbers, where the class says more than the unit. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ['power', 'active_power_w'],
  ['apparent_power', 'apparent_power_va'],
  ['reactive_power', 'reactive_power_var'],
  ['reactive_energy', 'reactive_energy_kvarh'],
  ['power_factor', 'power_factor'],
  ['frequency', 'frequency_hz'],
  ['current', 'current_a'],
  ['humidity', 'humidity_pct'],
  ['battery', 'battery_pct'],
  ['volume_flow_rate', 'flow_m3h'],
  ['signal_strength', 'rssi_dbm'],
]);
/** Classes whose metric depends on unit and name too; the word tells what the class means. */
const CLASS_WORDS: ReadonlyMap<string, string> = new Map([
  ['energy', 'energy'],
  ['voltage', 'voltage'],
  ['temperature', 'temperature'],
  ['water', 'water'],
  ['distance', 'distance'],
]);
/** Units that a class goes without. */
const CLASS_UNITS: ReadonlyMap<string, string> = new Map([
  ['battery', '%'],
  ['humidity', '%'],
]);

const BINARY: ReadonlyMap<string, string> = new Map([
  ['moisture', 'leak'],
  ['door', 'door'],
  ['garage_door', 'door'],
  ['window', 'door'],
  ['opening', 'door'],
  ['occupancy', 'occupied'],
  ['presence', 'occupied'],
  ['motion', 'occupied'],
  ['connectivity', 'online'],
]);
const BINARY_FAULTS: ReadonlyMap<string, Fault> = new Map<string, Fault>([
  ['tamper', 'tamper'],
  ['battery', 'battery_low'],
  ['problem', 'unknown'],
]);

export function meaningOf(entity: Entity): Meaning | null {
  if (entity.component === 'sensor') return numberOf(entity);
  return entity.component === 'binary_sensor' ? yesOrNoOf(entity) : null;
}

function numberOf({ fields, words, id }: Entity): Meaning | null {
  const deviceClass = textOf(fields['device_class']) ?? '';
  const unit = textOf(fields['unit_of_measurement']) ?? CLASS_UNITS.get(deviceClass) ?? '';
  const metric = sensorMetric(deviceClass, words, unit);
  if (metric === undefined) return null;
  const name = textOf(fields['name']) ?? null;
  return { kind: 'number', metric, part: partOf(words, metric), place: placeOf(words, id), unit, name };
}

function sensorMetric(deviceClass: string, words: readonly string[], unit: string): string | undefined {
  const word = CLASS_WORDS.get(deviceClass);
  // Lengths have one class only, and a name tells a level from a distance.
  const isLevel = word === 'distance' && words.some((one) => one === 'level' || one === 'depth');
  if (word !== undefined) return metricByUnit(isLevel ? words : [...words, word], unit);
  const byClass = CLASSES.get(deviceClass);
  // The class and the unit must agree: a battery in volts is no percentage.
  if (byClass !== undefined)
    return metricByUnit([...words, ...wordsOf(deviceClass)], unit) === byClass || isBare(byClass, unit)
      ? byClass
      : undefined;
  if (deviceClass !== '') return undefined;
  return quantityOf(unit) === undefined ? metricByName(words) : metricByUnit(words, unit);
}

/** A power factor may go without a unit. */
function isBare(metric: string, unit: string): boolean {
  return metric === 'power_factor' && (unit === '' || convert(metric, 0, unit) !== undefined);
}

function yesOrNoOf({ fields, words, id }: Entity): Meaning | null {
  const deviceClass = textOf(fields['device_class']) ?? '';
  const on = spelled(fields['payload_on'] ?? 'ON');
  const off = spelled(fields['payload_off'] ?? 'OFF');
  const fault = BINARY_FAULTS.get(deviceClass);
  if (fault !== undefined) return { kind: 'fault', fault, code: id.slice(0, MAX_TEXT), on, off };
  const isPump = deviceClass === 'running' && words.includes('pump');
  const metric = isPump ? 'pump_running' : deviceClass === '' ? booleanByName(words) : BINARY.get(deviceClass);
  if (metric === undefined) return null;
  const name = textOf(fields['name']) ?? null;
  return { kind: 'boolean', metric, part: partOf(words, metric), place: placeOf(words, id), on, off, name };
}

function booleanByName(words: readonly string[]): string | undefined {
  const metric = metricByName(words);
  return metric === 'leak' ||
    metric === 'float_high' ||
    metric === 'pump_running' ||
    metric === 'door' ||
    metric === 'occupied'
    ? metric
    : undefined;
}

function placeOf(words: readonly string[], id: string): string {
  return (words.length > 0 ? words.join('_') : id).slice(0, 40);
}

/** Payloads are compared as texts; a boolean may be written either way. */
export function spelled(raw: unknown): string {
  if (typeof raw === 'boolean') return String(raw);
  const text = typeof raw === 'string' ? raw.trim() : typeof raw === 'number' ? String(raw) : '';
  return /^(?:true|false)$/i.test(text) ? text.toLowerCase() : text;
}
