import { metricKind } from '@keepsite/edge-contract';
import { addFailed, type Speaker } from '../lines.ts';
import { pointNamed } from '../naming.ts';
import { wordsOf } from '../names.ts';
import { addPoint, type Point } from '../points.ts';

/** A column of a table: the canonical point that it is, null when it is none. */
export interface Field {
  readonly point: Point | null;
}

/** How a data table makes a value of its samples; these still say what is now. */
const LIVE = /^(?:smp|avg|)$/;
/** What CRBasic appends to a variable's name, by process. */
const SUFFIX = /_(smp|avg|min|max|std|tot|tmx|tmn|med|hst|wvc|cov|sd)$/i;

/** Spellings of units in CRBasic programs that are usual and not in the table of units. */
const UNITS: ReadonlyMap<string, string> = new Map([
  ['deg c', '°C'],
  ['deg_c', '°C'],
  ['degrees c', '°C'],
  ['deg f', '°F'],
  ['deg_f', '°F'],
  ['volts', 'V'],
  ['volt', 'V'],
  ['millivolts', 'mV'],
  ['amps', 'A'],
  ['amp', 'A'],
  ['watts', 'W'],
  ['meters', 'm'],
  ['metres', 'm'],
  ['hertz', 'Hz'],
]);

/** The logger's own panel, its lithium cell and its charger measure no place. */
const OWN_HARDWARE = /panel|ptemp|logger|lithium|(?<!dis)charge|12v/i;
const BATTERY = /^(?:batt(?:ery)?(?:_?v(?:olts?|oltage)?)?|batteryvolt)$/i;

/** A program's headings come with every message; more than that are somebody's invention. */
const MAX_HEADINGS = 2_048;
const MAX_KEY = 160;
let headings = new Map<string, Field>();

/** Reads a column's heading, and remembers it. */
export function fieldOf(name: unknown, units: unknown, process?: unknown): Field {
  if (typeof name !== 'string' || name === '') return { point: null };
  const key = [name, textOf(units), textOf(process)].join('\n');
  const known = headings.get(key);
  if (known) return known;
  const field = readHeading(name, textOf(units).trim(), textOf(process).toLowerCase());
  if (key.length > MAX_KEY) return field;
  if (headings.size >= MAX_HEADINGS) headings = new Map();
  headings.set(key, field);
  return field;
}

function textOf(raw: unknown): string {
  return typeof raw === 'string' ? raw : '';
}

/**
 * Names are the program's own, so only a name and a unit that leave no
 * doubt are canonical; minima, maxima and deviations are not what is now.
 */
function readHeading(rawName: string, units: string, told: string): Field {
  const process = told || (SUFFIX.exec(rawName)?.[1]?.toLowerCase() ?? '');
  const name = rawName.replace(SUFFIX, '').replace(/\((\d+)\)$/, '_$1');
  const unit = UNITS.get(units.toLowerCase()) ?? (units === '' ? null : units);
  // The lowest battery voltage of an interval is what programs keep of it.
  if (BATTERY.test(name) && (LIVE.test(process) || process === 'min')) {
    return { point: { metric: 'battery_v', part: null, unit: unit === 'mV' ? unit : null } };
  }
  if (!LIVE.test(process) || OWN_HARDWARE.test(name)) return { point: null };
  const point = pointNamed(expanded(name), unit);
  const kind = metricKind(point.metric);
  return { point: kind === undefined || kind.type === 'text' ? null : point };
}

/** `AirTC` is what Campbell's own program generator calls an air temperature in Celsius. */
function expanded(name: string): string {
  const found = /^(?:AirT|Temp|T)_?(C|F)(_\d+)?$/.exec(name);
  if (found) return `temperature${found[2] ?? ''}_${found[1]}`;
  return wordsOf(name)
    .map((word) => (word === 'airtc' || word === 'airt' ? 'temperature' : word))
    .join('_');
}

/** CRBasic says NAN, as a text or as its number -7999, where a sensor gave no measurement; INF where it is out of range. */
export function addField(from: Speaker, { point }: Field, raw: unknown): void {
  if (point === null) return;
  const failed = typeof raw === 'string' ? /^"?[+-]?(?:nan|inf)"?$/i.test(raw.trim()) : raw === -7999;
  if (failed) addFailed(from, point.metric, point.part);
  else addPoint(from, point, raw);
}
