import {
  Command,
  CommandBody,
  Incident,
  IncidentEvent,
  instantText,
  ReportBody,
  type Verb,
  VERBS,
} from '@keepsite/edge-contract';
import { CommandAnswer } from '@keepsite/cloud-contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import { actingAs, may } from '../../access/roles.ts';
import { type Api, type HttpParts, limitUpTo, listOf } from '../api.ts';
import { HttpError } from '../errors.ts';

const Params = z.object({ id: z.string().min(1).max(200) });
const STATES = ['open', 'closed', 'all'] as const;

const ListQuery = z.object({
  state: z.enum(STATES).default('all').describe('open: neither closed nor cancelled'),
  before: z.string().max(200).optional().describe('`next` of the page before'),
  limit: limitUpTo(500, 100),
});

type Parts = Pick<HttpParts, 'pipeline' | 'store' | 'registry' | 'clock' | 'access'>;

/** Whoever is signed in need not say who acts. */
const OwnCommandBody = CommandBody.partial({ responder: true });
const OwnReportBody = ReportBody.partial({ reporter: true });

const SUMMARIES: Readonly<Record<Verb, string>> = {
  acknowledge: 'Take an incident',
  arrive: 'Say that somebody is on site',
  resolve: 'Say that it is resolved',
  close: 'Close it',
  cancel: 'Cancel it: it was none',
  note: 'Write a note',
  release: 'Give it back',
  handover: 'Hand it over to another person',
  escalate: 'Page the next step now',
};

/** Incidents, their evidence, and what people do about them. */
export function incidentRoutes(api: Api, parts: Parts): void {
  readRoutes(api, parts);
  orderRoutes(api, parts);
}

function readRoutes(api: Api, { store }: Pick<Parts, 'store'>): void {
  api.get(
    '/api/incidents',
    {
      config: { action: 'facility.read' },
      schema: { summary: 'Incidents, newest first', querystring: ListQuery, response: { 200: listOf(Incident) } },
    },
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
    {
      config: { action: 'facility.read' },
      schema: { summary: 'One incident', params: Params, response: { 200: Incident } },
    },
    ({ params }) => known(store, params.id),
  );

  api.get(
    '/api/incidents/:id/events',
    {
      config: { action: 'facility.read' },
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

function orderRoutes(api: Api, { pipeline, store, registry, clock, access }: Parts): void {
  api.post(
    '/api/incidents',
    {
      config: { action: 'incident.report' },
      schema: {
        summary: 'A person reports a fault; `incident` is the one that it opened or joined',
        body: OwnReportBody,
        response: { 200: CommandAnswer.extend({ incident: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { body } = request;
      const receivedAt = clock.now();
      if (!registry().assets.some(({ id }) => id === body.asset))
        throw new HttpError('ASSET_UNKNOWN', `no asset ${body.asset} is known here`);
      const reporter = actorOf(request, body.reporter, access, { asset: body.asset, fault: body.fault });
      return decided(await pipeline.report({ ...body, reporter }, receivedAt, 'edge'));
    },
  );

  for (const verb of VERBS)
    api.post(
      `/api/incidents/:id/${verb}`,
      {
        config: { action: `incident.${verb}` },
        schema: {
          summary: SUMMARIES[verb],
          params: Params,
          body: OwnCommandBody,
          response: { 200: CommandAnswer.extend({ incident: Incident }) },
        },
      },
      async (request) => {
        const { id } = request.params;
        const receivedAt = instantText(clock.now());
        known(store, id);
        const { responder: named, ...words } = request.body;
        const responder = actorOf(request, named, access, { incident: id, verb });
        const answer = await pipeline.order(
          Command.parse({ ...present(words), responder, incident: id, verb, receivedAt, via: 'edge' }),
        );
        return { ...decided(answer), incident: known(store, id) };
      },
    );
}

/**
 * In whose name a request acts: the account's own person, unless the caller may act for others. That
 * somebody did is written down, for the evidence names only the one who was named.
 */
function actorOf(
  { principal, ip }: FastifyRequest,
  named: string | undefined,
  access: Access | null,
  deed: Readonly<Record<string, string>>,
): string {
  const own = principal && actingAs(principal);
  if (named === undefined && own) return own;
  if (named === undefined) throw new HttpError('INVALID_REQUEST', 'say in whose name: responder or reporter');
  if (!principal || named === own) return named;
  if (principal.kind === 'account') {
    if (!may(principal, 'incident.assign'))
      throw new HttpError('NOT_ALLOWED', `you are signed in as ${own ?? principal.name} and may not act for ${named}`);
    const detail = { ...deed, responder: named };
    access?.audit.record({ kind: 'acted_for_another', by: principal.name, address: ip, detail });
  }
  return named;
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
function present(body: Omit<CommandBody, 'responder'>): Partial<CommandBody> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null));
}
