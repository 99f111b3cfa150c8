import {
  CONTRACTOR_VERBS,
  createThrottle,
  instantText,
  LINK_GUESSES,
  LINK_ORDERS,
  LONGEST_LINK,
  neighbourhoodOf,
  ORDER_LINK_FAULTS,
  OrderLinkBody,
  OrderLinkView,
  orderLinkView,
  personOfLink,
} from '@keepsite/edge-contract';
import { CommandAnswer } from '@keepsite/cloud-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { commandOf } from '../../acting/command.ts';
import { firstAnswer } from '../../acting/links-through-cloud.ts';
import type { OrderLinkRead } from '../../acting/order-links.ts';
import { NOTHING_SHOWN } from '../../acting/presence.ts';
import { createDirectory } from '../../domain/directory.ts';
import type { Api, HttpParts, HttpSettings } from '../api.ts';
import { decided } from '../deeds.ts';
import { HttpError } from '../errors.ts';
import { assertPatience, keepSecret, serveSecretPage } from '../secret-links.ts';

type Parts = Pick<HttpParts, 'acting' | 'store' | 'registry' | 'clock'>;
type OrderLink = Extract<OrderLinkRead, { readonly ok: true }>;

const open = { config: { action: 'open' } } as const;
const Params = z.object({ token: z.string().min(1).max(LONGEST_LINK) });

/**
 * Signed links of one order: GET shows what a contractor needs and changes nothing, POST is the contractor's own
 * word. Guarded like the links of people: never logged with the address, never cached, and whoever guesses waits.
 */
export function orderLinkRoutes(api: Api, parts: Parts, settings: HttpSettings): void {
  const { acting, store, clock } = parts;
  const guesses = createThrottle(LINK_GUESSES);
  const orders = createThrottle(LINK_ORDERS);

  /** Throws for whoever guesses, and for a link that does not work any more. */
  function linkOf(request: FastifyRequest, reply: FastifyReply, token: string): OrderLink {
    keepSecret(reply);
    const visitor = neighbourhoodOf(request.ip);
    const now = clock.now();
    assertPatience(reply, guesses.wait(visitor, now));
    const link = acting.orderLinks.read(token);
    if (link.ok) return link;
    if (link.why === 'forged') guesses.tried(visitor, now);
    const { code, message } = ORDER_LINK_FAULTS[link.why];
    throw new HttpError(code, message, link.order && { what: link.order.what, quantity: link.order.quantity });
  }

  function assertPace(reply: FastifyReply, { order }: OrderLink): void {
    const now = clock.now();
    assertPatience(reply, orders.wait(order.id, now));
    orders.tried(order.id, now);
  }

  serveSecretPage(api, '/o/:token', settings);

  api.get(
    '/api/order-links/:token',
    {
      ...open,
      schema: { summary: 'What a contractor’s link shows', params: Params, response: { 200: OrderLinkView } },
    },
    (request, reply) => viewOf(linkOf(request, reply, request.params.token), parts),
  );

  for (const verb of CONTRACTOR_VERBS)
    api.post(
      `/api/order-links/:token/${verb}`,
      {
        ...open,
        schema: {
          summary: `By a contractor’s link: ${verb}`,
          params: Params,
          body: OrderLinkBody,
          response: { 200: CommandAnswer },
        },
      },
      async (request, reply) => {
        const receivedAt = instantText(clock.now());
        const { token } = request.params;
        // What ended the link may be this very word, whose answer was lost on its way.
        const before = firstAnswer(acting.orderLinks.read(token), request.body.commandId, store);
        if (before) return decided(before);
        const link = linkOf(request, reply, token);
        assertPace(reply, link);
        const { incident, order, said } = link;
        const word = {
          responder: personOfLink(said),
          incident: incident.id,
          verb,
          receivedAt,
          via: 'link',
        } as const;
        return decided(await acting.order(commandOf({ ...request.body, order: order.id }, word, clock), NOTHING_SHOWN));
      },
    );
}

function viewOf({ said, incident, order }: OrderLink, { registry, clock }: Parts): OrderLinkView {
  const place = createDirectory(registry()).asset(incident.asset) ?? null;
  return orderLinkView(said, incident, order, { place, now: clock.now(), scale: clock.scale });
}
