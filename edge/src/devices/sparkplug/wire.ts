/** The bytes are not what the protobuf encoding allows; the message is told to the person on site. */
export class WireFault extends Error {
  override readonly name = 'WireFault';
}

/** Wire types of <https://protobuf.dev/programming-guides/encoding/>, added to the field number × 8. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const TWO_32 = 2 ** 32;
const MAX_FIELD = 2 ** 29 - 1;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads protobuf fields one after the other, never beyond its bounds: every length is checked, groups
 * and unknown wire types are refused. Throws a {@link WireFault}.
 */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;
  readonly #end: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length, view?: DataView) {
    this.#bytes = bytes;
    this.#view = view ?? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  /** The next field's number × 8 + wire type; 0 at the end. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.#small();
    const field = Math.floor(tag / 8);
    if (field < 1 || field > MAX_FIELD) throw new WireFault(`${field} is no field number`);
    return tag;
  }

  /** Leaves out the value of a field that `next` has told. */
  skip(tag: number): void {
    const type = tag % 8;
    if (type === VARINT) this.uint();
    else if (type === FIXED64) this.#advance(8);
    else if (type === BYTES) this.#advance(this.#small());
    else if (type === FIXED32) this.#advance(4);
    else throw new WireFault(type === 3 || type === 4 ? 'groups are not read' : `there is no wire type ${type}`);
  }

  /** An unsigned whole number of up to 64 bits; a BigInt where a number would not hold it exactly. */
  uint(): number | bigint {
    const bytes = this.#bytes;
    let low = 0;
    let scale = 1;
    for (let count = 0; count < 7; count += 1) {
      const byte = this.#byte(bytes);
      low += (byte & 0x7f) * scale;
      if (byte < 0x80) return low;
      scale *= 128;
    }
    return this.#long(low);
  }

  /** The upper 15 bits, after 49. */
  #long(low: number): number | bigint {
    let high = 0;
    let scale = 1;
    for (let count = 7; count < 10; count += 1) {
      const byte = this.#byte(this.#bytes);
      if (count === 9 && byte > 1) throw new WireFault('a whole number has more than 64 bits');
      high += (byte & 0x7f) * scale;
      if (byte < 0x80) return high < 16 ? high * 2 ** 49 + low : (BigInt(high) << 49n) + BigInt(low);
      scale *= 128;
    }
    throw new WireFault('a whole number has more than ten bytes');
  }

  boolean(): boolean {
    const value = this.uint();
    return value !== 0 && value !== 0n;
  }

  float(): number {
    const at = this.#at;
    this.#advance(4);
    return this.#view.getFloat32(at, true);
  }

  double(): number {
    const at = this.#at;
    this.#advance(8);
    return this.#view.getFloat64(at, true);
  }

  text(): string {
    const length = this.#small();
    const at = this.#at;
    this.#advance(length);
    try {
      return utf8.decode(this.#bytes.subarray(at, at + length));
    } catch {
      throw new WireFault('a text is not UTF-8');
    }
  }

  /** A reader of the message inside; this one goes on behind it. */
  message(): WireReader {
    const length = this.#small();
    const at = this.#at;
    this.#advance(length);
    return new WireReader(this.#bytes, at, at + length, this.#view);
  }

  #byte(bytes: Uint8Array): number {
    if (this.#at >= this.#end) throw new WireFault('the bytes end within a number');
    const byte = bytes[this.#at] as number;
    this.#at += 1;
    return byte;
  }

  #small(): number {
    const value = this.uint();
    if (typeof value === 'bigint' || value >= TWO_32) throw new WireFault('a length or tag has more than 32 bits');
    return value;
  }

  #advance(count: number): void {
    if (count > this.#end - this.#at) throw new WireFault('a field is longer than what is left of the bytes');
    this.#at += count;
  }
}
