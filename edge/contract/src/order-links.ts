import type { FrozenPlan } from './frozen-plan.ts';
import type { Incident } from './incident.ts';
import { instantMillis } from './instant.ts';
import { LINK_FAULTS, LINK_LIVES_MS } from './links.ts';
import { type ContractorOrder, contractorPerson } from './spending.ts';
import type { Millis, Verb } from './vocabulary.ts';

/**
 * Signed links by which a contractor answers one order, as edge and cloud both read them. Who signs and who
 * checks a signature is each room's own.
 */

/** What such a link says; whoever signed it vouches for that. */
export interface OrderLinkSaid {
  readonly incident: string;
  readonly order: string;
  /** Id of the contractor. */
  readonly contractor: string;
  readonly expiresAt: Millis;
  /** The edge whose link it is; null: whoever reads it knows. */
  readonly edge: string | null;
}

/** Why it does not work (any more); `turned_down`: by this contractor itself. */
export type OrderLinkFault = 'forged' | 'expired' | 'over' | 'called_off' | 'received' | 'turned_down';

/** The same no through every door. */
export const ORDER_LINK_FAULTS = {
  forged: LINK_FAULTS.forged,
  expired: { code: 'LINK_EXPIRED', message: 'this link has expired' },
  over: LINK_FAULTS.over,
  called_off: { code: 'ORDER_CALLED_OFF', message: 'the order was called off: nobody need come' },
  received: { code: 'ORDER_RECEIVED', message: 'what was ordered is there' },
  turned_down: { code: 'ORDER_TURNED_DOWN', message: 'the order was declined' },
} as const satisfies Record<OrderLinkFault, { code: string; message: string }>;

/** What a contractor may say of its order: it comes, it does not come, it is there. */
export const CONTRACTOR_VERBS = ['confirm_order', 'decline', 'receive_order'] as const satisfies readonly Verb[];
export type ContractorVerb = (typeof CONTRACTOR_VERBS)[number];

/** As long as it is awaited, and a day for whoever comes late. */
export function orderLinkExpiry({ dueAt }: Pick<ContractorOrder, 'dueAt'>, now: Millis): Millis {
  return Math.max(now, dueAt === null ? now : instantMillis(dueAt)) + LINK_LIVES_MS;
}

/** Begins with a line end, as no text of a person's link does: neither is ever read as the other. */
export function printOrderLink({ incident, order, contractor, expiresAt, edge }: OrderLinkSaid): string {
  const own = order.startsWith(`${incident}.`) ? order.slice(incident.length) : order;
  const said = ['', incident, own, contractor, Math.ceil(expiresAt / 1000).toString(36)];
  return [...said, ...(edge === null ? [] : [edge])].join('\n');
}

/** Null: nobody printed it so. */
export function parseOrderLink(text: string): OrderLinkSaid | null {
  const [nothing, incident = '', own = '', contractor = '', seconds = '', edge = null, ...rest] = text.split('\n');
  const expiresAt = Number.parseInt(seconds, 36) * 1000;
  if (nothing !== '' || incident === '' || own === '' || rest.length > 0 || Number.isNaN(expiresAt)) return null;
  return { incident, order: own.startsWith('.') ? incident + own : own, contractor, expiresAt, edge };
}

/** The order that a link is about; undefined: the incident has none such of that contractor. */
export function orderOfLink(said: OrderLinkSaid, { orders }: Pick<Incident, 'orders'>): ContractorOrder | undefined {
  return orders?.find(({ id, contractor }) => id === said.order && contractor === said.contractor);
}

/** What had ended a link by that instant; null: nothing. */
export function endOfOrderLink(said: OrderLinkSaid, incident: Incident, at: Millis): OrderLinkFault | null {
  const end = incident.timeline.find(
    (told) => told.detail['order'] === said.order && ENDS.has(told.kind) && instantMillis(told.at) <= at,
  );
  if (end?.kind === 'order_arrived') return 'received';
  if (end) return end.detail['turnedDown'] === true ? 'turned_down' : 'called_off';
  if (incident.closedAt !== null && instantMillis(incident.closedAt) <= at) return 'over';
  return said.expiresAt <= at ? 'expired' : null;
}

const ENDS: ReadonlySet<string> = new Set(['order_arrived', 'order_called_off']);

/** Whom a contractor asks for at the site, and how to reach them by telephone. */
export interface CrewContact {
  readonly name: string;
  /** Null: the plan knows no number. */
  readonly phone: string | null;
}

/**
 * Whoever has the incident, else who ordered or approved it, else whom the plan pages first: the first of them
 * with a telephone number, or the first at all. Null: the plan names nobody.
 */
export function crewContact({ plan, responder }: Pick<Incident, 'plan' | 'responder'>, order: ContractorOrder) {
  const all = plan === null ? [] : recipientsOf(plan);
  const first = [responder, order.by, order.approvedBy].flatMap((person) => all.filter((to) => to.person === person));
  const known: CrewContact[] = [...first, ...all].map(({ name, address }) => ({
    name,
    phone: TELEPHONE.test(address) ? address : null,
  }));
  return known.find(({ phone }) => phone !== null) ?? known[0] ?? null;
}

function recipientsOf({ steps, authority }: FrozenPlan) {
  return [...steps.flatMap(({ to }) => to), ...(authority?.approvers.flatMap(({ to }) => to) ?? [])];
}

/** Digits as people dial them (ITU-T E.123): nothing else that a plan has for an address looks like it. */
const TELEPHONE = /^\+?\d[\d ()-]{4,20}$/;

/** In whose name such a link acts. */
export function personOfLink({ contractor }: OrderLinkSaid): string {
  return contractorPerson(contractor);
}
