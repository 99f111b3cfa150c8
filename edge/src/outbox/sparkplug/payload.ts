/** Datatypes of the specification's chapter 6.4.16 that the edge speaks. */
export const DATATYPE = { int32: 3, int64: 4, double: 10, boolean: 11, string: 12 } as const;
export type Datatype = (typeof DATATYPE)[keyof typeof DATATYPE];

/** One metric to be sent. In births it has its name and datatype; in data its alias speaks for both. */
export interface Metric {
  readonly name?: string;
  readonly alias?: number;
  /** Epoch ms. */
  readonly timestamp: number;
  /** How the value is written; told in births only. */
  readonly datatype: Datatype;
  /** Null is sent as null. Of type int64 only whole numbers from 0 to 2^53. */
  readonly value: number | boolean | string | null;
  readonly historical?: boolean;
  readonly unit?: string;
  /** The property `Quality`: 192 good, 0 bad, 500 stale. Absent: not told. */
  readonly quality?: number;
}

export interface Payload {
  /** Epoch ms. */
  readonly timestamp: number;
  readonly metrics: readonly Metric[];
  /** 0…255; absent in a node's death. */
  readonly seq?: number;
}

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

/** Writes `org.eclipse.tahu.protobuf.Payload`; the numbers are those of the specification's `sparkplug_b.proto` (6.4). */
export function writePayload({ timestamp, metrics, seq }: Payload): Uint8Array {
  const writer = new Writer();
  writer.whole(1, timestamp);
  for (const metric of metrics) writer.bytes(2, writeMetric(metric));
  if (seq !== undefined) writer.whole(3, seq);
  return writer.done();
}

function writeMetric(metric: Metric): Uint8Array {
  const { name, alias, timestamp, datatype, historical, value } = metric;
  const writer = new Writer();
  if (name !== undefined) writer.text(1, name);
  if (alias !== undefined) writer.whole(2, alias);
  writer.whole(3, timestamp);
  if (name !== undefined) writer.whole(4, datatype);
  if (historical === true) writer.whole(5, 1);
  if (value === null) writer.whole(7, 1);
  writeProperties(metric, writer);
  if (value !== null) writeValue(datatype, value, writer);
  return writer.done();
}

function writeValue(datatype: Datatype, value: number | boolean | string, writer: Writer): void {
  if (datatype === DATATYPE.string) writer.text(15, String(value));
  else if (datatype === DATATYPE.boolean) writer.whole(14, value ? 1 : 0);
  else if (datatype === DATATYPE.double) writer.double(13, Number(value));
  else writer.whole(datatype === DATATYPE.int64 ? 11 : 10, Number(value));
}

/** A PropertySet: keys (1) and values (2), paired by their places; a value has its type (1) and field. */
function writeProperties({ unit, quality }: Metric, writer: Writer): void {
  if (unit === undefined && quality === undefined) return;
  const set = new Writer();
  if (unit !== undefined) set.text(1, 'engUnit');
  if (quality !== undefined) set.text(1, 'Quality');
  if (unit !== undefined) set.bytes(2, new Writer().whole(1, DATATYPE.string).text(8, unit).done());
  if (quality !== undefined) set.bytes(2, new Writer().whole(1, DATATYPE.int32).whole(3, quality).done());
  writer.bytes(9, set.done());
}

const TEXT = new TextEncoder();

class Writer {
  #bytes = new Uint8Array(64);
  #length = 0;

  whole(field: number, value: number): this {
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
    return this;
  }

  double(field: number, value: number): void {
    this.#varint(field * 8 + FIXED64);
    this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  text(field: number, value: string): this {
    return this.bytes(field, TEXT.encode(value));
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint(field * 8 + BYTES);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Beyond 32 bits shifts would lose what is above. */
  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[this.#length++] = (rest % 128) + 128;
    this.#bytes[this.#length++] = rest;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}
