import { CloudOrderLinkView, CommandAnswer, type LinkOrder } from '@keepsite/cloud-contract';
import {
  CONTRACTOR_VERBS,
  type ContractorOrder,
  createThrottle,
  endOfOrderLink,
  type Incident,
  instantText,
  LINK_GUESSES,
  LINK_ORDERS,
  LONGEST_LINK,
  type Millis,
  neighbourhoodOf,
  ORDER_LINK_FAULTS,
  OrderLinkBody,
  type OrderLinkFault,
  orderLinkView,
  orderOfLink,
  type OrderLinkSaid,
  parseOrderLink,
  personOfLink,
} from '@keepsite/edge-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CloudError } from '../errors.ts';
import type { StoredCommand } from '../ports/commands.ts';
import type { Api, ApiPorts, ApiSettings } from './context.ts';
import { placeOrder } from './incidents.ts';
import { answer, type ByLink, ordersBy, toldOrders } from './link-orders.ts';
import { openToken } from './link-token.ts';
import { placeOf } from './place-of.ts';
import { assertPatience, keepSecret, serveSecretPage } from './secret-page.ts';

/** A true link, whatever has become of it. `why` null: it works. */
interface OrderLink {
  readonly said: OrderLinkSaid;
  readonly incident: Incident;
  readonly order: ContractorOrder;
  readonly why: OrderLinkFault | null;
}

const Params = z.object({ token: z.string().min(1).max(LONGEST_LINK) });

/**
 * Signed links of one order, for contractors, who never reach the edge: GET shows what they need and changes
 * nothing, POST hands their word to the edge, which checks the link itself and decides. Nothing here is logged
 * with its address, cached, or sends a referrer.
 */
export function orderLinkRoutes(api: Api, ports: ApiPorts, settings: ApiSettings): void {
  const { own } = ports;
  const guesses = createThrottle(LINK_GUESSES);
  const paces = createThrottle(LINK_ORDERS);

  /** Throws for whoever guesses, and for what the cloud has not heard of yet. */
  async function read(request: FastifyRequest, reply: FastifyReply, token: string): Promise<OrderLink> {
    keepSecret(reply);
    const visitor = neighbourhoodOf(request.ip);
    assertPatience(reply, guesses, visitor, own.now());
    const link = await readOrderLink(ports, token);
    if (link !== null) return link;
    guesses.tried(visitor, own.now());
    throw faultOf('forged');
  }

  serveSecretPage(api, '/o/:token', settings);

  api.get(
    '/api/order-links/:token',
    { schema: { summary: 'What a contractor’s link shows', params: Params, response: { 200: CloudOrderLinkView } } },
    async (request, reply) => viewOf(ports, working(await read(request, reply, request.params.token))),
  );

  api.post(
    '/api/order-links/:token/:verb',
    {
      schema: {
        summary: 'By a contractor’s link: its word for the edge; 202 while the edge has not decided',
        params: Params.extend({ verb: z.enum(CONTRACTOR_VERBS) }),
        body: OrderLinkBody,
        response: { 200: CommandAnswer, 202: CommandAnswer },
      },
    },
    async (request, reply) => {
      const receivedAt = own.now();
      const { token, verb } = request.params;
      const link = await read(request, reply, token);
      // What ended the link may be this very word, whose answer was lost on its way.
      const before = (await saidBefore(ports, link)).find(({ commandId }) => commandId === request.body.commandId);
      if (before) return answer(reply, before);
      const { order } = working(link);
      assertPatience(reply, paces, order.id, receivedAt);
      paces.tried(order.id, receivedAt);
      return answer(reply, await handOn(ports, link, token, { ...request.body, verb, receivedAt }));
    },
  );
}

/** Null: nobody signed it, or not about this. Throws LINK_EARLY for what the cloud has not heard of yet. */
async function readOrderLink({ store, clock }: ApiPorts, token: string): Promise<OrderLink | null> {
  const said = await openToken(store.links, token, parseOrderLink);
  if (!said) return null;
  const incident = await store.incidents.get(said.incident);
  if (incident && incident.edge !== said.edge) return null;
  const order = incident && orderOfLink(said, incident);
  if (order) return { said, incident, order, why: endOfOrderLink(said, incident, clock.now()) };
  if (said.expiresAt <= clock.now()) throw faultOf('expired');
  throw new CloudError('LINK_EARLY', 'the cloud has not heard of this yet; look again in a few seconds');
}

function working(link: OrderLink): OrderLink {
  if (link.why === null) return link;
  throw faultOf(link.why, link.order);
}

function faultOf(why: OrderLinkFault, order?: ContractorOrder): CloudError {
  const { code, message } = ORDER_LINK_FAULTS[why];
  return new CloudError(code, message, order && { details: { what: order.what, quantity: order.quantity } });
}

async function saidBefore(ports: ApiPorts, { said, incident }: OrderLink): Promise<ByLink[]> {
  const all = await ordersBy(ports, incident.id, personOfLink(said));
  return all.filter(({ item }) => item.order.order === said.order);
}

type Word = OrderLinkBody & { readonly verb: LinkOrder['verb']; readonly receivedAt: Millis };

/** Puts it where the edge fetches it, with the token by which the edge knows whose it is. */
function handOn(
  ports: ApiPorts,
  { said, incident, order: { id } }: OrderLink,
  token: string,
  { heldMs, receivedAt, ...words }: Word,
): Promise<StoredCommand> {
  const order: LinkOrder = {
    ...words,
    token,
    incident: incident.id,
    person: personOfLink(said),
    order: id,
    receivedAt: instantText(receivedAt),
    ...(heldMs ? { saidAt: instantText(receivedAt - heldMs) } : {}),
  };
  const { commandId } = words;
  const item = { kind: 'link', order } as const;
  return placeOrder(ports, { edge: incident.edge, commandId, incident: incident.id, item, receivedAt });
}

async function viewOf(ports: ApiPorts, link: OrderLink): Promise<CloudOrderLinkView> {
  const { clock, store } = ports;
  const place = await placeOf(store, link.incident);
  const view = orderLinkView(link.said, link.incident, link.order, { place, now: clock.now(), scale: clock.scale });
  return { ...view, orders: toldOrders(await saidBefore(ports, link)) };
}
