/**
 * The numbers that a message contains, however they are written: digits in its topic and text, the
 * bytes of a binary payload, and the bytes of base64 texts within it, read as every common integer
 * and float. Independent of the decoders: it knows no dialect.
 */
export function numbersIn(topic: string, payload: Uint8Array): ReadonlySet<number> {
  const numbers = new Set<number>([0, 1]);
  const text = latin1(payload);
  for (const part of [topic, text, unescaped(text)]) addWritten(part, numbers);
  if (payload.some(isControl)) addPacked(payload, numbers);
  for (const [word] of text.matchAll(BASE64)) addPacked(Buffer.from(word, 'base64'), numbers);
  for (const [word] of text.matchAll(HEX)) addPacked(Buffer.from(word, 'hex'), numbers);
  return numbers;
}

/** True when a value is one of the numbers, or one of them in another unit, or one of them rounded to two decimals or cut to none. */
export function isContained(value: number, numbers: ReadonlySet<number>): boolean {
  if (numbers.has(value) || numbers.has(-value)) return true;
  for (const number of numbers) {
    if (Math.abs(Math.abs(value) - Math.abs(number)) <= 0.005 || Math.trunc(number) === value) return true;
    for (const [factor, offset] of UNITS)
      if (near(number * factor + offset, value) || near(-number * factor + offset, value)) return true;
  }
  return false;
}

const BASE64 = /[A-Za-z0-9+/]{4,}={0,2}/g;
const HEX = /\b(?:[0-9a-fA-F]{2}){3,}\b/g;
const WRITTEN = /\d+\.?\d*(?:[eE][+-]?\d{1,3})?|\.\d+(?:[eE][+-]?\d{1,3})?/g;

/** Everything a unit may do to a number: value = number × factor + offset. */
const UNITS: readonly (readonly [factor: number, offset: number])[] = [
  ...[-9, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 6].map((power) => [10 ** power, 0] as const),
  // Watt-minutes, watt-seconds and Joules to kWh; per second, minute and hour.
  ...[1 / 60_000, 1 / 3_600_000, 1 / 3600, 1 / 3.6, 3.6, 1 / 60, 60, 3600, 0.06].map((factor) => [factor, 0] as const),
  [25.4, 0],
  [1000 / 3.6, 0],
  // Pulses of the flow meters DN20, DN25 and DN32.
  ...[1 / 450, 1 / 390, 1 / 360, 1 / 64, 1 / 60, 1 / 12].map((factor) => [factor, 0] as const),
  // Feet, inches, miles per hour, pounds, gallons, cubic feet, psi in metres of water, g.
  ...[0.3048, 0.0254, 0.003048, 0.00508, 0.44704, 0.45359237, 3.785411784, 0.003785411784, 28.316846592, 0.028316846592]
    .concat(9.80665, 0.00980665, 0.101971621, 0.70307, 0.227124707, 1.699010796)
    .map((factor) => [factor, 0] as const),
  // Fahrenheit in whole degrees and in tenths, kelvin; EM300's humidity in halves; shifted bytes.
  [5 / 9, (-32 * 5) / 9],
  [5 / 90, (-32 * 5) / 9],
  [5 / 900, (-32 * 5) / 9],
  [1, -273.15],
  [0.1, -273.15],
  [0.5, 0],
  [0.25, 0],
];

function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(1e-3, Math.abs(b));
}

/** Registers of 16 bits may be written as whole numbers: signed, or two of them for one value of 32 bits. */
function addWritten(text: string, numbers: Set<number>): void {
  let before = 0;
  for (const [word] of text.matchAll(WRITTEN)) {
    const value = Number(word);
    numbers.add(value);
    if (Number.isInteger(value) && value <= 0xffff) {
      numbers
        .add(value - 0x1_0000)
        .add((value << 16) | before)
        .add((before << 16) | value);
      numbers.add(((value << 16) | before) >>> 0).add(((before << 16) | value) >>> 0);
      before = value;
    }
  }
}

function addPacked(bytes: Uint8Array, numbers: Set<number>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length; at += 1) {
    numbers
      .add(view.getUint8(at))
      .add(view.getInt8(at))
      .add(view.getUint8(at) & 0x7f)
      .add(view.getUint8(at) & 0x3f);
    for (const little of [true, false]) addWords(view, at, little, numbers);
    addVarint(bytes, at, numbers);
  }
}

function addWords(view: DataView, at: number, little: boolean, numbers: Set<number>): void {
  const left = view.byteLength - at;
  if (left >= 2) {
    const word = view.getUint16(at, little);
    addFloat(view.getFloat16(at, little), numbers);
    // Some frames keep flags in a word's upper bits.
    numbers
      .add(word)
      .add(view.getInt16(at, little))
      .add(word & 0x3fff)
      .add(word & 0x7fff)
      .add(word & 0x0fff);
  }
  if (left >= 3) {
    const [a, b, c] = [0, 1, 2].map((i) => view.getUint8(at + i)) as [number, number, number];
    const word = little ? a | (b << 8) | (c << 16) : (a << 16) | (b << 8) | c;
    numbers.add(word).add((word << 8) >> 8);
  }
  if (left >= 4) {
    numbers.add(view.getUint32(at, little)).add(view.getInt32(at, little));
    addFloat(view.getFloat32(at, little), numbers);
  }
  if (left >= 8) {
    addFloat(view.getFloat64(at, little), numbers);
    addFloat(Number(view.getBigUint64(at, little)), numbers);
    addFloat(Number(view.getBigInt64(at, little)), numbers);
  }
}

function addFloat(value: number, numbers: Set<number>): void {
  if (Number.isFinite(value)) numbers.add(value);
}

function addVarint(bytes: Uint8Array, at: number, numbers: Set<number>): void {
  let value = 0n;
  for (let i = 0; i < 10 && at + i < bytes.length; i += 1) {
    const byte = bytes[at + i] as number;
    value |= BigInt(byte & 0x7f) << BigInt(7 * i);
    if (byte >= 0x80) continue;
    for (const bits of [8, 16, 32, 64]) addFloat(Number(BigInt.asIntN(bits, value)), numbers);
    addFloat(Number(BigInt.asUintN(64, value)), numbers);
    return;
  }
}

function isControl(byte: number): boolean {
  return byte < 9 || (byte > 13 && byte < 32) || byte > 0x7e;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

/** JSON within JSON is a text with escapes. */
function unescaped(text: string): string {
  return text.includes('\\')
    ? text
        .replace(/\\u00(?<hex>[0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
        .replaceAll('\\', '')
    : '';
}
