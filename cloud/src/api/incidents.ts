import { COMMAND_STATES, CommandAnswer, type CommandItem } from '@keepsite/cloud-contract';
import {
  CommandBody,
  Incident,
  InstantText,
  instantMillis,
  instantText,
  instantTextOrNull,
  ReportBody,
  VERBS,
} from '@keepsite/edge-contract';
import { z } from 'zod';
import { CloudError, notFound } from '../errors.ts';
import type { NewCommand, StoredCommand } from '../ports/commands.ts';
import type { Api, ApiPorts } from './context.ts';

const Params = z.object({ id: z.string().min(1).max(200) });

/** An order as pages see it: pending until the edge has decided. */
const CommandView = CommandAnswer.extend({
  verb: z.enum(VERBS).nullable(),
  responder: z.string(),
  receivedAt: InstantText,
  decidedAt: InstantText.nullable(),
});
const IncidentView = Incident.extend({ commands: z.array(CommandView) });
const Evidence = z.object({
  event: z.unknown().describe('an IncidentEvent exactly as the edge sent it: its hash is over this'),
  recordedAt: InstantText.describe('when the cloud wrote it down'),
  chainOk: z.boolean().nullable().describe('false: altered or not linked; null: its predecessor has not arrived'),
});
export const DECIDED: readonly (typeof COMMAND_STATES)[number][] = ['done', 'refused'];

/** Incidents, their evidence, and what people order. */
export function incidentRoutes(api: Api, ports: ApiPorts): void {
  readRoutes(api, ports);
  orderRoutes(api, ports);
}

function readRoutes(api: Api, { store }: ApiPorts): void {
  api.get(
    '/api/incidents',
    {
      schema: {
        summary: 'Incidents, newest first',
        querystring: z.object({
          state: z.enum(['open', 'closed', 'all']).default('all'),
          client: z.string().max(120).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
          before: z.string().max(300).optional().describe('`next` of the page before'),
        }),
        response: { 200: z.object({ items: z.array(Incident), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { state, client, limit, before } = request.query;
      const items = await store.incidents.list({
        state: state === 'all' ? undefined : state,
        client,
        limit,
        before: cursorOf(before),
      });
      const last = items.at(-1);
      return { items, next: last && items.length === limit ? `${last.openedAt}~${last.id}` : null };
    },
  );

  api.get(
    '/api/incidents/:id',
    {
      schema: {
        summary: 'One incident, with orders that are on their way',
        params: Params,
        response: { 200: IncidentView },
      },
    },
    async (request) => {
      const { id } = request.params;
      const incident = (await store.incidents.get(id)) ?? notFound(`incident ${id}`);
      return { ...incident, commands: (await store.commands.ofIncident(id)).map(viewOf) };
    },
  );

  api.get(
    '/api/incidents/:id/events',
    {
      schema: {
        summary: 'The evidence: every event as the edge sent it',
        params: Params,
        response: { 200: z.object({ items: z.array(Evidence), next: z.null() }) },
      },
    },
    async (request) => {
      const events = await store.incidents.events(request.params.id);
      if (events.length === 0) notFound(`incident ${request.params.id}`);
      return { items: events.map((each) => ({ ...each, recordedAt: instantText(each.recordedAt) })), next: null };
    },
  );
}

function orderRoutes(api: Api, ports: ApiPorts): void {
  const { store, own } = ports;

  api.post(
    '/api/incidents',
    {
      schema: {
        summary: 'A person reports a fault; the edge of that asset decides',
        body: ReportBody,
        response: { 200: CommandAnswer, 202: CommandAnswer },
      },
    },
    async (request, reply) => {
      const report = request.body;
      const edge = (await store.edges.ofAsset(report.asset)) ?? notFound(`asset ${report.asset}`);
      const receivedAt = own.now();
      const item: NewCommand = { kind: 'report', report, receivedAt: instantText(receivedAt) };
      const stored = await placeOrder(ports, { edge, commandId: report.commandId, incident: null, item, receivedAt });
      return reply.status(DECIDED.includes(stored.state) ? 200 : 202).send(answerOf(stored));
    },
  );

  api.post(
    '/api/incidents/:id/:verb',
    {
      schema: {
        summary: 'Order the edge; 202 while it has not decided, 200 with its answer afterwards',
        params: Params.extend({ verb: z.enum(VERBS) }),
        body: CommandBody,
        response: { 200: CommandAnswer, 202: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id, verb } = request.params;
      const { edge } = (await store.incidents.get(id)) ?? notFound(`incident ${id}`);
      const { commandId, responder, note, proof, to, dispatch, order, fixed, appointment, arrivesAt } = request.body;
      const { code, heldMs } = request.body;
      const receivedAt = own.now();
      const saidAt = heldMs ? instantText(receivedAt - heldMs) : undefined;
      const item: NewCommand = {
        kind: 'command',
        command: {
          commandId,
          incident: id,
          verb,
          responder,
          receivedAt: instantText(receivedAt),
          via: 'cloud',
          note: note ?? null,
          proof: proof ?? 'declared',
          to: to ?? null,
          ...given({ dispatch, order, fixed, appointment, code, saidAt, arrivesAt }),
        },
      };
      const stored = await placeOrder(ports, { edge, commandId, incident: id, item, receivedAt });
      return reply.status(DECIDED.includes(stored.state) ? 200 : 202).send(answerOf(stored));
    },
  );
}

/** What a verb brought along beside the common words. */
function given<T extends object>(words: T): Partial<T> {
  const brought = Object.entries(words).filter(([, word]) => word !== undefined && word !== null);
  return Object.fromEntries(brought) as Partial<T>;
}

interface Order {
  readonly edge: string;
  readonly commandId: string;
  readonly incident: string | null;
  readonly item: NewCommand;
  readonly receivedAt: number;
}

/** Sent again under its id it is the same order; another order under that id is a conflict. */
export async function placeOrder({ store, notices }: ApiPorts, order: Order): Promise<StoredCommand> {
  const { edge, commandId, incident, item, receivedAt } = order;
  const stored = await store.commands.place(edge, commandId, incident, item, receivedAt);
  if (purposeOf(stored.item) !== purposeOf(item))
    throw new CloudError(
      'CLOUD_CONFLICT',
      `command ${commandId} was used for another order; give each order an id of its own`,
    );
  await notices.publish([{ kind: 'command', edge, commandId, incident: stored.incident, state: stored.state }]);
  return stored;
}

function purposeOf(item: NewCommand): string {
  if (item.kind === 'response' || item.kind === 'energy-changes') return item.kind;
  if (item.kind === 'erase-reporters') return `${item.kind} ${item.incident}`;
  if (item.kind === 'link') return `${item.order.verb} ${item.order.incident} ${item.order.person} by link`;
  if (item.kind === 'report') return `report ${item.report.asset} ${item.report.fault}`;
  return `${item.command.verb} ${item.command.incident} ${item.command.responder}`;
}

/** What was answered so far. */
export function answerOf({ commandId, state, modified, reason }: StoredCommand): CommandAnswer {
  return { commandId, state, modified, reason };
}

function viewOf(stored: StoredCommand): z.infer<typeof CommandView> {
  const { item } = stored;
  return {
    ...answerOf(stored),
    verb: item.kind === 'command' ? item.command.verb : item.kind === 'link' ? item.order.verb : null,
    responder: responderOf(item),
    receivedAt: instantText(stored.receivedAt),
    decidedAt: instantTextOrNull(stored.decidedAt),
  };
}

/** Who ordered it; response plans are nobody's order about an incident. */
function responderOf(item: CommandItem): string {
  if (item.kind === 'command') return item.command.responder;
  if (item.kind === 'link') return item.order.person;
  return item.kind === 'report' ? item.report.reporter : 'cloud';
}

function cursorOf(before: string | undefined): { at: number; id: string } | undefined {
  if (before === undefined) return undefined;
  const [at = '', id = ''] = before.split(/~(.*)/s);
  const millis = instantMillis(at);
  if (Number.isNaN(millis)) throw new CloudError('CLOUD_BAD_INPUT', '`before` is not the `next` of an earlier page');
  return { at: millis, id };
}
