import { METRICS, PARTS } from '@keepsite/edge-contract';
import { metricByName, metricByUnit, partOf, wordsOf } from './names.ts';
import type { Point } from './points.ts';

/*
 * For dialects in which a point has only a name, and perhaps a unit: the canonical metric where the
 * name or the unit leaves no doubt, otherwise the point's own name.
 */

/** Units that a name ends with; the longer ones need no other word. */
const UNIT_WORDS: ReadonlyMap<string, string> = new Map([
  ['kw', 'kW'],
  ['kwh', 'kWh'],
  ['wh', 'Wh'],
  ['mwh', 'MWh'],
  ['kvar', 'kvar'],
  ['kva', 'kVA'],
  ['kvarh', 'kvarh'],
  ['hz', 'Hz'],
  ['kv', 'kV'],
  ['degc', '°C'],
  ['celsius', '°C'],
  ['degf', '°F'],
  ['fahrenheit', '°F'],
  ['dbm', 'dBm'],
  ['m3h', 'm3/h'],
]);

/** Units of one letter, with the words that make them sure. */
const LETTERS: ReadonlyMap<string, readonly [unit: string, words: readonly string[]]> = new Map([
  ['v', ['V', ['voltage', 'volt', 'volts']]],
  ['mv', ['mV', ['voltage', 'battery']]],
  ['a', ['A', ['current']]],
  ['ma', ['mA', ['current']]],
  ['w', ['W', ['power']]],
  ['var', ['var', ['reactive']]],
  ['va', ['VA', ['apparent']]],
  ['c', ['°C', ['temperature', 'temp']]],
  ['f', ['°F', ['temperature', 'temp']]],
  ['pct', ['%', ['humidity', 'battery']]],
  ['m', ['m', ['level', 'depth', 'distance']]],
  ['cm', ['cm', ['level', 'depth', 'distance']]],
  ['mm', ['mm', ['level', 'depth', 'distance']]],
  ['m3', ['m3', ['water', 'volume']]],
]);

const LAST_PARTS: ReadonlySet<string> = new Set(PARTS);
/** Names come from programs, so there are few of them; more than that are somebody's invention. */
const MAX_KNOWN = 4_096;
const MAX_KEY = 160;
let known = new Map<string, Point>();

/**
 * What a point of this name measures. A name that leaves a doubt (`temperature` without a unit) is
 * kept as it stands. Answers are remembered.
 */
export function pointNamed(name: string, unit: string | null = null): Point {
  const key = unit === null ? name : `${name}\n${unit}`;
  const before = known.get(key);
  if (before) return before;
  const point = namedWith(name, unit?.trim() || null);
  if (key.length > MAX_KEY) return point;
  if (known.size >= MAX_KNOWN) known = new Map();
  known.set(key, point);
  return point;
}

function namedWith(name: string, unit: string | null): Point {
  const words = wordsOf(name);
  const own: Point = { metric: name, part: null, unit: null };
  if (unit === null) return byCanonicalName(words) ?? byUnitWord(words) ?? byWord(words) ?? own;
  const metric = metricByUnit(words, unit);
  return metric === undefined ? own : { metric, part: partOf(words, metric), unit };
}

/** `voltage_v`, `voltage_v_a`, `VoltageV_L1`. */
function byCanonicalName(words: readonly string[]): Point | undefined {
  const whole = words.join('_');
  if (Object.hasOwn(METRICS, whole)) return { metric: whole, part: null, unit: null };
  const last = words.at(-1) ?? '';
  const metric = words.slice(0, -1).join('_');
  if (!Object.hasOwn(METRICS, metric)) return undefined;
  const part = LAST_PARTS.has(last) || /^ch\d{1,2}$/.test(last) ? last : partOf([last], metric);
  return part === null ? undefined : { metric, part, unit: null };
}

function byUnitWord(words: readonly string[]): Point | undefined {
  const last = words.at(-1) ?? '';
  const rest = words.slice(0, -1);
  const [letterUnit, sure] = LETTERS.get(last) ?? [];
  const unit = UNIT_WORDS.get(last) ?? (sure?.some((word) => rest.includes(word)) ? letterUnit : undefined);
  const metric = unit === undefined ? undefined : metricByUnit(rest, unit);
  return metric === undefined || unit === undefined ? undefined : { metric, part: partOf(rest, metric), unit };
}

function byWord(words: readonly string[]): Point | undefined {
  const metric = metricByName(words);
  return metric === undefined ? undefined : { metric, part: partOf(words, metric), unit: null };
}
