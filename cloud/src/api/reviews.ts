import { ActionLine, IncidentReview, ReviewBody, ReviewLine } from '@keepsite/cloud-contract';
import { z } from 'zod';
import { actionLines, hasBreached, isReviewRequired, reviewState } from '../domain/after/review.ts';
import { DAY, dayOf } from '../domain/calendar.ts';
import { CloudError, notFound } from '../errors.ts';
import type { ReviewRow } from '../ports/after.ts';
import type { Api, ApiPorts } from './context.ts';

const Params = z.object({ id: z.string().min(1).max(200) });
const LIMIT = 500;

/** What was learnt from incidents, and what is to be done about it. */
export function reviewRoutes(api: Api, ports: ApiPorts): void {
  oneReview(api, ports);
  reviewLists(api, ports);
}

function oneReview(api: Api, { store, notices }: ApiPorts): void {
  const { reviews } = store.after;

  async function review(id: string): Promise<z.infer<typeof IncidentReview>> {
    const incident = (await store.after.response(id)) ?? notFound(`incident ${id}`);
    const versions = await reviews.versions(id);
    return { incident: id, required: isReviewRequired(incident), state: reviewState(versions[0]), versions };
  }

  api.get(
    '/api/incidents/:id/review',
    {
      schema: { summary: 'The review of an incident, all versions', params: Params, response: { 200: IncidentReview } },
    },
    (request) => review(request.params.id),
  );

  api.put(
    '/api/incidents/:id/review',
    {
      schema: {
        summary: 'Write the next version of the review; what was written before is kept',
        params: Params,
        body: ReviewBody,
        response: { 200: IncidentReview },
      },
    },
    async (request) => {
      const { id } = request.params;
      const before = await review(id);
      if (!(await reviews.add(id, request.body)))
        throw new CloudError(
          'CLOUD_CONFLICT',
          `somebody has written version ${before.versions[0]?.version ?? 0} meanwhile; look at it and write the next one`,
        );
      await notices.publish([{ kind: 'incident', id }]);
      return await review(id);
    },
  );
}

function reviewLists(api: Api, { store, clock, timeZone }: ApiPorts): void {
  const { reviews } = store.after;
  const today = (): string => dayOf(clock.now(), timeZone);

  api.get(
    '/api/reviews',
    {
      schema: {
        summary: 'Incidents and how far their reviews are, the newest first',
        querystring: z.object({
          state: z.enum(['due', 'draft', 'agreed', 'all']).default('due').describe('due: required and not agreed yet'),
          days: z.coerce.number().int().min(1).max(3_650).default(90),
        }),
        response: { 200: z.object({ items: z.array(ReviewLine), next: z.null() }) },
      },
    },
    async (request) => {
      const { state, days } = request.query;
      const now = clock.now();
      const rows = await reviews.list({ from: now - days * DAY, to: now + DAY, limit: LIMIT });
      const lines = rows.map((row) => lineOf(row, today()));
      return { items: lines.filter((line) => isShown(line, state)), next: null };
    },
  );

  api.get(
    '/api/review-actions',
    {
      schema: {
        summary: 'What reviews have decided to do, the most urgent first',
        querystring: z.object({ state: z.enum(['open', 'overdue', 'done', 'all']).default('open') }),
        response: { 200: z.object({ items: z.array(ActionLine), next: z.null() }) },
      },
    },
    async (request) => {
      const { state } = request.query;
      const lines = (await reviews.newest()).flatMap(({ incident, review }) => actionLines(incident, review, today()));
      const items = lines.filter(
        ({ doneAt, overdue }) =>
          state === 'all' || (state === 'done' ? doneAt !== null : state === 'overdue' ? overdue : doneAt === null),
      );
      return { items: items.toSorted((a, b) => (a.due < b.due ? -1 : a.due > b.due ? 1 : 0)), next: null };
    },
  );
}

function isShown({ required, state }: z.infer<typeof ReviewLine>, asked: 'due' | 'draft' | 'agreed' | 'all'): boolean {
  if (asked === 'all') return true;
  return asked === 'due' ? required && state !== 'agreed' : state === asked;
}

function lineOf({ incident, review }: ReviewRow, today: string): z.infer<typeof ReviewLine> {
  const actions = review ? actionLines(incident.id, review, today) : [];
  return {
    incident: incident.id,
    required: isReviewRequired(incident),
    state: reviewState(review ?? undefined),
    severity: incident.severity,
    site: incident.site,
    asset: incident.asset,
    fault: incident.fault,
    openedAt: incident.openedAt,
    breached: hasBreached(incident),
    version: review?.version ?? null,
    openActions: actions.filter(({ doneAt }) => doneAt === null).length,
    overdueActions: actions.filter(({ overdue }) => overdue).length,
  };
}
