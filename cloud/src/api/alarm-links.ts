import { AlarmLinkView } from '@keepsite/cloud-contract';
import {
  createThrottle,
  instantText,
  instantTextOrNull,
  LINK_FAULTS,
  LINK_GUESSES,
  LONGEST_LINK,
  neighbourhoodOf,
} from '@keepsite/edge-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { blindEdges } from '../domain/alarm/alarm.ts';
import { alarmPlace } from '../domain/alarm/alarm-incident.ts';
import { nameOf, timelineOf } from '../domain/alarm/timeline.ts';
import { CloudError } from '../errors.ts';
import { acknowledgeAlarm } from '../jobs/alarms.ts';
import { type AlarmLinkSaid, createAlarmLinks } from './alarm-token.ts';
import type { Api, ApiPorts, ApiSettings } from './context.ts';
import { assertPatience, keepSecret, serveSecretPage } from './secret-page.ts';

const Params = z.object({ token: z.string().min(1).max(LONGEST_LINK) });

/** A person's own link to an alarm of the cloud: GET shows and takes nothing, POST takes it in their name. */
export function alarmLinkRoutes(api: Api, ports: ApiPorts, settings: ApiSettings): void {
  const { store, notices, own } = ports;
  const links = createAlarmLinks(settings.tokens.api);
  const guesses = createThrottle(LINK_GUESSES);

  /** Throws for whoever guesses, and for a link that does not work. */
  function read(request: FastifyRequest, reply: FastifyReply, token: string): AlarmLinkSaid {
    keepSecret(reply);
    const visitor = neighbourhoodOf(request.ip);
    assertPatience(reply, guesses, visitor, own.now());
    const said = links?.read(token, own.now()) ?? 'forged';
    if (said === 'forged') guesses.tried(visitor, own.now());
    return typeof said === 'object' ? said : refuse(said);
  }

  async function view({ alarm: id, person }: AlarmLinkSaid): Promise<AlarmLinkView> {
    const { alarm, pages } = (await store.alarms.get(id)) ?? refuse('forged');
    const { sites } = await store.clients.registry();
    const sitesOf = (edge: string) => sites.filter((site) => site.edge === edge).map(({ name }) => name);
    const { acknowledgedBy } = alarm;
    return {
      person: { id: person, name: nameOf(person, pages) },
      place: alarmPlace(alarm, blindEdges(alarm).length > 0 ? 'blind' : 'back', sitesOf),
      isBlind: blindEdges(alarm).length > 0,
      openedAt: instantText(alarm.openedAt),
      endedAt: instantTextOrNull(alarm.endedAt),
      acknowledgedAt: instantTextOrNull(alarm.acknowledgedAt),
      acknowledgedBy: acknowledgedBy === null ? null : { id: acknowledgedBy, name: nameOf(acknowledgedBy, pages) },
      timeline: timelineOf(alarm, pages).map((moment) => ({ ...moment, at: instantText(moment.at) })),
    };
  }

  serveSecretPage(api, '/w/:token', settings);

  api.get(
    '/api/alarm-links/:token',
    { schema: { summary: 'What a person’s link to an alarm shows', params: Params, response: { 200: AlarmLinkView } } },
    async (request, reply) => await view(read(request, reply, request.params.token)),
  );

  api.post(
    '/api/alarm-links/:token/acknowledge',
    {
      schema: {
        summary: 'By a person’s link: they take care of it; the first to say so is remembered',
        params: Params,
        body: z.strictObject({}),
        response: { 200: AlarmLinkView },
      },
    },
    async (request, reply) => {
      const said = read(request, reply, request.params.token);
      await acknowledgeAlarm(store, said.alarm, { by: said.person, note: null }, own.now());
      await notices.publish([{ kind: 'alarm', id: said.alarm }]);
      return await view(said);
    },
  );
}

function refuse(why: 'forged' | 'expired'): never {
  const { code, message } = LINK_FAULTS[why];
  throw new CloudError(code, message);
}
