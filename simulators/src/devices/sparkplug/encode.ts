/**
 * Writes `org.eclipse.tahu.protobuf.Payload` of Sparkplug B 3.0 (specification 6.4, `sparkplug_b.proto`),
 * as the bytes of a Buffer.
 */

/** The specification's DataType. */
export const TYPE = {
  Int8: 1,
  Int16: 2,
  Int32: 3,
  Int64: 4,
  UInt8: 5,
  UInt16: 6,
  UInt32: 7,
  UInt64: 8,
  Float: 9,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  Template: 19,
} as const;
export type TypeName = keyof typeof TYPE;

export interface MetricOut {
  readonly name?: string;
  readonly alias?: number;
  readonly timestamp?: number;
  readonly type: TypeName;
  /** Data may leave the datatype to the birth. */
  readonly typeless?: boolean;
  /** Null: `is_null`. A Template's value are its members. */
  readonly value: number | boolean | string | null | readonly MetricOut[];
  readonly historical?: boolean;
  readonly unit?: string;
  readonly quality?: 0 | 192 | 500;
}

export interface PayloadOut {
  readonly timestamp: number;
  readonly metrics: readonly MetricOut[];
  /** Absent in an NDEATH. */
  readonly seq?: number;
}

export function encodePayload({ timestamp, metrics, seq }: PayloadOut): Uint8Array {
  return join(
    whole(1, BigInt(timestamp)),
    ...metrics.map((metric) => nested(2, encodeMetric(metric))),
    seq === undefined ? NOTHING : whole(3, BigInt(seq)),
  );
}

function encodeMetric(metric: MetricOut): Buffer {
  const { name, alias, timestamp, type, typeless = false, value, historical = false } = metric;
  return join(
    name === undefined ? NOTHING : nested(1, Buffer.from(name)),
    alias === undefined ? NOTHING : whole(2, BigInt(alias)),
    timestamp === undefined ? NOTHING : whole(3, BigInt(timestamp)),
    typeless ? NOTHING : whole(4, BigInt(TYPE[type])),
    historical ? whole(5, 1n) : NOTHING,
    value === null ? whole(7, 1n) : NOTHING,
    encodeProperties(metric),
    value === null ? NOTHING : encodeValue(type, value),
  );
}

function encodeValue(type: TypeName, value: NonNullable<MetricOut['value']>): Buffer {
  if (typeof value === 'object') {
    const instance = join(...value.map((member) => nested(2, encodeMetric(member))), nested(4, Buffer.from('Machine')));
    return nested(18, instance);
  }
  switch (type) {
    case 'Boolean':
      return whole(14, value === true ? 1n : 0n);
    case 'Float':
      return join(tag(12, 5), Buffer.from(new Uint8Array(new Float32Array([Number(value)]).buffer)));
    case 'Double':
      return join(tag(13, 1), Buffer.from(new Uint8Array(new Float64Array([Number(value)]).buffer)));
    case 'String':
      return nested(15, Buffer.from(String(value)));
    case 'Int64':
    case 'UInt64':
    case 'UInt32':
    case 'DateTime':
      return whole(11, BigInt.asUintN(64, BigInt(Number(value))));
    default:
      return whole(10, BigInt.asUintN(32, BigInt(Number(value))));
  }
}

/** A PropertySet: all keys, then all values (type, then the value). */
function encodeProperties({ unit, quality }: MetricOut): Buffer {
  const keys: string[] = [];
  const values: Buffer[] = [];
  if (unit !== undefined) {
    keys.push('engUnit');
    values.push(join(whole(1, BigInt(TYPE.String)), nested(8, Buffer.from(unit))));
  }
  if (quality !== undefined) {
    keys.push('Quality');
    values.push(join(whole(1, BigInt(TYPE.Int32)), whole(3, BigInt(quality))));
  }
  if (keys.length === 0) return NOTHING;
  return nested(9, join(...keys.map((key) => nested(1, Buffer.from(key))), ...values.map((value) => nested(2, value))));
}

const NOTHING = Buffer.alloc(0);

function join(...parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts);
}

function tag(field: number, wireType: number): Buffer {
  return varint(BigInt((field << 3) | wireType));
}

function whole(field: number, value: bigint): Buffer {
  return join(tag(field, 0), varint(value));
}

function nested(field: number, content: Buffer): Buffer {
  return join(tag(field, 2), varint(BigInt(content.length)), content);
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return Buffer.from([...bytes, low]);
    bytes.push(low | 0x80);
  }
}
