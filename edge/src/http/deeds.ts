import type { Command, Incident, Verb } from '@keepsite/edge-contract';
import type { CommandAnswer } from '@keepsite/cloud-contract';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import { actingAs, auditName, may } from '../access/roles.ts';
import type { Shown } from '../acting/presence.ts';
import type { HttpParts } from './api.ts';
import { HttpError } from './errors.ts';

/**
 * In whose name a request acts: the account's own person, unless the caller may act for others. That
 * somebody did is written down, for the evidence names only the one who was named.
 */
export function actorOf(
  { principal, ip }: FastifyRequest,
  named: string | undefined,
  access: Access | null,
  deed: Readonly<Record<string, string>>,
): string {
  const own = principal && actingAs(principal);
  if (named === undefined && own) return own;
  if (named === undefined) throw new HttpError('INVALID_REQUEST', 'say in whose name: responder or reporter');
  if (!principal || named === own) return named;
  if (principal.kind === 'account') {
    if (!may(principal, 'incident.assign'))
      throw new HttpError('NOT_ALLOWED', `you are signed in as ${own ?? principal.name} and may not act for ${named}`);
    const detail = { ...deed, responder: named };
    access?.audit.record({ kind: 'acted_for_another', by: principal.name, address: ip, detail });
  }
  return named;
}

/** Throws INCIDENT_UNKNOWN. */
export function known(store: Pick<HttpParts['store'], 'incident'>, id: string): Incident {
  const incident = store.incident(id);
  if (!incident) throw new HttpError('INCIDENT_UNKNOWN', `no incident ${id} is known here`);
  return incident;
}

/** A refusal is a conflict with what is already decided; anything else is an answer. */
export function decided<A extends CommandAnswer>(answer: A): A {
  if (answer.state !== 'refused') return answer;
  throw new HttpError('COMMAND_REFUSED', answer.reason ?? 'this cannot be done now', { answer });
}

/** What a request shows of the responder's presence: where it came from, when it is the responder's own; who attests it. */
export function shownBy(request: FastifyRequest, responder: string, proof: Command['proof'] | undefined): Shown {
  const { principal, ip } = request;
  const isOwn = principal?.kind === 'demo' || (principal !== null && actingAs(principal) === responder);
  const mayAttest = proof === 'verified' && principal !== null && may(principal, 'incident.attest');
  return { address: isOwn ? ip : null, attestedBy: mayAttest && principal ? auditName(principal) : null };
}

/** Who may not act for others hands over what is the own, and nothing else. */
export function assertOwnClaim(
  { principal }: FastifyRequest,
  verb: Verb,
  { responder: holder }: Incident,
  responder: string,
): void {
  if (verb !== 'handover' || holder === responder || !principal || may(principal, 'incident.assign')) return;
  throw new HttpError('NOT_ALLOWED', 'only whoever has it hands it over, or a dispatcher');
}

/** Money is approved in one's own name alone: whoever may act for others could else approve what he wants himself. */
export function assertOwnApproval({ principal }: FastifyRequest, verb: Verb, named: string | undefined): void {
  if ((verb !== 'approve' && verb !== 'decline') || principal?.kind !== 'account') return;
  if (named !== undefined && actingAs(principal) !== named)
    throw new HttpError('NOT_ALLOWED', `${verb} in your own name; nobody does it for ${named}`);
}
