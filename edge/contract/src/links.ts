import { instantMillis } from './instant.ts';
import type { Incident } from './incident.ts';
import type { Photo } from './presence.ts';
import type { Millis, Verb } from './vocabulary.ts';

/**
 * Signed links by which one person acts on one incident, as edge and cloud both read them. Who signs and
 * who checks a signature is each room's own.
 */

/** What a link says; whoever signed it vouches for that. */
export interface LinkSaid {
  readonly incident: string;
  readonly person: string;
  readonly expiresAt: Millis;
  /** How often this person's claim had been given back when the link was made. */
  readonly claims: number;
  /** The edge whose link it is; null: whoever reads it knows. */
  readonly edge: string | null;
}

/** Why a link does not work (any more). `forged` also where nobody can tell what it once was. */
export type LinkFault = 'forged' | 'expired' | 'over' | 'revoked';

/** The same no through every door. */
export const LINK_FAULTS = {
  forged: { code: 'LINK_FORGED', message: 'this link is not one of this gateway' },
  expired: { code: 'LINK_EXPIRED', message: 'this link has expired; a newer page has a newer one' },
  over: { code: 'LINK_OVER', message: 'the incident is over' },
  revoked: {
    code: 'LINK_REVOKED',
    message: 'you gave the incident back, or it was taken back; a newer page has a newer link',
  },
} as const satisfies Record<LinkFault, { code: string; message: string }>;

/** What answers at an address that is a secret: it is never cached, sends no referrer, and is found by no search. */
export const SECRET_HEADERS = {
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-robots-tag': 'noindex, nofollow, noarchive',
} as const;

/** A night shift and the morning after it. */
export const LINK_LIVES_MS = 24 * 3_600_000;
/** Longer than any that was ever issued. */
export const LONGEST_LINK = 1_000;

/** A link that was mistyped is tried twice; whoever guesses waits longer and longer. */
export const LINK_GUESSES = { free: 10, firstMs: 1_000, mostMs: 60_000, forgetMs: 600_000 };
/** More than a thumb can tap. */
export const LINK_ORDERS = { free: 60, firstMs: 1_000, mostMs: 10_000, forgetMs: 60_000 };

/** What crews may order, and so what every link lets its person order. What they have they may hand over, and whoever needs help may call for it. */
export const CREW_VERBS = [
  'acknowledge',
  'arrive',
  'resolve',
  'close',
  'note',
  'release',
  'handover',
  'escalate',
  'dispatch',
  'confirm_order',
  'receive_order',
  'arrange',
] as const satisfies readonly Verb[];

/** The text that is signed. Ids hold no line end; see the registry's schema. */
export function printLink({ incident, person, expiresAt, claims, edge }: LinkSaid): string {
  const said = [incident, person, Math.ceil(expiresAt / 1000).toString(36), claims.toString(36)];
  return [...said, ...(edge === null ? [] : [edge])].join('\n');
}

/** Null: nobody printed it so. */
export function parseLink(text: string): LinkSaid | null {
  const [incident = '', person = '', seconds = '', count = '', edge = null] = text.split('\n');
  const [expiresAt, claims] = [Number.parseInt(seconds, 36) * 1000, Number.parseInt(count, 36)];
  if (incident === '') return null;
  return Number.isNaN(expiresAt) || Number.isNaN(claims) ? null : { incident, person, expiresAt, claims, edge };
}

/** How often this person had given the incident back, or had it taken back, by then. */
export function claimsBy({ timeline }: Pick<Incident, 'timeline'>, person: string, at: Millis): number {
  return timeline.filter(
    (told) => told.kind === 'released' && told.detail['responder'] === person && instantMillis(told.at) <= at,
  ).length;
}

/** What had ended a link by that instant; null: nothing. */
export function endOfLink(said: LinkSaid, incident: Incident, at: Millis): LinkFault | null {
  if (incident.closedAt !== null && instantMillis(incident.closedAt) <= at) return 'over';
  if (said.expiresAt <= at) return 'expired';
  return said.claims === claimsBy(incident, said.person, at) ? null : 'revoked';
}

/** Photographs of an incident, oldest first. */
export function photosOf({ timeline }: Pick<Incident, 'timeline'>): Photo[] {
  return timeline.flatMap(({ kind, detail }) => (kind === 'photo' ? [detail as unknown as Photo] : []));
}
