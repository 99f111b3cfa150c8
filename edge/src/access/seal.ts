import { createHmac } from 'node:crypto';

/** Turns a secret into what may be kept of it. */
export type Seal = (name: string, secret: string) => Uint8Array;

/**
 * HMAC-SHA-256 under the edge's own key: whoever reads the file of credentials alone cannot even try
 * secrets. The name goes in, so that a digest which was moved to another row opens nothing. A slow
 * hash would buy nothing for 256 random bits, and cost minutes when ten thousand devices reconnect.
 */
export function createSeal(key: Uint8Array): Seal {
  return (name, secret) => createHmac('sha256', key).update(name).update('\0').update(secret).digest();
}
