import {
  claimsBy,
  endOfLink,
  type Incident,
  type LinkFault,
  type LinkSaid,
  LONGEST_LINK,
  type Millis,
  parseLink,
} from '@keepsite/edge-contract';
import { createPublicKey, verify } from 'node:crypto';
import type { Store } from '../ports.ts';

/** `early`: a true link about something that the cloud has not heard of yet. */
export type LinkRead =
  | { readonly ok: true; readonly said: LinkSaid; readonly incident: Incident }
  | { readonly ok: false; readonly why: 'forged' | 'expired' | 'early' }
  | { readonly ok: false; readonly why: 'over' | 'revoked'; readonly said: LinkSaid; readonly incident: Incident };

/**
 * What a token says and whether it still holds, as far as the cloud knows. Only the edge can make one: the
 * cloud has the public half of its key, and shows nothing of another edge by it.
 */
export async function readLink(
  { incidents, links }: Pick<Store, 'incidents' | 'links'>,
  token: string,
  now: Millis,
): Promise<LinkRead> {
  const said = await openToken(links, token, parseLink);
  if (!said) return { ok: false, why: 'forged' };
  const incident = await incidents.get(said.incident);
  if (incident && incident.edge !== said.edge) return { ok: false, why: 'forged' };
  if (!incident || said.claims > claimsBy(incident, said.person, now))
    return { ok: false, why: said.expiresAt <= now ? 'expired' : 'early' };
  return judged(said, incident, endOfLink(said, incident, now));
}

function judged(said: LinkSaid, incident: Incident, why: LinkFault | null): LinkRead {
  if (why === null) return { ok: true, said, incident };
  return why === 'over' || why === 'revoked' ? { ok: false, why, said, incident } : { ok: false, why };
}

/** What a token says, in the words of whichever link it is; null: no edge of this tenant signed it. */
export async function openToken<Said extends { readonly edge: string | null }>(
  links: Store['links'],
  token: string,
  parse: (text: string) => Said | null,
): Promise<Said | null> {
  const [body = '', seal = '', ...rest] = token.split('.');
  if (token.length > LONGEST_LINK || rest.length > 0) return null;
  const said = parse(Buffer.from(body, 'base64url').toString());
  const key = said?.edge ? await links.keyOf(said.edge) : null;
  return key !== null && isSealed(body, seal, key) ? said : null;
}

function isSealed(body: string, seal: string, key: string): boolean {
  const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' });
  return verify(null, Buffer.from(body), publicKey, Buffer.from(seal, 'base64url'));
}
