import { metricKind } from '@keepsite/edge-contract';
import { addFailed, type Speaker } from '../lines.ts';
import { pointNamed } from '../naming.ts';
import { wordsOf } from '../names.ts';
import { addPoint, type Point } from '../points.ts';
import { convert } from '../units.ts';

/** A column of a table: the canonical point that it is, null when it is none. */
export interface Field {
  /** Without the process: a sample and an average of one sensor are one series. */
  readonly name: string;
  readonly point: Point | null;
}

const NO_FIELD: Field = { name: '', point: null };

/** How a data table makes a value of its samples; these still say what is now. */
const LIVE = /^(?:smp|avg|)$/;
/** What CRBasic appends to a variable's name, by process. */
const SUFFIX = /_(smp|avg|min|max|std|tot|tmx|tmn|med|hst|wvc|cov|sd)$/i;

/** The logger's own panel, its lithium cell and its charger measure no place. */
const OWN_HARDWARE = /panel|ptemp|logger|lithium|(?<!dis)charge|12v/i;
const BATTERY = /^(?:batt(?:ery)?(?:_?v(?:olts?|oltage)?)?|batteryvolt)$/i;

/** Whatever a program calls it, the logger has one battery. */
const BATTERY_NAME = 'battery';

/** A program's headings come with every message; more than that are somebody's invention. */
const MAX_HEADINGS = 2_048;
const MAX_KEY = 160;
let headings = new Map<string, Field>();

/** Reads a column's heading, and remembers it. */
export function fieldOf(name: unknown, units: unknown, process?: unknown): Field {
  if (typeof name !== 'string' || name === '') return NO_FIELD;
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
  const unit = units === '' ? null : units;
  // The lowest battery voltage of an interval is what programs keep of it.
  if (BATTERY.test(name) && (LIVE.test(process) || process === 'min')) {
    return { name: BATTERY_NAME, point: { metric: 'battery_v', part: null, unit: inMillivolts(unit) ? 'mV' : null } };
  }
  if (!LIVE.test(process) || OWN_HARDWARE.test(name)) return NO_FIELD;
  const point = pointNamed(expanded(name), unit);
  const kind = metricKind(point.metric);
  // Programs call the supply's volts a battery level too.
  const isVague = point.metric === 'battery_pct' && unit === null;
  return { name, point: kind === undefined || kind.type === 'text' || isVague ? null : point };
}

function inMillivolts(unit: string | null): boolean {
  return unit !== null && convert('battery_v', 1, unit) === 0.001;
}

/** `AirTC` is what Campbell's own program generator calls an air temperature in Celsius, `T107_C` that of a probe of model 107. */
function expanded(name: string): string {
  const found = /^(?:AirT|Temp|T(?:10[5-9]|110PV)?)_?(C|F)(_\d+)?$/.exec(name);
  if (found) return `temperature${found[2] ?? ''}_${found[1]}`;
  return wordsOf(name)
    .map((word) => (word === 'airtc' || word === 'airt' ? 'temperature' : word))
    .join('_');
}

/** CRBasic says NAN, as a text or as its number -7999, where a sensor gave no measurement; INF where it is out of range. */
export function addField(from: Speaker, point: Point | null, raw: unknown): void {
  if (point === null) return;
  const failed = typeof raw === 'string' ? /^"?[+-]?(?:nan|inf)"?$/i.test(raw.trim()) : raw === -7999;
  if (failed) addFailed(from, point.metric, point.part);
  else addPoint(from, point, raw);
}
