import { metricKind, type Fault, type Value } from '@keepsite/edge-contract';
import type { DecodeContext } from '../../domain/decoded.ts';
import { addFailed, addFault, addRejected, addValue, booleanOf, numberOf, type Speaker } from '../lines.ts';
import { parsePath, valueAt, type Path } from './path.ts';
import type { FaultRule, ReadingRule, Scalar } from './schema.ts';
import { fillCaptures, type Captures } from './topic.ts';
import { conversion, type Conversion } from './units.ts';

/** Adds what one rule finds in an item of the payload. */
export type Add = (from: Speaker, item: unknown, captures: Captures, context: DecodeContext) => void;
export type Test = (value: unknown) => boolean;

/** A path that the compiler has found good. */
export function pathOf(text: string): Path {
  const path = parsePath(text);
  if (!path) throw new TypeError(`${text} is not a path`);
  return path;
}

/** Compared as text without regard to case, so that 1, "1" and "ON" mean what the file says. */
function asText(value: unknown): string {
  return typeof value === 'string' ? value.trim().toLowerCase() : String(value);
}

/** Tests for one of the values that a mapping lists. */
export function oneOf(wanted: Scalar | readonly Scalar[]): Test {
  const words = new Set((Array.isArray(wanted) ? wanted : [wanted]).map(asText));
  return (value) =>
    value !== undefined && typeof value !== 'object' ? words.has(asText(value)) : value === null && words.has('null');
}

/** What adds the line of one reading rule. */
export function readingAdd(rule: ReadingRule): Add {
  const path = pathOf(rule.path);
  const isBad = rule.bad === undefined ? () => false : oneOf(rule.bad);
  const words = new Map(Object.entries(rule.words ?? {}).map(([word, meaning]) => [asText(word), meaning]));
  const unit = rule.unit === undefined ? undefined : (conversion(rule.metric, rule.unit) as Conversion);
  const type = metricKind(rule.metric)?.type;

  function convert(raw: unknown): Value | undefined {
    const meaning = words.get(asText(raw));
    if (meaning !== undefined) return meaning;
    if (type === 'text') return typeof raw === 'object' ? undefined : String(raw);
    if (type === 'boolean' || (type === undefined && typeof raw === 'boolean')) return booleanOf(raw);
    const value = numberOf(raw);
    if (typeof value !== 'number') return value;
    const scaled = value * (rule.scale ?? 1) + (rule.offset ?? 0);
    return tidy(unit ? scaled * unit.factor + unit.offset : scaled);
  }

  return (from, item, captures) => {
    const raw = valueAt(item, path);
    if (raw === undefined) return;
    const part = rule.part === undefined ? null : fillCaptures(rule.part, captures);
    if (isBad(raw)) return addFailed(from, rule.metric, part);
    if (raw === null) return addValue(from, rule.metric, null, part, 'unknown');
    const value = convert(raw);
    if (value === undefined) addRejected(from, `${rule.metric}: the value at ${rule.path} cannot be read`);
    else addValue(from, rule.metric, value, part, value === null ? 'unknown' : 'good');
  };
}

/** Drops what binary fractions add beyond twelve digits. */
function tidy(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : value;
}

/** What adds the lines of one fault rule. */
export function faultAdd(rule: FaultRule, family: string): Add {
  const path = pathOf(rule.path);
  const clears = rule.cleared === undefined ? undefined : oneOf(rule.cleared);
  if (rule.codes) return codesAdd(rule.codes, path, clears ?? (() => false), `${family}:codes:${rule.path}`);

  const fault = rule.fault ?? 'unknown';
  const raises = rule.raised === undefined ? undefined : oneOf(rule.raised);
  const codePath = rule.code === undefined ? undefined : pathOf(rule.code);
  return (from, item) => {
    const raw = valueAt(item, path);
    if (raw === undefined || raw === null) return;
    const state = raises?.(raw)
      ? true
      : clears?.(raw)
        ? false
        : raises && clears
          ? undefined
          : plainState(raw, raises, clears);
    if (state === undefined)
      return addRejected(from, `${fault}: ${asText(raw).slice(0, 60)} neither raises nor clears`);
    addFault(from, fault, state ? 'raised' : 'cleared', codeOf(codePath && valueAt(item, codePath)));
  };
}

/** Where the file names only one side, everything else is the other; where none, yes raises. */
function plainState(raw: unknown, raises: Test | undefined, clears: Test | undefined): boolean | undefined {
  if (raises) return false;
  if (clears) return true;
  return booleanOf(raw) ?? undefined;
}

function codeOf(raw: unknown): string | number | null {
  return typeof raw === 'string' || typeof raw === 'number' ? raw : null;
}

/** The codes at the path are all that stand now: what stood before and is not among them is cleared. */
function codesAdd(codes: Readonly<Record<string, Fault>>, path: Path, clears: Test, key: string): Add {
  const faults = new Map(Object.entries(codes).map(([code, fault]) => [asText(code), fault]));
  return (from, item, _captures, context) => {
    const raw = valueAt(item, path);
    if (raw === undefined || raw === null) return;
    const now = (Array.isArray(raw) ? raw : [raw]).filter((code) => typeof code !== 'object' && !clears(code));
    const memoryKey = `${key}:${from.device}`;
    const before = (context.memory.get(memoryKey) ?? []) as readonly string[];
    const standing = [...new Set(now.map(asText))];
    for (const code of standing) addFault(from, faults.get(code) ?? 'unknown', 'raised', code);
    for (const code of before) {
      if (!standing.includes(code)) addFault(from, faults.get(code) ?? 'unknown', 'cleared', code);
    }
    if (standing.length > 0 || before.length > 0) context.memory.set(memoryKey, standing);
  };
}
