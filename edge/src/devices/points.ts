import { metricKind } from '@keepsite/edge-contract';
import { addNumber, addRejected, addValue, booleanOf, BOOLEAN_WORDS, numberOf, type Speaker } from './lines.ts';
import { convert } from './units.ts';

/** A point as its device describes it. */
export interface Point {
  readonly metric: string;
  readonly part: string | null;
  /** The unit in which the device sends it; null: the metric's own, or none is known. */
  readonly unit: string | null;
}

/**
 * Adds what a point says, by the kind of its metric and converted from its unit. A point without a
 * canonical metric says numbers and booleans only; its texts are dropped.
 */
export function addPoint(from: Speaker, { metric, part, unit }: Point, raw: unknown): void {
  if (raw === undefined) return;
  if (isInexact(raw)) return addRejected(from, `${metric}: a whole number beyond 2^53 cannot be kept exactly`);
  const kind = metricKind(metric);
  if (kind === undefined) return addOwn(from, metric, part, raw);
  if (kind.type === 'number') return addQuantity(from, metric, part, unit, raw);
  const value = kind.type === 'boolean' ? stateOf(raw) : metric === 'door' ? doorOf(raw) : wordOf(raw);
  if (value === undefined) return addRejected(from, `${metric}: ${shown(raw)} is no word for it`);
  addValue(from, metric, value, part, value === null ? 'unknown' : 'good');
}

function addQuantity(from: Speaker, metric: string, part: string | null, unit: string | null, raw: unknown): void {
  const value = numberOf(raw);
  if (typeof value !== 'number') return addNumber(from, metric, raw, part);
  // Nobody sends 5 for a power factor; percent is common.
  const percent = metric === 'power_factor' && unit === null && Math.abs(value) > 1;
  const converted = unit === null ? (percent ? value / 100 : value) : convert(metric, value, unit);
  if (converted === undefined) addRejected(from, `${metric}: the unit "${unit?.slice(0, 20)}" is not one of it`);
  else addNumber(from, metric, converted, part);
}

function addOwn(from: Speaker, metric: string, part: string | null, raw: unknown): void {
  const value = ownValue(raw);
  if (value !== undefined) addValue(from, metric, value, part, value === null ? 'unknown' : 'good');
}

/** A number or a boolean, also as text; anything else is nothing that a point may say. */
function ownValue(raw: unknown): number | boolean | null | undefined {
  if (raw === null || typeof raw === 'boolean') return raw;
  const text = typeof raw === 'string' ? raw.trim().toLowerCase() : undefined;
  if (text === 'true' || text === 'false') return text === 'true';
  // An empty text and words such as "none" are texts here, not numbers that are missing.
  return numberOf(raw) ?? undefined;
}

function wordOf(raw: unknown): string | null | undefined {
  if (raw === null || typeof raw === 'string') return raw;
  return typeof raw === 'number' ? String(raw) : undefined;
}

function shown(raw: unknown): string {
  return typeof raw === 'object' ? 'an object' : JSON.stringify(raw).slice(0, 60);
}

/** Words that tell a yes or no metric, beside those of any boolean. */
const STATE_WORDS: ReadonlyMap<string, boolean> = new Map([
  ...BOOLEAN_WORDS,
  ['wet', true],
  ['dry', false],
  ['leak', true],
  ['leaking', true],
  ['leak detected', true],
  ['normal', false],
  ['no leak', false],
  ['detected', true],
  ['clear', false],
  ['occupied', true],
  ['unoccupied', false],
  ['motion', true],
  ['active', true],
  ['inactive', false],
  ['idle', false],
  ['running', true],
  ['stopped', false],
  ['online', true],
  ['offline', false],
  ['connected', true],
  ['disconnected', false],
  ['alarm', true],
  ['ok', false],
  ['high', true],
]);

/** As {@link booleanOf}, with the words of states such as wet and dry. */
function stateOf(raw: unknown): boolean | null | undefined {
  return booleanOf(raw, STATE_WORDS);
}

const DOOR_WORDS: ReadonlyMap<string, string> = new Map([
  ['open', 'open'],
  ['opened', 'open'],
  ['opening', 'opening'],
  ['closed', 'closed'],
  ['close', 'closed'],
  ['closing', 'closing'],
]);

/** A door's word; a yes or no says whether it is open. Undefined for any other thing. */
function doorOf(raw: unknown): string | null | undefined {
  const word = typeof raw === 'string' ? DOOR_WORDS.get(raw.trim().toLowerCase()) : undefined;
  if (word !== undefined) return word;
  const open = booleanOf(raw);
  return typeof open === 'boolean' ? (open ? 'open' : 'closed') : open;
}

const WHOLE = /^[+-]?\d+$/;

/** A whole number beyond 2^53, which this machine would round: it must not be said. */
export function isInexact(raw: unknown): boolean {
  if (typeof raw === 'number') return Number.isInteger(raw) && !Number.isSafeInteger(raw) && Math.abs(raw) < 1e21;
  return typeof raw === 'string' && WHOLE.test(raw.trim()) && !Number.isSafeInteger(Number(raw));
}
