import type { Value } from '@keepsite/edge-contract';
import type { ByteReader, ByteWriter } from './bytes.ts';

/** How a column's values lie; written as one byte, so these numbers never change. */
const FORMS = { decimals: 0, doubles: 1, words: 2 } as const;
/** Nine decimals say everything that a sensor says; what has more is kept as doubles. */
const MAX_DECIMALS = 9;
/** Two of these still have a difference that a varint can hold. */
const MAX_SCALED = 2 ** 50;

/** Numbers alone lie in an array of doubles. */
export type ValueColumn = Float64Array | readonly Value[];

/**
 * Writes values so that every one comes back bit for bit, −0 and NaN included: few different ones as
 * a dictionary and runs; numbers with few decimals as differences of whole numbers; other numbers as
 * the bytes that differ from the one before. What is no number among numbers is listed beside them.
 */
export function writeValues(values: readonly Value[], out: ByteWriter): void {
  const words = dictionaryOf(values);
  if (words) return writeWords(values, words, out);
  const decimals = decimalsOf(values);
  out.unsigned(decimals === null ? FORMS.doubles : FORMS.decimals);
  writeExceptions(values, out);
  const numbers = values.filter((value) => typeof value === 'number');
  if (decimals === null) writeDoubles(numbers, out);
  else writeDecimals(numbers, decimals, out);
}

/** The inverse of {@link writeValues} for `count` values. */
export function readValues(count: number, from: ByteReader): ValueColumn {
  const form = from.unsigned();
  if (form === FORMS.words) return readWords(count, from);
  const exceptions = readExceptions(from);
  const length = count - exceptions.length;
  const numbers = form === FORMS.decimals ? readDecimals(length, from) : readDoubles(length, from);
  return exceptions.length === 0 ? numbers : interleaved(numbers, exceptions);
}

/** Null when a dictionary would be longer than the numbers themselves. */
function dictionaryOf(values: readonly Value[]): Map<Value, number> | null {
  const words = new Map<Value, number>();
  let runs = 0;
  let numbers = 0;
  for (const [i, value] of values.entries()) {
    if (typeof value === 'number') {
      // JSON has neither.
      if (!Number.isFinite(value) || Object.is(value, -0)) return null;
      numbers += 1;
    }
    if (i === 0 || value !== values[i - 1]) runs += 1;
    if (!words.has(value)) words.set(value, words.size);
  }
  return numbers === 0 || words.size * 8 + runs * 2 <= values.length ? words : null;
}

function writeWords(values: readonly Value[], words: ReadonlyMap<Value, number>, out: ByteWriter): void {
  out.unsigned(FORMS.words);
  out.unsigned(words.size);
  for (const word of words.keys()) out.text(JSON.stringify(word));
  writeRuns(
    values.map((value) => words.get(value) as number),
    out,
  );
}

function readWords(count: number, from: ByteReader): ValueColumn {
  const words = Array.from({ length: from.unsigned() }, () => JSON.parse(from.text()) as Value);
  const indices = readRuns(count, from);
  if (!words.every((word) => typeof word === 'number')) return Array.from(indices, (index) => words[index] as Value);
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = words[indices[i] as number] as number;
  return numbers;
}

/** Small whole numbers as runs of equals. */
export function writeRuns(values: ArrayLike<number>, out: ByteWriter): void {
  for (let from = 0; from < values.length;) {
    let to = from + 1;
    while (to < values.length && values[to] === values[from]) to++;
    out.unsigned(values[from] as number);
    out.unsigned(to - from);
    from = to;
  }
}

/** The inverse of {@link writeRuns}. */
export function readRuns(count: number, from: ByteReader): Uint32Array {
  const values = new Uint32Array(count);
  for (let at = 0; at < count;) {
    const value = from.unsigned();
    const to = at + from.unsigned();
    values.fill(value, at, to);
    at = to;
  }
  return values;
}

/** How many decimals say all numbers exactly; null when that cannot be said. */
function decimalsOf(values: readonly Value[]): number | null {
  let decimals = 0;
  for (const value of values) {
    if (typeof value !== 'number') continue;
    while (!isScaled(value, decimals)) if (++decimals > MAX_DECIMALS) return null;
  }
  // Those that came first must be so with the decimals of the last, too.
  return values.every((value) => typeof value !== 'number' || isScaled(value, decimals)) ? decimals : null;
}

/** A quotient of two whole numbers is rounded once, so it gives back the very double that was scaled; −0 is none. */
function isScaled(value: number, decimals: number): boolean {
  const power = 10 ** decimals;
  const scaled = Math.round(value * power) + 0;
  return Math.abs(scaled) < MAX_SCALED && Object.is(scaled / power, value);
}

function writeDecimals(numbers: readonly number[], decimals: number, out: ByteWriter): void {
  const power = 10 ** decimals;
  out.unsigned(decimals);
  let before = 0;
  for (const number of numbers) {
    const scaled = Math.round(number * power);
    out.signed(scaled - before);
    before = scaled;
  }
}

function readDecimals(length: number, from: ByteReader): Float64Array {
  const power = 10 ** from.unsigned();
  const numbers = from.signedRun(length);
  let scaled = 0;
  for (let i = 0; i < length; i++) {
    scaled += numbers[i] as number;
    numbers[i] = scaled / power;
  }
  return numbers;
}

const BYTES = 8;
const double = new Float64Array(1);
const octets = new Uint8Array(double.buffer);

/** As in Gorilla (Pelkonen et al., VLDB 2015), in whole bytes: one for how many are equal, then those that are not. */
function writeDoubles(numbers: readonly number[], out: ByteWriter): void {
  const before = new Uint8Array(BYTES);
  for (const number of numbers) {
    double[0] = number;
    let first = 0;
    let end = BYTES;
    while (first < BYTES && octets[first] === before[first]) first++;
    while (end > first && octets[end - 1] === before[end - 1]) end--;
    out.unsigned(first * 16 + (end - first));
    out.raw(octets.subarray(first, end));
    before.set(octets);
  }
}

function readDoubles(length: number, from: ByteReader): Float64Array {
  const numbers = new Float64Array(length);
  octets.fill(0);
  for (let i = 0; i < length; i++) {
    const place = from.unsigned();
    octets.set(from.raw(place % 16), Math.floor(place / 16));
    numbers[i] = double[0] as number;
  }
  return numbers;
}

type Exception = readonly [index: number, value: Value];

function writeExceptions(values: readonly Value[], out: ByteWriter): void {
  const exceptions = [...values.entries()].filter(([, value]) => typeof value !== 'number');
  out.unsigned(exceptions.length);
  for (const [index, value] of exceptions) {
    out.unsigned(index);
    out.text(JSON.stringify(value));
  }
}

function readExceptions(from: ByteReader): Exception[] {
  return Array.from({ length: from.unsigned() }, () => [from.unsigned(), JSON.parse(from.text()) as Value]);
}

function interleaved(numbers: Float64Array, exceptions: readonly Exception[]): Value[] {
  const values: Value[] = [];
  let [next, number] = [0, 0];
  while (values.length < numbers.length + exceptions.length) {
    const exception = exceptions[next];
    if (exception?.[0] === values.length) {
      values.push(exception[1]);
      next += 1;
    } else values.push(numbers[number++] as number);
  }
  return values;
}
