import type { Fault, Millis, Quality, Value } from '@keepsite/edge-contract';
import type { Decoded, Rejected } from '../domain/decoded.ts';

/** Who speaks in a message and when: every line that is added carries it. */
export interface Speaker {
  readonly family: string;
  readonly device: string;
  readonly at: Millis | null;
  readonly historical: boolean;
  readonly lines: Decoded[];
}

/** Begins the lines of one device at one time; `lines` lets several times share one list. */
export function speaker(
  family: string,
  device: string,
  at: Millis | null,
  historical = false,
  lines: Decoded[] = [],
): Speaker {
  return { family, device, at, historical, lines };
}

/** The one line of a message that cannot be trusted at all. */
export function rejected(family: string | null, device: string | null, reason: string): Rejected {
  return { kind: 'rejected', family, device, reason };
}

/** Adds a value as it stands. */
export function addValue(
  from: Speaker,
  metric: string,
  value: Value,
  part: string | null = null,
  quality: Quality = 'good',
): void {
  const { family, device, at, historical } = from;
  from.lines.push({ kind: 'reading', family, device, metric, part, value, at, quality, historical });
}

/** Adds a reading that the device failed to take. */
export function addFailed(from: Speaker, metric: string, part: string | null = null): void {
  addValue(from, metric, null, part, 'bad');
}

/**
 * Adds a number divided by `divisor` (which keeps decimals exact where a factor would not). What was
 * not sent adds nothing, null adds an unknown value (a failed one where the quality is bad), a numeric
 * text counts as its number, anything else is rejected.
 */
export function addNumber(
  from: Speaker,
  metric: string,
  raw: unknown,
  part: string | null = null,
  divisor = 1,
  quality: Quality = 'good',
): void {
  if (raw === undefined) return;
  const value = numberOf(raw);
  if (value === undefined) refuse(from, metric, raw, 'a number');
  else if (value !== null) addValue(from, metric, value / divisor, part, quality);
  else addValue(from, metric, null, part, quality === 'bad' ? 'bad' : 'unknown');
}

/** Adds a boolean: JSON's own, 0 and 1, or one of the words; null adds an unknown value. */
export function addBoolean(
  from: Speaker,
  metric: string,
  raw: unknown,
  words: ReadonlyMap<string, boolean> = BOOLEAN_WORDS,
  part: string | null = null,
): void {
  if (raw === undefined) return;
  const value = booleanOf(raw, words);
  if (value === undefined) refuse(from, metric, raw, 'a yes or no');
  else addValue(from, metric, value, part, value === null ? 'unknown' : 'good');
}

/** Degrees Celsius of degrees Fahrenheit, without the noise of the last digits. */
export function celsius(fahrenheit: number): number {
  return Math.round(((fahrenheit - 32) * 5e9) / 9) / 1e9;
}

/** Adds a device's own statement of a fault. */
export function addFault(
  from: Speaker,
  fault: Fault,
  state: 'raised' | 'cleared',
  vendorCode: string | number | null,
  quality: Quality = 'good',
): void {
  const { family, device, at, historical } = from;
  from.lines.push({ kind: 'fault', family, device, fault, vendorCode, state, at, quality, historical });
}

/** Adds a fault that a state field tells: true raises, false clears, null and absent say nothing. */
export function addStateFault(from: Speaker, fault: Fault, raw: unknown, vendorCode: string): void {
  const value = raw === undefined ? null : booleanOf(raw, BOOLEAN_WORDS);
  if (value === undefined) refuse(from, fault, raw, 'a yes or no');
  else if (value !== null) addFault(from, fault, value ? 'raised' : 'cleared', vendorCode);
}

export function addAvailability(from: Speaker, online: boolean): void {
  const { family, device, at } = from;
  from.lines.push({ kind: 'availability', family, device, online, at });
}

/** Adds a rejection of one part; the message's other lines stand. */
export function addRejected(from: Speaker, reason: string): void {
  from.lines.push(rejected(from.family, from.device, reason));
}

const NUMERIC = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const NOTHING = new Set(['', 'null', 'none', 'nan', 'unknown', 'unavailable']);

/** A finite number, null for "not known", undefined for what is no number. */
export function numberOf(raw: unknown): number | null | undefined {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : undefined;
  if (raw === null) return null;
  if (typeof raw !== 'string') return undefined;
  const text = raw.trim();
  if (NUMERIC.test(text)) return finite(Number(text));
  return NOTHING.has(text.toLowerCase()) ? null : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** Words that mean yes or no wherever they are sent; compared without regard to case. */
export const BOOLEAN_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['off', false],
  ['no', false],
  ['0', false],
]);

/** The words of connection; compared without regard to case. */
export const ONLINE_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['online', true],
  ['connected', true],
  ['true', true],
  ['1', true],
  ['offline', false],
  ['disconnected', false],
  ['lost', false],
  ['false', false],
  ['0', false],
]);

/** A boolean, null for "not known", undefined for any other thing. */
export function booleanOf(
  raw: unknown,
  words: ReadonlyMap<string, boolean> = BOOLEAN_WORDS,
): boolean | null | undefined {
  if (typeof raw === 'boolean') return raw;
  if (raw === null) return null;
  if (raw === 0) return false;
  if (raw === 1) return true;
  if (typeof raw !== 'string') return undefined;
  const text = raw.trim().toLowerCase();
  return words.get(text) ?? (NOTHING.has(text) ? null : undefined);
}

function refuse(from: Speaker, what: string, raw: unknown, wanted: string): void {
  addRejected(from, `${what}: ${shown(raw)} is not ${wanted}`);
}

function shown(raw: unknown): string {
  const text = typeof raw === 'object' ? (Array.isArray(raw) ? 'a list' : 'an object') : JSON.stringify(raw);
  return text && text.length > 60 ? `${text.slice(0, 60)}…` : String(text);
}
