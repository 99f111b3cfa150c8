/** 128 kB a generation: with 100,000 ids in it, one in a hundred that it never saw looks as if it had (the test counts both). */
const BITS = 2 ** 20;
const PROBES = 4;

/**
 * Tells of most ids that they were never seen, without asking the disk: a Bloom filter (Bloom, Space/time trade-offs
 * in hash coding with allowable errors, 1970; two hashes stand for all: Kirsch and Mitzenmacher, 2006). Of
 * two generations the older makes room for the next.
 */
export class IdFilter {
  readonly #generation: number;
  #bits = new Uint32Array(BITS / 32);
  #older = new Uint32Array(BITS / 32);
  #count = 0;

  /** At least so many of the newest ids are known. */
  constructor(generation: number) {
    this.#generation = generation;
  }

  add(id: string): void {
    if (this.#count === this.#generation) {
      [this.#bits, this.#older] = [this.#older, this.#bits];
      this.#bits.fill(0);
      this.#count = 0;
    }
    this.#count += 1;
    const [at, step] = hashesOf(id);
    for (let probe = 0; probe < PROBES; probe += 1) {
      const bit = placeOf(at, step, probe);
      this.#bits[bit >>> 5] = (this.#bits[bit >>> 5] as number) | (1 << (bit & 31));
    }
  }

  /** False: it is not among the newest. True: ask. */
  mayHave(id: string): boolean {
    const [at, step] = hashesOf(id);
    return has(this.#bits, at, step) || has(this.#older, at, step);
  }
}

function has(bits: Uint32Array, at: number, step: number): boolean {
  for (let probe = 0; probe < PROBES; probe += 1) {
    const bit = placeOf(at, step, probe);
    if (((bits[bit >>> 5] as number) & (1 << (bit & 31))) === 0) return false;
  }
  return true;
}

function placeOf(at: number, step: number, probe: number): number {
  return (at + Math.imul(step, probe)) & (BITS - 1);
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over UTF-16 units, and the same with another beginning; the last bits are mixed once more. */
function hashesOf(id: string): [at: number, step: number] {
  let [a, b] = [0x81_1c_9d_c5, 0x05_0c_5d_1f];
  for (let place = 0; place < id.length; place += 1) {
    const code = id.charCodeAt(place);
    a = Math.imul(a ^ code, 0x01_00_01_93);
    b = Math.imul(b ^ code, 0x01_00_01_93);
  }
  return [a ^ (a >>> 15), (b ^ (b >>> 13)) | 1];
}
