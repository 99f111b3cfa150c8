/** A stream of numbers that is the same for the same seed, on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Whole number in [low, high], both included. */
  int(low: number, high: number): number;
  chance(probability: number): boolean;
  /** One of the list; throws a RangeError when the list is empty. */
  pick<T>(list: readonly T[]): T;
}

/**
 * A seeded stream (sfc32). Streams with different names are independent, so that one more device
 * does not change what the others do.
 */
export function seeded(...name: readonly (string | number)[]): Random {
  const next = sfc32(name.join('\u0001'));
  const between = (low: number, high: number) => low + (high - low) * next();
  return {
    next,
    between,
    int: (low, high) => low + Math.floor((high - low + 1) * next()),
    chance: (probability) => next() < probability,
    pick: <T>(list: readonly T[]) => {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[Math.floor(next() * list.length)] as T;
    },
  };
}

/** FNV-1a with a final mix: 32 unsigned bits of a text. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix32(hash);
}

/** A number in [-1, 1) that belongs to (key, slot): smooth series are made of these without keeping state. */
export function noiseAt(key: number, slot: number): number {
  return mix32(key ^ Math.imul(slot | 0, 0x9e3779b1)) / 2 ** 31 - 1;
}

/** A UUID (version 4 by its bits) that is the same for the same name. */
export function uuidOf(...name: readonly (string | number)[]): string {
  const text = name.join('\u0001');
  const hex = ['a', 'b', 'c', 'd']
    .map((salt) =>
      hash32(salt + text)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function mix32(value: number): number {
  let x = value;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function sfc32(seed: string): () => number {
  let [a, b, c, d] = [hash32(`1${seed}`), hash32(`2${seed}`), hash32(`3${seed}`), 1];
  const next = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
