import { createHmac } from 'node:crypto';

/** What is signed with the edge's acting key; a signature for one purpose is none for another. */
export type Purpose = 'link' | 'cloud-link' | 'order-link' | 'code' | 'repair-progress' | 'repair-place';

/** Signs a text for a purpose: HMAC-SHA-256, cut to `bytes` (RFC 2104 §5 allows no fewer than 16 of 32). */
export type Sign = (purpose: Purpose, text: string, bytes?: number) => Buffer;

/** Whoever loses the key prints every code anew; links of before end. */
export function createSign(key: Uint8Array): Sign {
  return (purpose, text, bytes = 16) =>
    createHmac('sha256', key).update(purpose).update('\0').update(text).digest().subarray(0, bytes);
}
