import { type Account, type Incident, linkVerbs, type LinkSaid, type Verb } from '@keepsite/edge-contract';
import { may } from '../access/roles.ts';

/** The accounts of this edge, as far as they say what a person may; none in the demo. */
export type Accounts = () => readonly Pick<Account, 'name' | 'responder' | 'role' | 'disabled'>[];

/**
 * Whoever is paged may do what a crew may, and what the account allows that is this person's. With an
 * account that was disabled, and no other, a link only shows.
 */
export function verbsOf(said: LinkSaid, incident: Incident, accounts: Accounts): Verb[] {
  const own = accounts().filter(({ responder, name }) => (responder ?? name) === said.person);
  const active = own.filter(({ disabled }) => !disabled);
  if (own.length > 0 && active.length === 0) return [];
  const roles = ['crew' as const, ...active.map(({ role }) => role)];
  return linkVerbs(said, incident, {
    may: (verb) => roles.some((role) => may({ kind: 'account', role }, `incident.${verb}`)),
    assigns: roles.some((role) => may({ kind: 'account', role }, 'incident.assign')),
  });
}
