import { metricKind } from '@keepsite/edge-contract';
import type { DecodeMemory } from '../domain/decoded.ts';
import { wordsOf } from './names.ts';
import type { Point } from './points.ts';
import { withRecent } from './recent.ts';
import { shelf } from './shelf.ts';

/*
 * Two points of a device are two series: a dry zone must not take back what a wet one said. Where two
 * names would be the same metric and part, the place that a name tells becomes its part.
 */

/** A point that has a metric, with the name by which the device sends it. */
export interface NamedPoint {
  readonly name: string;
  readonly point: Point;
}

/** Whose each series of a device is: its metric and part → the name. */
export type Claims = Readonly<Record<string, string>>;

const CLAIMS = shelf<Claims>('claims');
const UNHEARD: Claims = {};
/** Two names came together for the first time, and neither has more right. */
const NOBODY = '';
/** More of a device, and longer ones, are somebody's invention. */
const MOST_CLAIMS = 1_000;
const LONGEST_NAME = 120;
const LONGEST_PART = 40;

/**
 * Remembers whose series are whose, and answers that. The name that a series came under first keeps
 * it; of several that come together it is the one that names no place, else nobody's.
 */
export function settle(memory: DecodeMemory, family: string, device: string, points: readonly NamedPoint[]): Claims {
  const who = `${family}\n${device}`;
  const before = CLAIMS.find(memory, who) ?? UNHEARD;
  const after = claimed(before, points, MOST_CLAIMS);
  if (after !== before) CLAIMS.put(memory, who, after);
  return after;
}

/** The same for points that come all at once, as in a birth; nothing is remembered. */
export function settledAlone(points: readonly NamedPoint[]): Claims {
  return claimed(UNHEARD, points, Infinity);
}

/** The point's series; undefined when its place is taken too. */
export function seriesOf(claims: Claims, { name, point }: NamedPoint): Point | undefined {
  if (isOwn(claims, name, point)) return point;
  const placed = placedOf(name, point);
  return isOwn(claims, name, placed) ? placed : undefined;
}

/** The point under its own name, for dialects that keep points without a canonical metric. */
export function ownPoint(name: string): Point {
  return { metric: name, part: null, unit: null };
}

function claimed(before: Claims, points: readonly NamedPoint[], most: number): Claims {
  if (points.every(({ name, point }) => isOwn(before, name, point))) return before;
  const first = withClaims(before, points, most);
  const others = points.filter(({ name, point }) => !isOwn(first, name, point));
  if (others.length === 0) return first;
  return withClaims(
    first,
    others.map(({ name, point }) => ({ name, point: placedOf(name, point) })),
    most,
  );
}

function withClaims(before: Claims, points: readonly NamedPoint[], most: number): Claims {
  const fresh = new Map<string, Set<string>>();
  for (const { name, point } of points) {
    const key = keyOf(point);
    if (key === null || before[key] !== undefined || name.length > LONGEST_NAME) continue;
    fresh.set(key, (fresh.get(key) ?? new Set()).add(name));
  }
  if (fresh.size === 0) return before;
  const room = Math.max(0, most - Object.keys(before).length);
  const news = [...fresh].slice(0, room).map(([key, names]) => [key, winnerOf([...names])] as const);
  return news.length === 0 ? before : { ...before, ...Object.fromEntries(news) };
}

function winnerOf(names: readonly string[]): string {
  const [only, ...more] = names.length === 1 ? names : names.filter((name) => placeNamed(name) === '');
  return only === undefined || more.length > 0 ? NOBODY : only;
}

/** Points of a name are made once and come with every message. */
const keys = new WeakMap<Point, string | null>();

/** Null for a metric that is the vendor's own name: nobody else comes to it. */
function keyOf(point: Point): string | null {
  const known = keys.get(point);
  if (known !== undefined) return known;
  const key = metricKind(point.metric) === undefined ? null : `${point.metric}\n${point.part ?? ''}`;
  keys.set(point, key);
  return key;
}

function isOwn(claims: Claims, name: string, point: Point): boolean {
  const key = keyOf(point);
  return key === null || claims[key] === name;
}

/** What a name tells beside what it measures; a name that tells nothing more stands for itself. */
function placedOf(name: string, point: Point): Point {
  const place = placeNamed(name) || wordsOf(name).join('_');
  return { ...point, part: place.slice(0, LONGEST_PART) };
}

const placeNamed = withRecent((name) => placeOf(wordsOf(name)));

/** Words that say what is measured, in which unit, or that it is a sensor; the others say where. */
const PLAIN = new Set(
  (
    'sensor sensors state status alarm value input water leak leakage leaking waterleak flood flooding flooded moisture ' +
    'wet detected detector high float pump running on temperature temp temps humidity rel relative rh dew point door window ' +
    'contact open battery batt bat level percent pct rssi linkquality link quality occupancy occupied presence motion volume flow ' +
    'total counter distance depth online connected power active reactive apparent energy voltage volt volts current ' +
    'frequency factor pf demand phase meter import export kw kwh wh mwh kvar kvarh var kva va hz kv mv ma ' +
    'cm mm m3 m3h l degc degf celsius fahrenheit dbm speed load mass avg lvl dist to tc tf'
  ).split(' '),
);
/** Of one letter they are units only at the end, behind what they measure: `leak_zone_a` has no amperes. */
const UNIT_LETTERS: ReadonlyMap<string, RegExp> = new Map([
  ['c', /^temp/],
  ['f', /^temp/],
  ['v', /^volt|^batt/],
  ['a', /^current/],
  ['w', /^power/],
  ['m', /^(?:level|depth|distance)$/],
]);

function placeOf(words: readonly string[]): string {
  const unitOf = UNIT_LETTERS.get(words.at(-1) ?? '');
  const told = unitOf && words.some((word) => unitOf.test(word)) ? words.slice(0, -1) : words;
  // Water that leaks or stands is what is measured, water that is warm is where.
  const warm = words.some((word) => word.startsWith('temp'));
  return told.filter((word) => !PLAIN.has(word) || (warm && word === 'water')).join('_');
}
