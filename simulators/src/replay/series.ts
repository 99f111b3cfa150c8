import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Millis } from '@keepsite/edge-contract';
import { SimulatorError } from '../errors.ts';

/** One recorded interval: `value` null where the record has a gap. */
export interface Sample {
  readonly at: Millis;
  readonly value: number | null;
}

const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{2}|\d{4})(?:\s+(\d{1,2}):(\d{2})(?::\d{2})?)?$/;
const GAPS = new Set(['', 'nan', 'na', 'null']);

/**
 * Reads a recorded series: CSV with a header, plain or gz; the first column is the interval's start
 * (RFC 3339, or local time in `zone`; M/D/YY H:MM too), `column` the value (default: the second).
 * Throws SIM_BAD_INPUT with the line that cannot be read, and for times that do not rise.
 */
export async function readSeries(file: string, column: string | undefined, zone: string): Promise<Sample[]> {
  const samples: Sample[] = [];
  let index: number | null = null;
  let number = 0;
  for await (const line of linesOf(file)) {
    number += 1;
    if (line.trim() === '') continue;
    const cells = cellsOf(line);
    if (index === null) {
      index = columnIndex(cells, column, file);
      continue;
    }
    const sample = sampleOf(cells, index, zone);
    if (!sample) throw new SimulatorError('SIM_BAD_INPUT', `${file}, line ${number}: "${line}" is no time and value`);
    const last = samples.at(-1);
    if (last && sample.at <= last.at)
      throw new SimulatorError('SIM_BAD_INPUT', `${file}, line ${number}: time does not rise`);
    samples.push(sample);
  }
  if (samples.length < 2) throw new SimulatorError('SIM_BAD_INPUT', `${file} holds fewer than two intervals`);
  return samples;
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const raw = createReadStream(file);
  const text = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  const failed = new Promise<never>((_, reject) => {
    const refuse = (cause: Error) =>
      reject(new SimulatorError('SIM_BAD_INPUT', `${file} cannot be read: ${cause.message}`, { cause }));
    raw.once('error', refuse);
    text.once('error', refuse);
  });
  // Whoever stops reading early never looks at it.
  failed.catch(() => undefined);
  const lines = createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done) return;
    yield next.value;
  }
}

function columnIndex(header: readonly string[], column: string | undefined, file: string): number {
  const index = column === undefined ? 1 : header.indexOf(column);
  if (index > 0 && index < header.length) return index;
  throw new SimulatorError(
    'SIM_BAD_INPUT',
    `${file} has no value column ${column ?? '2'}; it has ${header.slice(1).join(', ')}`,
  );
}

function sampleOf(cells: readonly string[], index: number, zone: string): Sample | null {
  const at = instantOf(cells[0] ?? '', zone);
  const text = cells[index] ?? '';
  if (GAPS.has(text.toLowerCase())) return at === null ? null : { at, value: null };
  const value = Number(text);
  return at === null || !Number.isFinite(value) ? null : { at, value };
}

/** Null when it is no time. A local time that does not exist or exists twice is the earlier reading of it. */
export function instantOf(text: string, zone: string): Millis | null {
  const american = AMERICAN.exec(text);
  if (american) {
    const [, month = '', day = '', year = '', hour = '0', minute = '0'] = american;
    const whole = year.length === 2 ? `20${year}` : year;
    return localInstant(
      `${whole}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${hour.padStart(2, '0')}:${minute}`,
      zone,
    );
  }
  if (/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text)) return finite(Date.parse(text.replace(' ', 'T')));
  return localInstant(text.replace(' ', 'T'), zone);
}

function localInstant(text: string, zone: string): Millis | null {
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds;
  } catch {
    return null;
  }
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function cellsOf(line: string): string[] {
  return line
    .replace(/^\uFEFF/, '')
    .split(',')
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}
