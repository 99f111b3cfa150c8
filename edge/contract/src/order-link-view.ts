import { z } from 'zod';
import { CommandBody } from './command.ts';
import type { Incident } from './incident.ts';
import { InstantText, instantText } from './instant.ts';
import { placeText, type LinkScene } from './link-view.ts';
import { crewContact, type OrderLinkSaid } from './order-links.ts';
import { type ContractorOrder, ORDER_STATES } from './spending.ts';

const Name = z.object({ en: z.string(), zh: z.string() });

/**
 * What a contractor's link tells: `GET /api/order-links/{token}`. Its order, where to go, until when, and whom to
 * call there; nothing of the client's contract, the budget, other orders, or whoever else was called.
 */
export const OrderLinkView = z.object({
  order: z.object({
    what: Name,
    quantity: z.int().nullable(),
    cost: z.string(),
    currency: z.string(),
    state: z.enum(ORDER_STATES),
    placedAt: InstantText.nullable(),
    dueAt: InstantText.nullable().describe('when it must be there'),
    confirmedAt: InstantText.nullable(),
    arrivesAt: InstantText.nullable().describe('when the contractor promised to be there'),
  }),
  contractor: Name,
  place: Name.describe('site, zone and asset in words'),
  contact: z
    .object({ name: z.string(), phone: z.string().nullable() })
    .nullable()
    .describe('whom to ask for at the site'),
  simulated: z.boolean(),
  timeZone: z.string().describe('IANA'),
  now: InstantText.describe('the edge’s time of this answer'),
  scale: z.number().describe('how fast the edge’s time runs; 1 outside the demo'),
  expiresAt: InstantText,
});
export type OrderLinkView = z.infer<typeof OrderLinkView>;

/** What is posted to `/api/order-links/{token}/{verb}`: who speaks, and of which order, stands in the link. */
export const OrderLinkBody = CommandBody.pick({ commandId: true, note: true, arrivesAt: true, heldMs: true });
export type OrderLinkBody = z.infer<typeof OrderLinkBody>;

/** What a link shows of its one order, through whichever door. */
export function orderLinkView(
  { expiresAt }: OrderLinkSaid,
  incident: Incident,
  order: ContractorOrder,
  { place, now, scale }: Pick<LinkScene, 'place' | 'now' | 'scale'>,
): OrderLinkView {
  const { what, quantity, cost, currency, state, placedAt, dueAt, confirmedAt, arrivesAt = null } = order;
  return {
    order: { what, quantity, cost, currency, state, placedAt, dueAt, confirmedAt, arrivesAt },
    contractor: order.contractorName,
    place: placeText(place, incident),
    contact: crewContact(incident, order),
    simulated: incident.simulated,
    timeZone: place?.site.zone ?? 'UTC',
    now: instantText(now),
    scale,
    expiresAt: instantText(expiresAt),
  };
}
