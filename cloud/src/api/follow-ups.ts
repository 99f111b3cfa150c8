import { AttemptBody, FollowUp, FollowUpList } from '@keepsite/cloud-contract';
import { z } from 'zod';
import { DAY } from '../domain/calendar.ts';
import { notFound } from '../errors.ts';
import type { Api, ApiPorts } from './context.ts';

/** Asking clients how an incident or repair went (回访), until somebody has. */
export function followUpRoutes(api: Api, { store, clock, followUp, notices }: ApiPorts): void {
  const { followUps } = store.after;
  api.get(
    '/api/follow-ups',
    {
      schema: {
        summary: 'Whom to ask how it went, the most urgent first, and how the asking goes',
        querystring: z.object({
          state: z.enum(['open', 'overdue', 'done', 'unsatisfied', 'all']).default('open'),
          client: z.string().max(120).optional(),
          days: z.coerce.number().int().min(1).max(3_650).default(90).describe('how far back done ones are looked for'),
          limit: z.coerce.number().int().min(1).max(1_000).default(200),
        }),
        response: { 200: FollowUpList },
      },
    },
    async (request) => {
      const { state, client, days, limit } = request.query;
      const now = clock.now();
      const found = await followUps.list({ state, client, since: now - days * DAY, now, limit });
      return { ...found, next: null };
    },
  );

  const Params = z.object({ id: z.string().min(1).max(400) });
  api.get(
    '/api/follow-ups/:id',
    { schema: { summary: 'One of them', params: Params, response: { 200: FollowUp } } },
    async (request) => {
      const { id } = request.params;
      return (await followUps.get(id, clock.now())) ?? notFound(`follow-up ${id}`);
    },
  );

  api.post(
    '/api/follow-ups/:id/attempts',
    {
      schema: {
        summary: 'Somebody asked, or tried to; the first to get an answer is remembered',
        params: Params,
        body: AttemptBody,
        response: { 200: FollowUp },
      },
    },
    async (request) => {
      const { id } = request.params;
      const after = (await followUps.attempt(id, request.body, clock.now(), followUp)) ?? notFound(`follow-up ${id}`);
      await notices.publish([{ kind: 'client', client: after.client }]);
      return after;
    },
  );
}
