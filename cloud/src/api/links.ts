import { CloudLinkView, CommandAnswer, type LinkOrder } from '@keepsite/cloud-contract';
import {
  CREW_VERBS,
  createThrottle,
  instantText,
  LINK_FAULTS,
  LINK_GUESSES,
  LINK_ORDERS,
  LinkBody,
  linkVerbs,
  linkView,
  LONGEST_LINK,
  type Millis,
  neighbourhoodOf,
  type Verb,
  VERBS,
} from '@keepsite/edge-contract';
import { PHOTO_BYTES } from '@keepsite/edge-evidence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CloudError } from '../errors.ts';
import type { StoredCommand } from '../ports/commands.ts';
import type { Api, ApiPorts, ApiSettings } from './context.ts';
import { placeOrder } from './incidents.ts';
import { answer, ordersBy, toldOrders } from './link-orders.ts';
import { type LinkRead, readLink } from './link-token.ts';
import { placeOf } from './place-of.ts';
import { answerPhoto, Hash, keepForEdge, photoOf, PhotoQuery, PICTURES } from './photos.ts';
import { assertPatience, keepSecret, serveSecretPage } from './secret-page.ts';

type Link = Extract<LinkRead, { readonly ok: true }>;
/** What the person said; `picture`: the bytes of a photograph, for a note. */
type Words = LinkBody & { readonly verb: Verb; readonly picture?: Uint8Array };

const Params = z.object({ token: z.string().min(1).max(LONGEST_LINK) });
const ANSWERS = { 200: CommandAnswer, 202: CommandAnswer };

/**
 * Signed links of one person, for phones that do not reach the edge: GET shows and changes nothing, POST
 * hands the order to the edge, which checks the link itself and decides. Nothing here is logged with its
 * address, cached, or sends a referrer.
 */
export function linkRoutes(api: Api, ports: ApiPorts, settings: ApiSettings): void {
  const { store, clock, own } = ports;
  const guesses = createThrottle(LINK_GUESSES);
  const paces = createThrottle(LINK_ORDERS);

  /** Throws for whoever guesses. */
  async function read(request: FastifyRequest, reply: FastifyReply, token: string): Promise<LinkRead> {
    keepSecret(reply);
    const visitor = neighbourhoodOf(request.ip);
    assertPatience(reply, guesses, visitor, own.now());
    const link = await readLink(store, token, clock.now());
    if (!link.ok && link.why === 'forged') guesses.tried(visitor, own.now());
    return link;
  }

  /** What became of an order so far; one that has ended its own link gets its first answer. */
  async function order(
    request: FastifyRequest,
    reply: FastifyReply,
    token: string,
    words: Words,
  ): Promise<StoredCommand> {
    const receivedAt = own.now();
    const link = await read(request, reply, token);
    const before = await firstOrder(ports, link, words.commandId);
    if (before) return before;
    const { said, incident } = working(link);
    const pace = `${incident.id}\n${said.person}`;
    assertPatience(reply, paces, pace, receivedAt);
    paces.tried(pace, receivedAt);
    return handOn(ports, { said, incident, token, receivedAt }, words);
  }

  serveSecretPage(api, '/l/:token', settings);
  // A sticker whose code proves who is on site leads to where the links do.
  serveSecretPage(api, '/a/:code', settings);

  api.get(
    '/api/links/:token',
    { schema: { summary: 'What a signed link shows', params: Params, response: { 200: CloudLinkView } } },
    async (request, reply) => viewOf(ports, working(await read(request, reply, request.params.token))),
  );

  api.post(
    '/api/links/:token/:verb',
    {
      schema: {
        summary: 'By a signed link: order the edge; 202 while it has not decided',
        params: Params.extend({ verb: z.enum(VERBS) }),
        body: LinkBody,
        response: ANSWERS,
      },
    },
    async (request, reply) => {
      const { token, verb } = request.params;
      return answer(reply, await order(request, reply, token, { ...request.body, verb }));
    },
  );

  api.post(
    '/api/links/:token/photos',
    {
      bodyLimit: PHOTO_BYTES,
      schema: {
        summary: 'By a signed link: a photograph, as its bytes',
        consumes: PICTURES,
        params: Params,
        querystring: PhotoQuery,
        response: ANSWERS,
      },
    },
    async (request, reply) => {
      const { caption: note, ...query } = request.query;
      const words = { ...query, note, verb: 'note', picture: request.body as Uint8Array } as const;
      return answer(reply, await order(request, reply, request.params.token, words));
    },
  );

  api.get(
    '/api/links/:token/photos/:sha256',
    { schema: { summary: 'By a signed link: one of the incident’s photographs', params: Params.extend(Hash) } },
    async (request, reply) => {
      const { incident } = working(await read(request, reply, request.params.token));
      return answerPhoto(reply, await photoOf(store, incident, request.params.sha256));
    },
  );
}

/** Puts an order where the edge fetches it, with the token by which the edge knows whose it is. */
async function handOn(
  ports: ApiPorts,
  { said, incident, token, receivedAt }: Omit<Link, 'ok'> & { readonly token: string; readonly receivedAt: Millis },
  { heldMs, picture, ...words }: Words,
): Promise<StoredCommand> {
  const { id, edge } = incident;
  const photo = picture && (await keepForEdge(ports.store, incident, picture));
  const order: LinkOrder = {
    ...words,
    token,
    incident: id,
    person: said.person,
    receivedAt: instantText(receivedAt),
    ...(heldMs ? { saidAt: instantText(receivedAt - heldMs) } : {}),
    ...(photo ? { photo } : {}),
  };
  const { commandId } = words;
  return placeOrder(ports, { edge, commandId, incident: id, item: { kind: 'link', order }, receivedAt });
}

/** Throws for a link that does not work (any more), or not yet. */
function working(link: LinkRead): Link {
  if (link.ok) return link;
  if (link.why === 'early')
    throw new CloudError('LINK_EARLY', 'the cloud has not heard of this yet; look again in a few seconds');
  const { code, message } = LINK_FAULTS[link.why];
  const incident = 'incident' in link ? link.incident : null;
  const details = incident && { response: incident.response, closedAt: incident.closedAt };
  throw new CloudError(code, message, { details: details ?? undefined });
}

/** This person's order of that id, if the edge was given it before. */
async function firstOrder(ports: ApiPorts, link: LinkRead, commandId: string): Promise<StoredCommand | undefined> {
  if (link.ok || !('said' in link)) return undefined;
  const orders = await ordersBy(ports, link.incident.id, link.said.person);
  return orders.find((each) => each.commandId === commandId);
}

async function viewOf(ports: ApiPorts, link: Link): Promise<CloudLinkView> {
  const { clock, store } = ports;
  const { said, incident } = link;
  const crew: readonly Verb[] = CREW_VERBS;
  const view = linkView(said, incident, {
    place: await placeOf(store, incident),
    people: [],
    // What more the person's account allows stands at the edge, which decides.
    may: linkVerbs(said, incident, { may: (verb) => crew.includes(verb), assigns: false }),
    now: clock.now(),
    scale: clock.scale,
  });
  const orders = await ordersBy(ports, incident.id, said.person);
  return { ...view, orders: toldOrders(orders) };
}
