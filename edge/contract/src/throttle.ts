import { z } from 'zod';
import type { Millis } from './vocabulary.ts';

/** Remembered at most; the longest unused is forgotten first. */
const MOST_KEYS = 10_000;

export interface ThrottleLimits {
  /** So many tries cost nothing. */
  readonly free: number;
  /** The wait after the first try that is not free; each further one doubles it. */
  readonly firstMs: number;
  readonly mostMs: number;
  /** After so long without a try everything is forgotten. */
  readonly forgetMs: number;
}

/** Slows down whoever tries again and again, and never shuts anybody out for good. */
export interface Throttle {
  /** How long until another try; 0: now. */
  wait(key: string, now: Millis): number;
  /** Counts a try before its outcome is known, so that a hundred at once are a hundred. */
  tried(key: string, now: Millis): void;
  /** That try was a good one. */
  forgive(key: string): void;
  forget(key: string): void;
}

export function createThrottle({ free, firstMs, mostMs, forgetMs }: ThrottleLimits): Throttle {
  const tries = new Map<string, { count: number; at: Millis }>();
  const fresh = (key: string, now: Millis) => {
    const known = tries.get(key);
    return known && now - known.at < forgetMs ? known : undefined;
  };
  return {
    wait(key, now) {
      const known = fresh(key, now);
      if (!known || known.count < free) return 0;
      const pause = Math.min(mostMs, firstMs * 2 ** Math.min(30, known.count - free));
      return Math.max(0, known.at + pause - now);
    },
    tried(key, now) {
      const count = (fresh(key, now)?.count ?? 0) + 1;
      tries.delete(key);
      tries.set(key, { count, at: now });
      const oldest = tries.keys().next();
      if (tries.size > MOST_KEYS && !oldest.done) tries.delete(oldest.value);
    },
    forgive(key) {
      const known = tries.get(key);
      if (known) known.count -= 1;
    },
    forget: (key) => void tries.delete(key),
  };
}

const Ipv6 = z.ipv6();

/** Whom an address stands for: one IPv6 line has as many addresses as it likes, so its first half counts. */
export function neighbourhoodOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const bare = address.replace(/%.*$/, '');
  if (!Ipv6.safeParse(bare).success) return address;
  // Four decimal numbers are two groups of the second half, which does not count.
  const [first = [], last] = bare
    .replace(/[\d.]+\.\d+$/, '0:0')
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':')));
  const left = last ? Array<string>(8 - first.length - last.length).fill('0') : [];
  const whole = [...first, ...left, ...(last ?? [])];
  const half = whole.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${half.join(':')}::/64`;
}
