import type { Millis } from '@keepsite/edge-contract';

const FORM =
  /^\s*(\d{4})-(\d\d?)-(\d\d?)(?:[T ]\s*(\d\d?):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?\s*$/;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A clock that was never set says 1970 or 2000; a field full of ones says 2106. */
const EARLIEST = Date.UTC(2001, 0, 1);
const LATEST = Date.UTC(2100, 0, 1);
const REMEMBERED_DAYS = 512;

/**
 * An instant that a working clock could say, else null: from 2001 until 2100. Takes what a device
 * sent as epoch milliseconds, fractions allowed.
 */
export function usableInstant(millis: number): Millis | null {
  return millis >= EARLIEST && millis < LATEST ? Math.round(millis) : null;
}

/**
 * Reads `2026-03-02T08:15:30.12Z`, with an offset, or as local time of `zone` (an IANA name).
 * Null when it is no date, when it is local and the zone is not known, or when no working clock
 * could say it. A local time that the clocks passed twice is the one nearer to `near`, else the
 * first; one that they skipped is moved past the gap (RFC 5545's rule).
 */
export function instantOf(text: string, zone?: string, near: Millis | null = null): Millis | null {
  const quick = quickInstant(text);
  if (quick !== undefined) return quick;
  const found = FORM.exec(text);
  if (!found) return null;
  return place(wallMillis(found, 1), found[8], zone, near);
}

/**
 * The form that servers send, `2026-03-02T08:15:30.120345678Z` (or `+00:00`), at a tenth of the
 * pattern's cost; undefined for every other form, also for a date that does not exist.
 */
function quickInstant(text: string): Millis | null | undefined {
  const last = text.endsWith('Z') ? text.length - 1 : text.endsWith('+00:00') ? text.length - 6 : -1;
  if (last < 19 || last > 29 || text[4] !== '-' || text[7] !== '-' || text[10] !== 'T') return undefined;
  if (text[13] !== ':' || text[16] !== ':' || (last > 19 && (text[19] !== '.' || last === 20))) return undefined;
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 7);
  const day = digitsAt(text, 8, 10);
  const hour = digitsAt(text, 11, 13);
  const minute = digitsAt(text, 14, 16);
  const second = digitsAt(text, 17, 19);
  const decimals = last - 20;
  const fraction = decimals > 0 ? digitsAt(text, 20, last) : 0;
  // A digit that is none makes its number NaN, and no comparison with it holds.
  const real =
    year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour < 24 && minute < 60;
  if (!real || !(second < 60) || !(fraction >= 0)) return undefined;
  const millis = decimals > 0 ? Math.floor(fraction / 10 ** (decimals - 3)) : 0;
  return usableInstant(Date.UTC(year, month - 1, day, hour, minute, second, millis));
}

function digitsAt(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Reads a text by the pattern it was compiled from; as {@link instantOf} otherwise. */
export type ReadTime = (text: string, zone: string | undefined, near: Millis | null) => Millis | null;

/**
 * Compiles a pattern such as `dd/MM/yyyy HH:mm:ss`, `yyyyMMddHHmmss` or `yyyy-MM-dd HH:mm:ss.SSSXXX`
 * (letters as in Unicode TR 35; all else stands for itself). Null when the pattern names no year,
 * month or day, or a field twice.
 */
export function compileTimePattern(pattern: string): ReadTime | null {
  const names: (typeof ORDER)[number][] = [];
  const source = pattern.replace(/yyyy|MM|dd|HH|mm|ss|S{1,9}|XXX|[.*+?^${}()|[\]\\/]/g, (token) => {
    const field = FIELDS.get(token.startsWith('S') ? 'S' : token);
    if (!field) return `\\${token}`;
    names.push(field.name);
    return field.digits;
  });
  const complete = ORDER.slice(0, 3).every((name) => names.includes(name));
  if (!complete || new Set(names).size < names.length) return null;
  const expression = new RegExp(`^\\s*${source}\\s*$`);
  const order = ORDER.map((name) => names.indexOf(name) + 1);
  return (text, zone, near) => {
    const found = expression.exec(text);
    if (!found) return null;
    const fields = order.map((index) => (index === 0 ? undefined : found[index]));
    return place(wallMillis(fields, 0), fields[7], zone, near);
  };
}

/** True when the runtime knows the IANA zone. */
export function isZone(zone: string): boolean {
  return offsetAt(zone, EARLIEST) !== null;
}

const ORDER = ['year', 'month', 'day', 'hour', 'minute', 'second', 'fraction', 'offset'] as const;
const FIELDS: ReadonlyMap<string, { readonly name: (typeof ORDER)[number]; readonly digits: string }> = new Map([
  ['yyyy', { name: 'year', digits: '(\\d{4})' }],
  ['MM', { name: 'month', digits: '(\\d\\d?)' }],
  ['dd', { name: 'day', digits: '(\\d\\d?)' }],
  ['HH', { name: 'hour', digits: '(\\d\\d?)' }],
  ['mm', { name: 'minute', digits: '(\\d\\d?)' }],
  ['ss', { name: 'second', digits: '(\\d\\d?)' }],
  ['S', { name: 'fraction', digits: '(\\d{1,9})' }],
  ['XXX', { name: 'offset', digits: '(Z|[+-]\\d\\d(?::?\\d\\d)?)' }],
]);

/** Puts a wall time into the world: by its own offset, else by the zone. */
function place(
  local: number | null,
  offset: string | undefined,
  zone: string | undefined,
  near: Millis | null,
): Millis | null {
  if (local === null) return null;
  if (offset !== undefined) return usableInstant(local - offsetMillis(offset));
  const instant = zone === undefined ? null : instantOfLocal(local, zone, near);
  return instant === null ? null : usableInstant(instant);
}

/**
 * Year, month, day, hour, minute, second and fraction, from `first` on, as if they were UTC; null
 * for a day or an hour that does not exist.
 */
function wallMillis(fields: readonly (string | undefined)[], first: number): number | null {
  const year = numberAt(fields, first);
  const month = numberAt(fields, first + 1);
  const day = numberAt(fields, first + 2);
  const hour = numberAt(fields, first + 3);
  const minute = numberAt(fields, first + 4);
  const second = numberAt(fields, first + 5);
  // Date.UTC reads two-digit years as 19xx.
  if (year < 1000 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  if (hour > 24 || minute > 59 || second > 60) return null;
  const fraction = fields[first + 6];
  const millis = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, '0'));
  return Date.UTC(year, month - 1, day, hour, minute, second, millis);
}

function numberAt(fields: readonly (string | undefined)[], index: number): number {
  const text = fields[index];
  return text === undefined ? 0 : Number(text);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function offsetMillis(text: string): number {
  if (!/^[+-]/.test(text)) return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(':', '') || 0);
  return (text.startsWith('-') ? -minutes : minutes) * MINUTE;
}

function instantOfLocal(local: number, zone: string, near: Millis | null): number | null {
  const steady = steadyOffset(zone, Math.floor(local / DAY));
  if (steady === undefined) return null;
  if (steady !== null) return local - steady;

  const before = offsetAt(zone, local - DAY) ?? 0;
  const after = offsetAt(zone, local + DAY) ?? 0;
  const first = offsetAt(zone, local - before) === before ? local - before : null;
  const second = offsetAt(zone, local - after) === after ? local - after : null;
  if (first === null) return second ?? local - before;
  if (second === null || near === null) return first;
  return Math.abs(near - second) < Math.abs(near - first) ? second : first;
}

const steadyOffsets = new Map<string, Map<number, number | null>>();

/**
 * The zone's offset if it holds all day and a day around it, null on the days when clocks change,
 * undefined for a zone nobody knows. Remembered, because asking the zone tables costs more than
 * all the rest of decoding a message.
 */
function steadyOffset(zone: string, day: number): number | null | undefined {
  let days = steadyOffsets.get(zone);
  const known = days?.get(day);
  if (known !== undefined) return known;
  const before = offsetAt(zone, (day - 1) * DAY);
  if (before === null) return undefined;
  const offset = before === offsetAt(zone, (day + 2) * DAY) ? before : null;
  if (!days || days.size >= REMEMBERED_DAYS) {
    days = new Map();
    steadyOffsets.set(zone, days);
  }
  days.set(day, offset);
  return offset;
}

function offsetAt(zone: string, millis: number): number | null {
  try {
    return Temporal.Instant.fromEpochMilliseconds(millis).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
  } catch {
    return null;
  }
}
