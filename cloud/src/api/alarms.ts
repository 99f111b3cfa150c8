import { AlarmView } from '@keepsite/cloud-contract';
import { instantText, instantTextOrNull } from '@keepsite/edge-contract';
import { z } from 'zod';
import { allEdges, blindEdges, type Alarm } from '../domain/alarm/alarm.ts';
import { timelineOf } from '../domain/alarm/timeline.ts';
import { notFound } from '../errors.ts';
import { acknowledgeAlarm } from '../jobs/alarms.ts';
import type { AlarmPage } from '../ports/alarms.ts';
import type { Api, ApiPorts } from './context.ts';

const Params = z.object({ id: z.string().min(1).max(200) });

/** What the cloud itself pages about: sites of which it hears nothing. */
export function alarmRoutes(api: Api, { store, notices, own }: ApiPorts): void {
  api.get(
    '/api/alarms',
    {
      schema: {
        summary: 'The cloud’s own alarms (blind sites), newest first',
        querystring: z.object({
          state: z.enum(['open', 'ended', 'all']).default('all'),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: { 200: z.object({ items: z.array(AlarmView), next: z.null() }) },
      },
    },
    async (request) => {
      const { state, limit } = request.query;
      const alarms = await store.alarms.list({ limit, ...(state === 'all' ? {} : { open: state === 'open' }) });
      return { items: alarms.map((alarm) => viewOf(alarm, [])), next: null };
    },
  );

  api.get(
    '/api/alarms/:id',
    { schema: { summary: 'One of them, with its pages', params: Params, response: { 200: AlarmView } } },
    async (request) => {
      const { alarm, pages } = (await store.alarms.get(request.params.id)) ?? notFound(`alarm ${request.params.id}`);
      return viewOf(alarm, pages, true);
    },
  );

  api.post(
    '/api/alarms/:id/acknowledge',
    {
      schema: {
        summary: 'Somebody takes care of it: nobody else is paged; the first to say so is remembered',
        params: Params,
        body: z.strictObject({ by: z.string().min(1).max(120), note: z.string().max(2000).nullish() }),
        response: { 200: AlarmView },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { by, note } = request.body;
      const alarm =
        (await acknowledgeAlarm(store, id, { by, note: note ?? null }, own.now())) ?? notFound(`alarm ${id}`);
      await notices.publish([{ kind: 'alarm', id }]);
      return viewOf(alarm, []);
    },
  );
}

function viewOf(alarm: Alarm, pages: readonly AlarmPage[], isWhole = false): z.infer<typeof AlarmView> {
  return {
    id: alarm.id,
    kind: 'blind_site',
    edges: allEdges(alarm),
    blind: blindEdges(alarm),
    openedAt: instantText(alarm.openedAt),
    endedAt: instantTextOrNull(alarm.endedAt),
    acknowledgedAt: instantTextOrNull(alarm.acknowledgedAt),
    acknowledgedBy: alarm.acknowledgedBy,
    note: alarm.note,
    spells: alarm.spells.map(({ edge, since, until }) => ({
      edge,
      since: instantText(since),
      until: instantTextOrNull(until),
    })),
    duty: [...alarm.pagedBy],
    timeline: isWhole ? timelineOf(alarm, pages).map((one) => ({ ...one, at: instantText(one.at) })) : [],
    pages: pages.map(({ attempts: _attempts, alarm: _alarm, ...page }) => page),
  };
}
