const SEVEN_BITS = 0x80;
/** Up to here bit operations may be used on what is left of a number. */
const INT32 = 0x8000_0000;

/** Whole numbers and texts one after the other: varints of seven bits a byte, least significant first (LEB128). */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** 0…2^53−1. */
  unsigned(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= INT32) {
      this.#bytes[this.#length++] = (rest % SEVEN_BITS) | SEVEN_BITS;
      rest = Math.floor(rest / SEVEN_BITS);
    }
    while (rest >= SEVEN_BITS) {
      this.#bytes[this.#length++] = (rest & 0x7f) | SEVEN_BITS;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** −2^52…2^52−1, in zigzag: numbers near zero are short, whatever their sign. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  text(value: string): void {
    const bytes = Buffer.from(value);
    this.unsigned(bytes.length);
    this.raw(bytes);
  }

  /** What was written so far; valid until more is written. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what a {@link ByteWriter} wrote, in the same order. Throws a RangeError where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  unsigned(): number {
    const bytes = this.#bytes;
    let byte = this.#next(bytes);
    if (byte < SEVEN_BITS) return byte;
    let value = byte & 0x7f;
    let factor = SEVEN_BITS;
    do {
      byte = this.#next(bytes);
      value += (byte & 0x7f) * factor;
      factor *= SEVEN_BITS;
    } while (byte >= SEVEN_BITS);
    return value;
  }

  /** As many signed numbers: what a chunk mostly consists of. */
  signedRun(count: number): Float64Array {
    const numbers = new Float64Array(count);
    const bytes = this.#bytes;
    for (let i = 0; i < count; i++) {
      const byte = bytes[this.#at] as number;
      if (byte < SEVEN_BITS) {
        this.#at += 1;
        numbers[i] = (byte >>> 1) ^ -(byte & 1);
      } else numbers[i] = unzigzag(this.unsigned());
    }
    return numbers;
  }

  /** A view on the next bytes, no copy. */
  raw(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('the bytes end too early');
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return bytes;
  }

  text(): string {
    return Buffer.from(this.raw(this.unsigned())).toString();
  }

  #next(bytes: Uint8Array): number {
    const byte = bytes[this.#at++];
    if (byte === undefined) throw new RangeError('the bytes end too early');
    return byte;
  }
}

function unzigzag(value: number): number {
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
