import { Command, CommandBody, Incident, IncidentEvent, instantText, ReportBody, VERBS } from '@keepsite/edge-contract';
import { CommandAnswer } from '@keepsite/cloud-contract';
import { z } from 'zod';
import { type Api, type HttpParts, limitUpTo, listOf } from '../api.ts';
import { HttpError } from '../errors.ts';

const Params = z.object({ id: z.string().min(1).max(200) });
const STATES = ['open', 'closed', 'all'] as const;

const ListQuery = z.object({
  state: z.enum(STATES).default('all').describe('open: neither closed nor cancelled'),
  before: z.string().max(200).optional().describe('`next` of the page before'),
  limit: limitUpTo(500, 100),
});

type Parts = Pick<HttpParts, 'pipeline' | 'store' | 'registry' | 'clock'>;

/** Incidents, their evidence, and what people do about them. */
export function incidentRoutes(api: Api, parts: Parts): void {
  readRoutes(api, parts);
  orderRoutes(api, parts);
}

function readRoutes(api: Api, { store }: Pick<Parts, 'store'>): void {
  api.get(
    '/api/incidents',
    { schema: { summary: 'Incidents, newest first', querystring: ListQuery, response: { 200: listOf(Incident) } } },
    ({ query: { state, before, limit } }) => {
      const found = store.incidents({
        ...(state === 'all' ? {} : { state }),
        ...(before === undefined ? {} : { before }),
        limit: limit + 1,
      });
      const items = found.slice(0, limit);
      return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  );

  api.get(
    '/api/incidents/:id',
    { schema: { summary: 'One incident', params: Params, response: { 200: Incident } } },
    ({ params }) => known(store, params.id),
  );

  api.get(
    '/api/incidents/:id/events',
    {
      schema: {
        summary: 'Its part of the evidence chain, oldest first; `next` is the `after` of the next page',
        params: Params,
        querystring: z.object({ after: z.coerce.number().int().min(0).default(0), limit: limitUpTo(2_000, 1_000) }),
        response: { 200: listOf(IncidentEvent) },
      },
    },
    ({ params, query: { after, limit } }) => {
      known(store, params.id);
      const items = store.events({ incident: params.id, after, limit });
      return { items, next: items.length === limit ? (items.at(-1)?.seq ?? null) : null };
    },
  );
}

function orderRoutes(api: Api, { pipeline, store, registry, clock }: Parts): void {
  api.post(
    '/api/incidents',
    {
      schema: {
        summary: 'A person reports a fault; `incident` is the one that it opened or joined',
        body: ReportBody,
        response: { 200: CommandAnswer.extend({ incident: z.string().nullable() }) },
      },
    },
    async ({ body }) => {
      const receivedAt = clock.now();
      if (!registry().assets.some(({ id }) => id === body.asset))
        throw new HttpError('ASSET_UNKNOWN', `no asset ${body.asset} is known here`);
      return decided(await pipeline.report(body, receivedAt, 'edge'));
    },
  );

  api.post(
    '/api/incidents/:id/:verb',
    {
      schema: {
        summary: 'Acknowledge, arrive, resolve, close, cancel, note, release, handover, escalate',
        params: Params.extend({ verb: z.enum(VERBS) }),
        body: CommandBody,
        response: { 200: CommandAnswer.extend({ incident: Incident }) },
      },
    },
    async ({ params: { id, verb }, body }) => {
      const receivedAt = instantText(clock.now());
      known(store, id);
      const answer = await pipeline.order(
        Command.parse({ ...present(body), incident: id, verb, receivedAt, via: 'edge' }),
      );
      return { ...decided(answer), incident: known(store, id) };
    },
  );
}

function known(store: Pick<HttpParts['store'], 'incident'>, id: string): Incident {
  const incident = store.incident(id);
  if (!incident) throw new HttpError('INCIDENT_UNKNOWN', `no incident ${id} is known here`);
  return incident;
}

/** A refusal is a conflict with what is already decided; anything else is an answer. */
function decided<A extends CommandAnswer>(answer: A): A {
  if (answer.state !== 'refused') return answer;
  throw new HttpError('COMMAND_REFUSED', answer.reason ?? 'this cannot be done now', { answer });
}

/** Fields that were left out get the contract's defaults. */
function present(body: CommandBody): Partial<CommandBody> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null));
}
