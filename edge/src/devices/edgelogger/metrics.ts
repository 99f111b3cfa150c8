import { objectOf, type JsonObject } from '../json.ts';
import { addFailed, addNumber, addRejected, numberOf, type Speaker } from '../lines.ts';
import { metricByName, metricByUnit, partOf, wordsOf } from '../names.ts';
import { addPoint } from '../points.ts';
import { convert } from '../units.ts';

/** Metrics by their place in the tree. What is not here is told by its name and its unit. */
const BY_PATH: ReadonlyMap<string, string> = new Map([
  ['voltage', 'voltage_v'],
  ['current', 'current_a'],
  ['power', 'active_power_w'],
  ['power.active', 'active_power_w'],
  ['power.reactive', 'reactive_power_var'],
  ['power.apparent', 'apparent_power_va'],
  ['system.power_factor', 'power_factor'],
  ['power_factor', 'power_factor'],
  ['system.frequency', 'frequency_hz'],
  ['frequency', 'frequency_hz'],
  ['energy.active.forward', 'energy_import_kwh'],
  ['energy.active.reverse', 'energy_export_kwh'],
  ['energy.reactive.forward', 'reactive_energy_kvarh'],
]);

const PARTS: ReadonlyMap<string, string | null> = new Map([
  ['phase_a', 'a'],
  ['phase_b', 'b'],
  ['phase_c', 'c'],
  ['phase_n', 'n'],
  ['neutral', 'n'],
  ['line_ab', 'ab'],
  ['line_bc', 'bc'],
  ['line_ca', 'ca'],
  ['total', 'total'],
  ['value', null],
]);

/** Energies are labelled with the unit of a power; the number is an energy all the same. */
const ENERGY_LABELS: ReadonlyMap<string, string> = new Map([
  ['kW', 'kWh'],
  ['W', 'Wh'],
  ['MW', 'MWh'],
  ['kvar', 'kvarh'],
  ['var', 'varh'],
]);

/** Adds a device's `metrics`, in their order. `failed`: the gateway says that it read nothing of them. */
export function addMetrics(from: Speaker, metrics: JsonObject, failed: boolean): void {
  for (const [name, node] of Object.entries(metrics)) addNode(from, name, node, failed, 0);
}

const MAX_DEPTH = 6;
const NO_VALUE = new Set(['data_type', 'unit']);

/** A node has a unit and a value, or is a branch; `system` is a list of nodes that name their value. */
function addNode(from: Speaker, path: string, node: unknown, failed: boolean, depth: number): void {
  if (depth > MAX_DEPTH) return;
  if (Array.isArray(node)) {
    for (const entry of node) addNode(from, path, entry, failed, depth + 1);
    return;
  }
  const object = objectOf(node);
  if (!object) return addLeaf(from, path, null, node, failed);
  const unit = typeof object['unit'] === 'string' ? object['unit'] : null;
  if (Object.hasOwn(object, 'value')) return addValueOf(from, path, unit, object['value'], failed);
  for (const [name, inner] of Object.entries(object)) {
    if (NO_VALUE.has(name)) continue;
    if (objectOf(inner) || Array.isArray(inner)) addNode(from, `${path}.${name}`, inner, failed, depth + 1);
    else if (unit !== null) addLeaf(from, `${path}.${name}`, unit, inner, failed);
  }
}

function addValueOf(from: Speaker, path: string, unit: string | null, value: unknown, failed: boolean): void {
  const parts = objectOf(value);
  if (!parts) return addLeaf(from, path, unit, value, failed);
  for (const [name, inner] of Object.entries(parts)) addLeaf(from, `${path}.${name}`, unit, inner, failed);
}

function addLeaf(from: Speaker, path: string, unit: string | null, raw: unknown, failed: boolean): void {
  const place = placeOf(path, unit);
  if (!place) return;
  const { metric, part, label } = place;
  const value = numberOf(raw);
  if (failed) addFailed(from, metric, part);
  else if (typeof value !== 'number' || label === null) addPoint(from, { metric, part, unit: null }, raw);
  else addConverted(from, place, value, label);
}

function addConverted(from: Speaker, { metric, part }: Place, value: number, label: string): void {
  const converted = convert(metric, value, label);
  if (converted === undefined) addRejected(from, `${metric}: the unit "${label.slice(0, 20)}" is not one of it`);
  // Multiplying a decimal number leaves noise in its last digits.
  else addNumber(from, metric, converted === value ? value : Number(converted.toPrecision(15)), part);
}

interface Place {
  readonly metric: string;
  readonly part: string | null;
  /** The unit in which the number is; null when none is told. */
  readonly label: string | null;
}

/** A gateway sends the same places all the time; more than that are somebody's invention. */
const MAX_PLACES = 1_024;
const MAX_KEY = 160;
let places = new Map<string, Place | null>();

function placeOf(path: string, unit: string | null): Place | null {
  const key = unit === null ? path : `${path}\n${unit}`;
  const known = places.get(key);
  if (known !== undefined) return known;
  const found = findPlace(path, unit);
  const label = unit?.trim() || null;
  const isEnergy = found?.metric.includes('energy') === true;
  const place = found && { ...found, label: label !== null && isEnergy ? (ENERGY_LABELS.get(label) ?? label) : label };
  if (key.length > MAX_KEY) return place;
  if (places.size >= MAX_PLACES) places = new Map();
  places.set(key, place);
  return place;
}

/** What the document's tree says; elsewhere what the name and the unit say. */
function findPlace(
  path: string,
  unit: string | null,
): { readonly metric: string; readonly part: string | null } | null {
  const whole = BY_PATH.get(path);
  if (whole !== undefined) return { metric: whole, part: null };
  const dot = path.lastIndexOf('.');
  const branched = BY_PATH.get(path.slice(0, Math.max(dot, 0)));
  const part = PARTS.get(path.slice(dot + 1));
  if (branched !== undefined) return part === undefined ? null : { metric: branched, part };
  if (/^(?:energy|power|voltage|current|system)\b/.test(path)) return null;
  const words = wordsOf(path.replaceAll('.', ' '));
  const metric = (unit === null ? undefined : metricByUnit(words, unit)) ?? metricByName(words);
  return metric === undefined ? null : { metric, part: partOf(words, metric) };
}
