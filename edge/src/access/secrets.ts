import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Without letters that are read for others (Crockford's base 32). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_LENGTH = 20;

/** 256 bits that nobody can guess, as text for a cookie or a header. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** 100 bits that a person can type: `XXXXX-XXXXX-XXXXX-XXXXX`. */
export function newCode(): string {
  const letters = Array.from(randomBytes(CODE_LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('');
  return (letters.match(/.{5}/g) ?? []).join('-');
}

/**
 * What is kept of a secret. Enough for one that was drawn at random: no guess is likelier than
 * another, so there is nothing that a slow function would slow down.
 */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** The same for a code as somebody typed it: capitals, hyphens and look-alikes do not matter. */
export function codeDigestOf(typed: string): string {
  const letters = typed
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return digestOf(letters);
}

/** Compares two digests without telling by the time it takes how much of them is equal. */
export function sameDigest(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
