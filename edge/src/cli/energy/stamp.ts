import type { ZoneClock } from '@keepsite/edge-energy';

/** A written time: what the clock showed, and by how much that clock was ahead of UTC if it says so. */
interface Stamp {
  readonly wall: number;
  readonly offset: number | null;
}

const YEAR_FIRST =
  /^(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[T ]+(\d\d?):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const MONTH_FIRST = /^(\d\d?)\/(\d\d?)\/(\d{4}|\d\d)(?:\s+(\d\d?):(\d\d)(?::(\d\d))?\s*(AM|PM)?)?$/i;
const MINUTE = 60_000;
/** POSIX: two digits from 69 on belong to the last century. */
const PIVOT = 69;

/**
 * Reads RFC 3339 (also with a space or without seconds), a date, or American M/D/YY H:MM; 24:00 is
 * the next midnight. Null when it is no time.
 */
export function stampOf(text: string): Stamp | null {
  const trimmed = text.trim();
  const found = YEAR_FIRST.exec(trimmed);
  if (found) {
    const [, year, month, day, hour, minute, second, zone] = found;
    const wall = wallOf(Number(year), [month, day, hour, minute, second]);
    return wall === null ? null : { wall, offset: zone === undefined ? null : offsetOf(zone) };
  }
  const american = MONTH_FIRST.exec(trimmed);
  if (!american) return null;
  const [, month, day, year = '', hour, minute, second, half] = american;
  const wall = wallOf(wholeYear(year), [month, day, halfDay(hour, half), minute, second]);
  return wall === null ? null : { wall, offset: null };
}

/**
 * The instant of a stamp. A local time that the clocks pass twice is the first one later than
 * `before`; one that they skip is moved past the gap (RFC 5545).
 */
export function placed({ wall, offset }: Stamp, clock: ZoneClock, before: number): number {
  if (offset !== null) return wall - offset;
  const instants = clock.instants(wall);
  const skipped = () => (clock.instants(wall - 180 * MINUTE)[0] ?? wall) + 180 * MINUTE;
  return instants.find((at) => at > before) ?? instants[0] ?? skipped();
}

function wallOf(year: number, [month, day, hour, minute, second]: (string | undefined)[]): number | null {
  const fields = [Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)] as const;
  const [, , hours, minutes, seconds] = fields;
  if (hours > 24 || minutes > 59 || seconds > 60 || (hours === 24 && minutes + seconds > 0)) return null;
  const wall = Date.UTC(year, ...fields);
  // Date.UTC rolls 30 February over into March.
  const date = new Date(Date.UTC(year, fields[0], fields[1]));
  return date.getUTCMonth() === fields[0] && date.getUTCDate() === fields[1] ? wall : null;
}

function offsetOf(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || 0);
  return (zone.startsWith('-') ? -minutes : minutes) * MINUTE;
}

function wholeYear(year: string): number {
  if (year.length === 4) return Number(year);
  return Number(year) + (Number(year) < PIVOT ? 2000 : 1900);
}

function halfDay(hour: string | undefined, half: string | undefined): string | undefined {
  if (half === undefined) return hour;
  return String((Number(hour) % 12) + (half.toUpperCase() === 'PM' ? 12 : 0));
}
