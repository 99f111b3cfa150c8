import {
  claimsBy,
  endOfLink,
  type Incident,
  LINK_LIVES_MS,
  type LinkFault,
  type LinkSaid,
  LONGEST_LINK,
  type Millis,
  parseLink,
  printLink,
} from '@keepsite/edge-contract';
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import type { Clock, Store } from '../ports.ts';
import type { Sign } from './acting-key.ts';

export type LinkRead =
  | { readonly ok: true; readonly incident: Incident; readonly said: LinkSaid }
  /** `incident` is told to whoever held a true link. */
  | { readonly ok: false; readonly why: LinkFault; readonly incident: Incident | null };

/** Who serves a link's page: this edge itself, or the cloud, which must be able to check the link and not to make one. */
export type LinkDoor = 'edge' | 'cloud';

/**
 * Links by which one person acts on one incident without signing in. Nothing of them is stored: what
 * they say is signed, and what ends them is the state of the incident (it is over, or this person's
 * claim was given back after the link was made) and 24 hours.
 */
export interface Links {
  /** What the cloud checks this edge's links by: an Ed25519 public key, 32 bytes as base64url. */
  readonly publicKey: string;
  /** The token of a link. It is a secret: it is shown to that person and never logged. */
  issue(incident: Incident, person: string, door?: LinkDoor): string;
  /** As it stood when it was used; default: now. This edge's own door takes the cloud's links too. */
  read(token: string, at?: Millis): LinkRead;
}

export function createLinks(parts: {
  readonly sign: Sign;
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<Store, 'incident'>;
}): Links {
  const { sign, clock, store } = parts;
  const own = privateKey(sign('cloud-link', 'ed25519', 32));
  const known = createPublicKey(own);

  function isTrue(body: string, seal: Buffer): boolean {
    if (seal.length === SIGNATURE_BYTES) return verify(null, Buffer.from(body), known, seal);
    const right = sign('link', body);
    return seal.length === right.length && timingSafeEqual(seal, right);
  }

  function understand(token: string): LinkSaid | null {
    const [body = '', seal = '', ...rest] = token.split('.');
    if (token.length > LONGEST_LINK || rest.length > 0) return null;
    return isTrue(body, Buffer.from(seal, 'base64url')) ? parseLink(Buffer.from(body, 'base64url').toString()) : null;
  }

  return {
    publicKey: known.export({ format: 'jwk' }).x ?? '',
    issue(incident, person, door = 'edge') {
      const now = clock.now();
      const said = {
        incident: incident.id,
        person,
        expiresAt: now + LINK_LIVES_MS,
        claims: claimsBy(incident, person, now),
        edge: door === 'cloud' ? incident.edge : null,
      };
      const body = Buffer.from(printLink(said)).toString('base64url');
      const seal = door === 'cloud' ? signBytes(null, Buffer.from(body), own) : sign('link', body);
      return `${body}.${seal.toString('base64url')}`;
    },
    read(token, at = clock.now()) {
      const said = understand(token);
      const incident = said && store.incident(said.incident);
      if (!said || !incident) return { ok: false, why: 'forged', incident: null };
      const why = endOfLink(said, incident, at);
      if (why === null) return { ok: true, incident, said };
      return { ok: false, why, incident: why === 'expired' ? null : incident };
    },
  };
}

const SIGNATURE_BYTES = 64;
/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410 §7). */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

function privateKey(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
}
