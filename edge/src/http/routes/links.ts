import {
  createThrottle,
  type Incident,
  instantText,
  LINK_FAULTS,
  LINK_GUESSES,
  LINK_ORDERS,
  LinkBody,
  LinkView,
  linkView,
  LONGEST_LINK,
  neighbourhoodOf,
  type Verb,
  VERBS,
  withoutAddresses,
} from '@keepsite/edge-contract';
import { CommandAnswer } from '@keepsite/cloud-contract';
import { PHOTO_BYTES } from '@keepsite/edge-evidence';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { verbsOf } from '../../acting/link-rights.ts';
import { firstAnswer } from '../../acting/links-through-cloud.ts';
import type { LinkRead } from '../../acting/links.ts';
import { createDirectory } from '../../domain/directory.ts';
import { commandOf } from '../../acting/command.ts';
import type { Api, HttpParts, HttpSettings } from '../api.ts';
import { decided } from '../deeds.ts';
import { HttpError } from '../errors.ts';
import { assertPatience, keepSecret, serveSecretPage } from '../secret-links.ts';
import { answerPhoto, Hash, PhotoQuery, PICTURES } from './photos.ts';

type Parts = Pick<HttpParts, 'acting' | 'store' | 'registry' | 'access' | 'clock'>;
type Link = Extract<LinkRead, { readonly ok: true }>;

const open = { config: { action: 'open' } } as const;

const Params = z.object({ token: z.string().min(1).max(LONGEST_LINK) });

/**
 * Signed links of one person: GET shows and changes nothing, so that whoever previews a message
 * acknowledges nothing; POST acts in that person's name. What answers here is never logged with its
 * address, never cached, and sends no referrer.
 */
export function linkRoutes(api: Api, parts: Parts, settings: HttpSettings): void {
  const { acting, store, clock } = parts;
  const guesses = createThrottle(LINK_GUESSES);
  const orders = createThrottle(LINK_ORDERS);

  /** Throws for whoever guesses, and for a link that does not work any more. */
  function linkOf(request: FastifyRequest, reply: FastifyReply, token: string): Link {
    keepSecret(reply);
    const visitor = neighbourhoodOf(request.ip);
    const now = clock.now();
    assertPatience(reply, guesses.wait(visitor, now));
    const link = acting.links.read(token);
    if (link.ok) return link;
    if (link.why === 'forged') guesses.tried(visitor, now);
    const { code, message } = LINK_FAULTS[link.why];
    const { incident } = link;
    throw new HttpError(code, message, incident && { response: incident.response, closedAt: incident.closedAt });
  }

  /** What an order was answered that has ended its own link. */
  function answered(token: string, commandId: string): (CommandAnswer & { incident: Incident }) | null {
    const link = acting.links.read(token);
    const answer = firstAnswer(link, commandId, store);
    return answer && link.incident && { ...decided(answer), incident: withoutAddresses(link.incident) };
  }

  function assertPace(reply: FastifyReply, { incident, said }: Link): void {
    const key = `${incident.id}\n${said.person}`;
    const now = clock.now();
    assertPatience(reply, orders.wait(key, now));
    orders.tried(key, now);
  }

  serveSecretPage(api, '/l/:token', settings);

  api.get(
    '/api/links/:token',
    { ...open, schema: { summary: 'What a signed link shows', params: Params, response: { 200: LinkView } } },
    (request, reply) => viewOf(linkOf(request, reply, request.params.token), parts),
  );

  for (const verb of VERBS)
    api.post(
      `/api/links/:token/${verb}`,
      {
        ...open,
        schema: {
          summary: `By a signed link: ${verb}`,
          params: Params,
          body: LinkBody,
          response: { 200: CommandAnswer.extend({ incident: LinkView.shape.incident }) },
        },
      },
      async (request, reply) => {
        const receivedAt = instantText(clock.now());
        const { token } = request.params;
        const before = answered(token, request.body.commandId);
        if (before) return before;
        const link = linkOf(request, reply, token);
        assertPace(reply, link);
        assertMay(link, verb, parts);
        const { incident, said } = link;
        const order = { responder: said.person, incident: incident.id, verb, receivedAt, via: 'link' } as const;
        const shown = { address: request.ip, attestedBy: null };
        const answer = decided(await acting.order(commandOf(request.body, order, clock), shown));
        return { ...answer, incident: withoutAddresses(store.incident(incident.id) ?? incident) };
      },
    );

  api.post(
    '/api/links/:token/photos',
    {
      ...open,
      bodyLimit: PHOTO_BYTES,
      schema: {
        summary: 'By a signed link: a photograph, as its bytes',
        consumes: PICTURES,
        params: Params,
        querystring: PhotoQuery.omit({ responder: true }),
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const receivedAt = instantText(clock.now());
      const link = linkOf(request, reply, request.params.token);
      assertPace(reply, link);
      assertMay(link, 'note', parts);
      const { commandId, caption: note, heldMs } = request.query;
      const order = {
        responder: link.said.person,
        incident: link.incident.id,
        verb: 'note',
        receivedAt,
        via: 'link',
      } as const;
      const command = commandOf({ commandId, note, heldMs }, order, clock);
      return decided(await acting.photos.add(link.incident, command, request.body as Uint8Array));
    },
  );

  api.get(
    '/api/links/:token/photos/:sha256',
    {
      ...open,
      schema: { summary: 'By a signed link: one of the incident’s photographs', params: Params.extend(Hash) },
    },
    (request, reply) => {
      const { incident } = linkOf(request, reply, request.params.token);
      return answerPhoto(reply, acting.photos.read(incident, request.params.sha256));
    },
  );
}

function allowed({ said, incident }: Link, { access }: Pick<Parts, 'access'>): Verb[] {
  return verbsOf(said, incident, () => access?.accounts.list() ?? []);
}

function assertMay(link: Link, verb: Verb, parts: Parts): void {
  if (allowed(link, parts).includes(verb)) return;
  throw new HttpError('NOT_ALLOWED', `this link may not ${verb} the incident`);
}

function viewOf(link: Link, parts: Parts): LinkView {
  const { registry, clock } = parts;
  const { said, incident } = link;
  return linkView(said, incident, {
    place: createDirectory(registry()).asset(incident.asset) ?? null,
    people: registry().people,
    may: allowed(link, parts),
    now: clock.now(),
    scale: clock.scale,
  });
}
