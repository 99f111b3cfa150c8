import type { Millis } from '@keepsite/edge-contract';
import { usableInstant } from '../../domain/time-text.ts';

const PER_MILLI = 1_000_000;
/** Numbers of this size are 256 apart, so a rounded one is less than this many nanoseconds off. */
const LOST_NANOS = 256;

/**
 * When a reading was taken: nanoseconds since 1970, in old versions also micro- or milliseconds, which
 * their size tells, as a number or as a text of digits. Null for anything else.
 */
export function originOf(raw: unknown): Millis | null {
  const digits = typeof raw === 'string' && /^\d{10,19}$/.test(raw) ? raw : undefined;
  if (digits !== undefined && digits.length > 16) return usableInstant(Number(BigInt(digits) / BigInt(PER_MILLI)));
  const count = digits === undefined ? raw : Number(digits);
  if (typeof count !== 'number' || !(count > 0)) return null;
  if (count < 1e14) return usableInstant(count);
  return usableInstant(Math.floor(count < 1e17 ? count / 1000 : count / PER_MILLI));
}

/** True for nanoseconds beyond 2^53 whose lost digits could change the millisecond. */
export function isRounded(raw: unknown): boolean {
  if (typeof raw !== 'number' || raw < 1e17) return false;
  const rest = raw % PER_MILLI;
  return rest < LOST_NANOS || rest > PER_MILLI - LOST_NANOS;
}

const utf8 = new TextDecoder();

/** The same JSON with its origins as texts, which keep every digit. */
export function withExactOrigins(json: Uint8Array): string {
  return utf8.decode(json).replace(/("origin"\s*:\s*)(\d{17,19})(?=\s*[,}])/g, '$1"$2"');
}
