import { BYTES, FIXED32, FIXED64, VARINT, WireFault, WireReader } from './wire.ts';

/** Datatypes of the specification's chapter 6.4.16 that matter here. */
export const DATATYPE = { boolean: 11, string: 12, dateTime: 13, text: 14, template: 19 } as const;

/** One metric as it was sent. What was not sent is null, the value undefined. */
export interface Metric {
  readonly name: string | null;
  /** Decimal text: an alias may have 64 bits. */
  readonly alias: string | null;
  readonly timestamp: number | null;
  readonly datatype: number | null;
  readonly historical: boolean;
  readonly isNull: boolean;
  /** The property `Quality`. */
  readonly quality: number | null;
  /** The property `engUnit`. */
  readonly unit: string | null;
  /** Whole numbers are still unsigned: {@link wholeNumber} gives them their sign. */
  readonly value: number | bigint | boolean | string | undefined;
  readonly isFloat: boolean;
  /** The members of a template instance; null for a definition and for every other metric. */
  readonly members: readonly Metric[] | null;
}

/** `org.eclipse.tahu.protobuf.Payload`, as far as it can tell readings. */
export interface Payload {
  readonly timestamp: number | null;
  readonly seq: number | null;
  readonly metrics: readonly Metric[];
  /** True when the metrics are compressed in the body, which nobody here reads. */
  readonly compressed: boolean;
  /** Why metrics could not be read; the others stand. */
  readonly faults: readonly string[];
}

/** A template in a template and so on; deeper than that is somebody's joke. */
const MAX_DEPTH = 8;
/** No device has as many points in one message; MQTT payloads of the edge's bound hardly hold more. */
const MAX_METRICS = 20_000;

type Draft = { -readonly [K in keyof Metric]: Metric[K] };

/** Reads a payload; a {@link WireFault} is thrown only when the whole of it cannot be trusted. */
export function readPayload(bytes: Uint8Array): Payload {
  const reader = new WireReader(bytes);
  const metrics: Metric[] = [];
  const faults: string[] = [];
  let timestamp: number | null = null;
  let seq: number | null = null;
  let compressed = false;
  for (let tag = reader.next(); tag !== 0; tag = reader.next()) {
    if (tag === 1 * 8 + VARINT) timestamp = Number(reader.uint());
    else if (tag === 2 * 8 + BYTES) takeMetric(reader.message(), metrics, faults);
    else if (tag === 3 * 8 + VARINT) seq = Number(reader.uint());
    else if (tag === 4 * 8 + BYTES) compressed = reader.text() === 'SPBV1.0_COMPRESSED';
    else reader.skip(tag);
  }
  return { timestamp, seq, metrics, compressed, faults };
}

/** A metric has a length of its own, so that a bad one spoils no other. */
function takeMetric(reader: WireReader, metrics: Metric[], faults: string[]): void {
  if (metrics.length + faults.length >= MAX_METRICS) throw new WireFault(`more than ${MAX_METRICS} metrics`);
  try {
    metrics.push(readMetric(reader, 0));
  } catch (error) {
    if (!(error instanceof WireFault)) throw error;
    faults.push(error.message);
  }
}

function readMetric(reader: WireReader, depth: number): Metric {
  const metric: Draft = {
    name: null,
    alias: null,
    timestamp: null,
    datatype: null,
    historical: false,
    isNull: false,
    quality: null,
    unit: null,
    value: undefined,
    isFloat: false,
    members: null,
  };
  for (let tag = reader.next(); tag !== 0; tag = reader.next()) readField(reader, tag, metric, depth);
  return metric;
}

/** Numbers of the fields are those of the specification's `sparkplug_b.proto`. */
function readField(reader: WireReader, tag: number, metric: Draft, depth: number): void {
  switch (tag) {
    case 1 * 8 + BYTES:
      metric.name = reader.text();
      return;
    case 2 * 8 + VARINT:
      metric.alias = String(reader.uint());
      return;
    case 3 * 8 + VARINT:
      metric.timestamp = Number(reader.uint());
      return;
    case 4 * 8 + VARINT:
      metric.datatype = Number(reader.uint());
      return;
    case 5 * 8 + VARINT:
      metric.historical = reader.boolean();
      return;
    case 7 * 8 + VARINT:
      metric.isNull = reader.boolean();
      return;
    case 9 * 8 + BYTES:
      readProperties(reader.message(), metric);
      return;
    case 18 * 8 + BYTES:
      metric.members = readTemplate(reader.message(), depth + 1);
      return;
    default:
      if (!readValue(reader, tag, metric)) reader.skip(tag);
  }
}

/** One of a metric's value fields: of several, the last counts. */
function readValue(reader: WireReader, tag: number, metric: Draft): boolean {
  switch (tag) {
    case 10 * 8 + VARINT:
    case 11 * 8 + VARINT:
      metric.value = reader.uint();
      break;
    case 12 * 8 + FIXED32:
      metric.value = shortest(reader.float());
      break;
    case 13 * 8 + FIXED64:
      metric.value = reader.double();
      break;
    case 14 * 8 + VARINT:
      metric.value = reader.boolean();
      break;
    case 15 * 8 + BYTES:
      metric.value = reader.text();
      break;
    default:
      return false;
  }
  metric.isFloat = tag === 12 * 8 + FIXED32 || tag === 13 * 8 + FIXED64;
  return true;
}

/** The shortest number that is this one in 32 bits: 12.1, not the noise of its longer form. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function readTemplate(reader: WireReader, depth: number): readonly Metric[] | null {
  if (depth > MAX_DEPTH) throw new WireFault(`templates nest deeper than ${MAX_DEPTH} levels`);
  const members: Metric[] = [];
  let isDefinition = false;
  for (let tag = reader.next(); tag !== 0; tag = reader.next()) {
    if (tag === 2 * 8 + BYTES) members.push(readMetric(reader.message(), depth));
    else if (tag === 5 * 8 + VARINT) isDefinition = reader.boolean();
    else reader.skip(tag);
  }
  return isDefinition ? null : members;
}

/** A PropertySet: names first or values first, paired by their places. */
function readProperties(reader: WireReader, metric: Draft): void {
  const names: string[] = [];
  const values: (number | string | null)[] = [];
  for (let tag = reader.next(); tag !== 0; tag = reader.next()) {
    if (tag === 1 * 8 + BYTES) names.push(reader.text());
    else if (tag === 2 * 8 + BYTES) values.push(readProperty(reader.message()));
    else reader.skip(tag);
  }
  names.forEach((name, index) => {
    const value = values[index];
    if (typeof value === 'number' && name.toLowerCase() === 'quality') metric.quality = value;
    if (typeof value === 'string' && /^eng(?:ineering)?[ _]?units?$/i.test(name)) metric.unit = value.trim() || null;
  });
}

function readProperty(reader: WireReader): number | string | null {
  let value: number | string | null = null;
  let isNull = false;
  for (let tag = reader.next(); tag !== 0; tag = reader.next()) {
    if (tag === 2 * 8 + VARINT) isNull = reader.boolean();
    else if (tag === 3 * 8 + VARINT || tag === 4 * 8 + VARINT) value = Number(reader.uint());
    else if (tag === 8 * 8 + BYTES) value = reader.text();
    else reader.skip(tag);
  }
  return isNull ? null : value;
}

/** Int8…Int64 and UInt8…UInt64: bits, and whether there is a sign. */
const WHOLE: ReadonlyMap<number | null, readonly [bits: number, signed: boolean]> = new Map([
  [1, [8, true]],
  [2, [16, true]],
  [3, [32, true]],
  [4, [64, true]],
  [5, [8, false]],
  [6, [16, false]],
  [7, [32, false]],
  [8, [64, false]],
]);

/**
 * What an unsigned whole number means under its datatype: negative ones are sent as two's complement
 * of the type's own width, of 32 bits or of 64, by encoder. Undefined when the type cannot hold it,
 * or when nobody told the type and it could be negative. Beyond 2^53 it is rounded.
 */
export function wholeNumber(raw: number | bigint, datatype: number | null): number | undefined {
  const [bits, signed] = WHOLE.get(datatype) ?? [31, false];
  if (!signed) return raw < 2 ** bits ? Number(raw) : undefined;
  const half = 2 ** (bits - 1);
  if (raw < half) return Number(raw);
  for (const width of [bits, 32, 64]) {
    const negative = Number(BigInt(raw) - (1n << BigInt(width)));
    if (negative < 0 && negative >= -half) return negative;
  }
  return undefined;
}
