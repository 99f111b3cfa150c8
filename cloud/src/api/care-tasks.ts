import { InstantText, instantText, instantTextOrNull } from '@keepsite/edge-contract';
import { z } from 'zod';
import { CloudError, notFound } from '../errors.ts';
import type { CareTask } from '../ports.ts';
import type { Api, ApiPorts } from './context.ts';

const Words = z.object({ en: z.string(), zh: z.string() });

/** Something that somebody should do for a client, by when. */
export const CareTaskView = z.object({
  id: z.string(),
  client: z.string(),
  kind: z.string(),
  title: Words,
  reason: Words,
  officer: z.string().nullable(),
  openedAt: InstantText,
  dueAt: InstantText,
  doneAt: InstantText.nullable(),
  doneBy: z.string().nullable(),
  note: z.string().nullable(),
});

/** What is to be done for whom. */
export function careTaskRoutes(api: Api, { store, clock }: ApiPorts): void {
  api.get(
    '/api/care-tasks',
    {
      schema: {
        summary: 'Care tasks, the most urgent first',
        querystring: z.object({
          client: z.string().max(120).optional(),
          state: z.enum(['open', 'done', 'all']).default('open'),
        }),
        response: { 200: z.object({ items: z.array(CareTaskView), next: z.null() }) },
      },
    },
    async (request) => {
      const { client, state } = request.query;
      const tasks = await store.scores.tasks({
        ...(client === undefined ? {} : { client }),
        ...(state === 'all' ? {} : { open: state === 'open' }),
      });
      return { items: tasks.map(viewOf), next: null };
    },
  );

  api.post(
    '/api/care-tasks/:id/done',
    {
      schema: {
        summary: 'It is done; the first to say so is remembered',
        params: z.object({ id: z.string().min(1).max(200) }),
        body: z.strictObject({ by: z.string().min(1).max(120), note: z.string().max(2000).nullish() }),
        response: { 200: CareTaskView },
      },
    },
    async (request) => {
      const { by, note } = request.body;
      if (request.params.id.startsWith('follow_up:'))
        throw new CloudError('CLOUD_CONFLICT', 'say what the client answered: POST /api/follow-ups/{id}/attempts');
      const task = await store.scores.finishTask(request.params.id, by, note ?? null, clock.now());
      return viewOf(task ?? notFound(`care task ${request.params.id}`));
    },
  );
}

function viewOf(task: CareTask): z.infer<typeof CareTaskView> {
  return {
    ...task,
    openedAt: instantText(task.openedAt),
    dueAt: instantText(task.dueAt),
    doneAt: instantTextOrNull(task.doneAt),
  };
}
