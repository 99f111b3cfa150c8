import type { Incident, Millis } from '@keepsite/edge-contract';
import { timingSafeEqual } from 'node:crypto';
import { isOver } from '../domain/incident-state.ts';
import type { Clock, Store } from '../ports.ts';
import type { Sign } from './acting-key.ts';

/** A night shift and the morning after it. */
const LIVES_MS = 24 * 3_600_000;
/** Longer than any that was ever issued. */
const LONGEST = 1_000;

/** Why a link does not work (any more). `forged` also where nobody can tell what it once was. */
export type LinkFault = 'forged' | 'expired' | 'over' | 'revoked';

export type LinkRead =
  | { readonly ok: true; readonly incident: Incident; readonly person: string; readonly expiresAt: Millis }
  /** `incident` is told to whoever held a true link. */
  | { readonly ok: false; readonly why: LinkFault; readonly incident: Incident | null };

/**
 * Links by which one person acts on one incident without signing in. Nothing of them is stored: what
 * they say is signed, and what ends them is the state of the incident (it is over, or this person's
 * claim was given back after the link was made) and 24 hours.
 */
export interface Links {
  /** The token of a link. It is a secret: it is shown to that person and never logged. */
  issue(incident: Incident, person: string): string;
  read(token: string): LinkRead;
}

export function createLinks(parts: {
  readonly sign: Sign;
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<Store, 'incident'>;
}): Links {
  const { sign, clock, store } = parts;

  function understand(token: string): Said | null {
    const [body = '', seal = '', ...rest] = token.split('.');
    if (token.length > LONGEST || rest.length > 0) return null;
    const [shown, right] = [Buffer.from(seal, 'base64url'), sign('link', body)];
    if (shown.length !== right.length || !timingSafeEqual(shown, right)) return null;
    return parse(Buffer.from(body, 'base64url').toString());
  }

  return {
    issue(incident, person) {
      const said = {
        incident: incident.id,
        person,
        expiresAt: clock.now() + LIVES_MS,
        claims: claims(incident, person),
      };
      const body = Buffer.from(print(said)).toString('base64url');
      return `${body}.${sign('link', body).toString('base64url')}`;
    },
    read(token) {
      const said = understand(token);
      const incident = said && store.incident(said.incident);
      if (!said || !incident) return { ok: false, why: 'forged', incident: null };
      if (isOver(incident)) return { ok: false, why: 'over', incident };
      if (said.expiresAt <= clock.now()) return { ok: false, why: 'expired', incident: null };
      if (said.claims !== claims(incident, said.person)) return { ok: false, why: 'revoked', incident };
      return { ok: true, incident, person: said.person, expiresAt: said.expiresAt };
    },
  };
}

interface Said {
  readonly incident: string;
  readonly person: string;
  readonly expiresAt: Millis;
  /** How often this person's claim had been given back when the link was made. */
  readonly claims: number;
}

function claims({ timeline }: Incident, person: string): number {
  return timeline.filter(({ kind, detail }) => kind === 'released' && detail['responder'] === person).length;
}

/** Ids hold no line end; see the registry's schema. */
function print({ incident, person, expiresAt, claims: count }: Said): string {
  return [incident, person, Math.ceil(expiresAt / 1000).toString(36), count.toString(36)].join('\n');
}

function parse(text: string): Said | null {
  const [incident = '', person = '', seconds = '', count = ''] = text.split('\n');
  const [expiresAt, claimed] = [Number.parseInt(seconds, 36) * 1000, Number.parseInt(count, 36)];
  return Number.isNaN(expiresAt) || Number.isNaN(claimed) ? null : { incident, person, expiresAt, claims: claimed };
}
