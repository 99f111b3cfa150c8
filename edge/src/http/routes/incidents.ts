import {
  CommandBody,
  Incident,
  IncidentEvent,
  instantText,
  ReportBody,
  type Verb,
  VERBS,
} from '@keepsite/edge-contract';
import { CommandAnswer } from '@keepsite/cloud-contract';
import { z } from 'zod';
import { commandOf } from '../../acting/command.ts';
import { type Api, type HttpParts, limitUpTo, listOf } from '../api.ts';
import { actorOf, assertOwnApproval, assertOwnClaim, decided, known, shownBy } from '../deeds.ts';
import { HttpError } from '../errors.ts';

const Params = z.object({ id: z.string().min(1).max(200) });
const STATES = ['open', 'closed', 'all'] as const;

const ListQuery = z.object({
  state: z.enum(STATES).default('all').describe('open: neither closed nor cancelled'),
  before: z.string().max(200).optional().describe('`next` of the page before'),
  limit: limitUpTo(500, 100),
});

type Parts = Pick<HttpParts, 'pipeline' | 'store' | 'registry' | 'clock' | 'access' | 'acting'>;

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
  dispatch: 'Order from a contractor, within the plan’s budget or with somebody’s approval',
  approve: 'Approve an order that exceeds the budget',
  decline: 'Decline it',
  confirm_order: 'The contractor has confirmed an order',
  receive_order: 'What was ordered is there',
  call_off_order: 'Call an order off; its cost goes back to the budget',
  arrange: 'Say when a repair will be done, and by whom',
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
    async ({ params, query: { after, limit } }) => {
      known(store, params.id);
      const items = store.events({ incident: params.id, after, limit });
      await store.synced();
      return { items, next: items.length === limit ? (items.at(-1)?.seq ?? null) : null };
    },
  );
}

function orderRoutes(api: Api, parts: Parts): void {
  const { pipeline, store, registry, clock, access, acting } = parts;
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
        const incident = known(store, id);
        assertOwnApproval(request, verb, request.body.responder);
        const responder = actorOf(request, request.body.responder, access, { incident: id, verb });
        assertOwnClaim(request, verb, incident, responder);
        const command = commandOf(request.body, { responder, incident: id, verb, receivedAt, via: 'edge' }, clock);
        const answer = await acting.order(command, shownBy(request, responder, request.body.proof));
        return { ...decided(answer), incident: known(store, id) };
      },
    );
}
