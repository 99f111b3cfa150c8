import { type Incident, instantText, LinkBody, LinkView, type Verb, VERBS } from '@keepsite/edge-contract';
import { CommandAnswer } from '@keepsite/cloud-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { may } from '../../access/roles.ts';
import { createThrottle, neighbourhoodOf } from '../../access/throttle.ts';
import type { LinkFault, LinkRead } from '../../acting/links.ts';
import { peopleOf, withoutAddresses } from '../../acting/link-view.ts';
import { PHOTO_BYTES } from '../../acting/photos.ts';
import { createDirectory } from '../../domain/directory.ts';
import { commandOf } from '../../acting/command.ts';
import type { Api, HttpParts, HttpSettings } from '../api.ts';
import { decided } from '../deeds.ts';
import { HttpError, type HttpErrorCode } from '../errors.ts';
import { assertPatience, keepSecret } from '../secret-links.ts';
import { answerPhoto, Hash, PhotoQuery, PICTURES } from './photos.ts';

type Parts = Pick<HttpParts, 'acting' | 'store' | 'registry' | 'access' | 'clock'>;
type Link = Extract<LinkRead, { readonly ok: true }>;

const open = { config: { action: 'open' } } as const;
/** A link that was mistyped is tried twice; whoever guesses waits longer and longer. */
const GUESSES = { free: 10, firstMs: 1_000, mostMs: 60_000, forgetMs: 600_000 };
/** More than a thumb can tap. */
const ORDERS = { free: 60, firstMs: 1_000, mostMs: 10_000, forgetMs: 60_000 };

const NO: Readonly<Record<LinkFault, readonly [HttpErrorCode, string]>> = {
  forged: ['LINK_FORGED', 'this link is not one of this gateway'],
  expired: ['LINK_EXPIRED', 'this link has expired; a newer page has a newer one'],
  over: ['LINK_OVER', 'the incident is over'],
  revoked: ['LINK_REVOKED', 'you gave the incident back, or it was taken back; a newer page has a newer link'],
};

const Params = z.object({ token: z.string().min(1).max(1_000) });

/**
 * Signed links of one person: GET shows and changes nothing, so that whoever previews a message
 * acknowledges nothing; POST acts in that person's name. What answers here is never logged with its
 * address, never cached, and sends no referrer.
 */
export function linkRoutes(api: Api, parts: Parts, settings: HttpSettings): void {
  const { acting, store, clock } = parts;
  const guesses = createThrottle(GUESSES);
  const orders = createThrottle(ORDERS);

  /** Throws for whoever guesses, and for a link that does not work any more. */
  function linkOf(request: FastifyRequest, reply: FastifyReply, token: string): Link {
    keepSecret(reply);
    const visitor = neighbourhoodOf(request.ip);
    const now = clock.now();
    assertPatience(reply, guesses.wait(visitor, now));
    const link = acting.links.read(token);
    if (link.ok) return link;
    if (link.why === 'forged') guesses.tried(visitor, now);
    const [code, message] = NO[link.why];
    const { incident } = link;
    throw new HttpError(code, message, incident && { response: incident.response, closedAt: incident.closedAt });
  }

  /** What ended the link may be this very order, whose answer was lost on its way to the phone. */
  function answered(token: string, commandId: string): (CommandAnswer & { incident: Incident }) | null {
    const link = acting.links.read(token);
    const answer = link.ok ? undefined : store.answerOf(commandId);
    if (answer === undefined || !link.incident) return null;
    return { ...decided(CommandAnswer.parse(JSON.parse(answer))), incident: withoutAddresses(link.incident) };
  }

  function assertPace(reply: FastifyReply, { incident, person }: Link): void {
    const key = `${incident.id}\n${person}`;
    const now = clock.now();
    assertPatience(reply, orders.wait(key, now));
    orders.tried(key, now);
  }

  api.get('/l/:token', { ...open, schema: { hide: true, params: Params } }, (_, reply) => {
    keepSecret(reply);
    if (settings.webDir !== null) return reply.sendFile('index.html');
    throw new HttpError('NOT_FOUND', 'the web app is not built yet, npm start builds it');
  });

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
        const { incident, person } = link;
        const order = { responder: person, incident: incident.id, verb, receivedAt, via: 'link' } as const;
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
        responder: link.person,
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

/**
 * Whoever is paged may do what a crew may, and what the account allows that is this person's. With an
 * account that was disabled, and no other, a link only shows.
 */
function verbsOf({ person, incident }: Link, { access }: Pick<Parts, 'access'>): Verb[] {
  const own = access?.accounts.list().filter(({ responder, name }) => (responder ?? name) === person) ?? [];
  const active = own.filter(({ disabled }) => !disabled);
  if (own.length > 0 && active.length === 0) return [];
  const roles = ['crew' as const, ...active.map(({ role }) => role)];
  const isAsked = incident.plan?.authority?.approvers.some((approver) => approver.person === person) ?? false;
  const allowed = VERBS.filter(
    (verb) =>
      roles.some((role) => may({ kind: 'account', role }, `incident.${verb}`)) ||
      (isAsked && (verb === 'approve' || verb === 'decline')),
  );
  const mayAssign = roles.some((role) => may({ kind: 'account', role }, 'incident.assign'));
  return allowed.filter((verb) => verb !== 'handover' || mayAssign || incident.responder === person);
}

function assertMay(link: Link, verb: Verb, parts: Parts): void {
  if (verbsOf(link, parts).includes(verb)) return;
  throw new HttpError('NOT_ALLOWED', `this link may not ${verb} the incident`);
}

function viewOf(link: Link, parts: Parts): LinkView {
  const { registry, clock } = parts;
  const { incident, person, expiresAt } = link;
  const { people } = registry();
  const everybody = peopleOf(incident);
  const name = [...people, ...everybody].find(({ id }) => id === person)?.name ?? person;
  const place = createDirectory(registry()).asset(incident.asset);
  const told = (language: 'en' | 'zh') =>
    place
      ? [place.site.name, place.zone.name, place.asset.name].map((each) => each[language]).join(' · ')
      : incident.asset;
  return {
    incident: withoutAddresses(incident),
    person: { id: person, name },
    place: { en: told('en'), zh: told('zh') },
    timeZone: place?.site.zone ?? 'UTC',
    may: verbsOf(link, parts),
    others: everybody.filter(({ id }) => id !== person),
    now: instantText(clock.now()),
    scale: clock.scale,
    expiresAt: instantText(expiresAt),
  };
}
