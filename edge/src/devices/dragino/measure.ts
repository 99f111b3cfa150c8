import { addFailed, addRejected, addValue, numberOf, type Speaker } from '../lines.ts';

/** An object's values by their names without underscores in small letters: decoders differ in both. */
export type Fields = ReadonlyMap<string, unknown>;
/** Adds what one of them says; `number` is the channel's in its name, or empty. */
export type Field = (from: Speaker, value: unknown, fields: Fields, number: string) => void;

/** What a bare number is divided by, and what one with its unit behind it. */
export interface Units {
  readonly bare: number;
  readonly texts: ReadonlyMap<string, number>;
}

const units = (bare: number, texts: Readonly<Record<string, number>>): Units => {
  return { bare, texts: new Map(Object.entries(texts)) };
};
const LENGTHS = { mm: 1000, cm: 100, m: 1 };

export const VOLTS = units(1, { v: 1, mv: 1000 });
export const MILLIVOLTS = units(1000, { v: 1, mv: 1000 });
export const MILLIMETRES = units(1000, LENGTHS);
export const CENTIMETRES = units(100, LENGTHS);
export const CELSIUS = units(1, { '°c': 1, '℃': 1, c: 1 });
export const PERCENT = units(1, { '%': 1, '%rh': 1 });
export const LITRES = units(1, { l: 1 });
export const AMPERES = units(1, { a: 1, ma: 1000 });

const TEXT = /^([+-]?\d+(?:\.\d+)?)\s*([^\d\s.]\S*)$/;
const NO_MEASUREMENT = /no sensor|invalid|not? connect|disconnect|error|fail/i;

type Measured = number | null | 'failed' | undefined;

/**
 * A number in the metric's unit, from a number or from a text such as `1320 mm`; null for "not
 * known", `failed` where the device says that it measured nothing, undefined for what is neither.
 */
export function measureOf(raw: unknown, { bare, texts }: Units): Measured {
  if (typeof raw === 'string') {
    const found = TEXT.exec(raw.trim());
    const divisor = found ? texts.get(found[2]?.toLowerCase() ?? '') : undefined;
    if (divisor !== undefined) return Number(found?.[1]) / divisor;
  }
  const number = numberOf(raw);
  if (typeof number === 'number') return number / bare;
  if (number === undefined && typeof raw === 'string' && NO_MEASUREMENT.test(raw)) return 'failed';
  return number;
}

/** Adds what a number, or a text with its unit, measures. */
export function addMeasured(
  from: Speaker,
  metric: string,
  raw: unknown,
  units: Units,
  part: string | null = null,
): void {
  addFound(from, metric, raw, measureOf(raw, units), part);
}

export function addFound(from: Speaker, metric: string, raw: unknown, found: Measured, part: string | null): void {
  if (found === 'failed') addFailed(from, metric, part);
  else if (found === undefined) addRejected(from, `${metric}: ${shown(raw)} is no number in a unit that is known`);
  else addValue(from, metric, found, part, found === null ? 'unknown' : 'good');
}

/** What came, short enough for a reason. */
export function shown(raw: unknown): string {
  return JSON.stringify(raw).slice(0, 60);
}
