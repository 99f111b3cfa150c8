import { LONGEST_LINK } from '@keepsite/edge-contract';
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { Purpose, Sign } from './acting-key.ts';

/** Who serves a link's page: this edge itself, or the cloud, which must be able to check the link and not to make one. */
export type LinkDoor = 'edge' | 'cloud';

/** What makes the tokens of signed links, and tells true ones. */
export interface Seals {
  /** What the cloud checks this edge's links by: an Ed25519 public key, 32 bytes as base64url. */
  readonly publicKey: string;
  token(text: string, purpose: Purpose, door: LinkDoor): string;
  /** The text that was sealed for that purpose, or for the cloud; null: it never was. */
  open(token: string, purpose: Purpose): string | null;
}

/** Everything is derived from the key behind `sign`: the same key opens what it sealed before a restart. */
export function createSeals(sign: Sign): Seals {
  const own = privateKey(sign('cloud-link', 'ed25519', 32));
  const known = createPublicKey(own);

  function isTrue(body: string, seal: Buffer, purpose: Purpose): boolean {
    if (seal.length === SIGNATURE_BYTES) return verify(null, Buffer.from(body), known, seal);
    const right = sign(purpose, body);
    return seal.length === right.length && timingSafeEqual(seal, right);
  }

  return {
    publicKey: known.export({ format: 'jwk' }).x ?? '',
    token(text, purpose, door) {
      const body = Buffer.from(text).toString('base64url');
      const seal = door === 'cloud' ? signBytes(null, Buffer.from(body), own) : sign(purpose, body);
      return `${body}.${seal.toString('base64url')}`;
    },
    open(token, purpose) {
      const [body = '', seal = '', ...rest] = token.split('.');
      if (token.length > LONGEST_LINK || rest.length > 0) return null;
      return isTrue(body, Buffer.from(seal, 'base64url'), purpose) ? Buffer.from(body, 'base64url').toString() : null;
    },
  };
}

const SIGNATURE_BYTES = 64;
/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410 §7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
}
