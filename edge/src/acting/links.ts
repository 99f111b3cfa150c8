import {
  claimsBy,
  endOfLink,
  type Incident,
  LINK_LIVES_MS,
  type LinkFault,
  type LinkSaid,
  type Millis,
  parseLink,
  printLink,
} from '@keepsite/edge-contract';
import type { Clock, Store } from '../ports.ts';
import type { Sign } from './acting-key.ts';
import { createSeals, type LinkDoor } from './seals.ts';

export type LinkRead =
  | { readonly ok: true; readonly incident: Incident; readonly said: LinkSaid }
  /** `incident` is told to whoever held a true link. */
  | { readonly ok: false; readonly why: LinkFault; readonly incident: Incident | null };

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
  const seals = createSeals(sign);

  return {
    publicKey: seals.publicKey,
    issue(incident, person, door = 'edge') {
      const now = clock.now();
      const said = {
        incident: incident.id,
        person,
        expiresAt: now + LINK_LIVES_MS,
        claims: claimsBy(incident, person, now),
        edge: door === 'cloud' ? incident.edge : null,
      };
      return seals.token(printLink(said), 'link', door);
    },
    read(token, at = clock.now()) {
      const text = seals.open(token, 'link');
      const said = text === null ? null : parseLink(text);
      const incident = said && store.incident(said.incident);
      if (!said || !incident) return { ok: false, why: 'forged', incident: null };
      const why = endOfLink(said, incident, at);
      if (why === null) return { ok: true, incident, said };
      return { ok: false, why, incident: why === 'expired' ? null : incident };
    },
  };
}
