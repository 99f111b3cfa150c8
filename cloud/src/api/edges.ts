import { type CommandItem, CommandList, CommandResults } from '@keepsite/cloud-contract';
import { BatchResult, Heartbeat, InstantText, instantText, instantTextOrNull } from '@keepsite/edge-contract';
import { z } from 'zod';
import { acceptBatch } from '../ingest/accept-batch.ts';
import type { EdgeView, Notice } from '../ports.ts';
import type { Api, ApiPorts, ApiSettings } from './context.ts';

const Params = z.object({ edge: z.string().min(1).max(120) });

/** An edge as operators see it. */
export const EdgeStatus = z.object({
  id: z.string(),
  state: z.enum(['live', 'blind', 'never']),
  heardAt: InstantText.nullable(),
  /** Since when nothing that happens there is known. */
  blindSince: InstantText.nullable(),
  heartbeat: Heartbeat.nullable(),
  /** `broken` links were altered or cut; `gaps` wait for an event that has not arrived. */
  chain: z.object({ last: z.int(), broken: z.int(), gaps: z.int() }),
  rejected: z.int(),
  sites: z.array(z.string()),
  retired: z.boolean(),
});
export type EdgeStatus = z.infer<typeof EdgeStatus>;

/** A batch holds up to 2,000 blocks; the edge makes them far smaller. Counted unfolded. */
const BATCH_BYTES = 64 << 20;
const COMMANDS_A_POLL = 100;

/** What edges say and ask, and how they are. */
export function edgeRoutes(api: Api, ports: ApiPorts, settings: ApiSettings): void {
  const { store, notices, own } = ports;

  api.get(
    '/api/edges',
    {
      schema: {
        summary: 'Every gateway: alive or blind, its backlog, its evidence; retired ones only when asked for',
        querystring: z.object({ retired: z.stringbool().default(false) }),
        response: { 200: z.object({ items: z.array(EdgeStatus), next: z.null() }) },
      },
    },
    async (request) => {
      const edges = await store.edges.list();
      return { items: edges.filter(({ retired }) => request.query.retired || !retired).map(statusOf), next: null };
    },
  );

  api.post(
    '/api/edges/:edge/batches',
    {
      bodyLimit: BATCH_BYTES,
      schema: {
        summary: 'An edge delivers events, readings and its registry (a Batch); each record gets its verdict',
        params: Params,
        body: z.looseObject({ edge: z.string() }),
        response: { 200: BatchResult },
      },
    },
    async (request) => {
      const started = own.now();
      const { edge } = request.params;
      const touch = (clients: Iterable<string>): void => ports.live.touch(clients);
      const result = await acceptBatch({ ...ports, touch }, edge, request.body, started);
      const count = (verdict: string): number => result.results.filter((line) => line.verdict === verdict).length;
      ports.events.batchAccepted({
        edge,
        accepted: count('accepted'),
        duplicates: count('duplicate'),
        rejected: count('rejected'),
        ms: own.now() - started,
      });
      return result;
    },
  );

  api.get(
    '/api/edges/:edge/commands',
    {
      schema: {
        summary: 'Orders for an edge; waits up to 25 seconds when there are none',
        params: Params,
        querystring: z.object({
          after: z.coerce.number().int().nonnegative().default(0),
          wait: z.coerce.number().min(0).max(60).optional(),
        }),
        response: { 200: CommandList },
      },
    },
    async (request) => {
      const { edge } = request.params;
      const { after, wait } = request.query;
      const gone = new AbortController();
      request.raw.once('close', () => gone.abort());
      const pollMs = wait === undefined ? settings.pollMs : wait * 1000;
      const items = await pollCommands(ports, edge, after, pollMs, gone.signal);
      return { items, next: items.at(-1)?.seq ?? after, now: instantText(own.now()) };
    },
  );

  api.post(
    '/api/edges/:edge/commands/results',
    {
      schema: {
        summary: 'What the edge decided',
        params: Params,
        body: CommandResults,
        response: { 200: z.object({ changed: z.int() }) },
      },
    },
    async (request) => {
      const changed = await store.commands.decide(request.params.edge, request.body.results, own.now());
      await notices.publish(
        changed.map(({ edge, commandId, incident, state }): Notice => ({
          kind: 'command',
          edge,
          commandId,
          incident,
          state,
        })),
      );
      return { changed: changed.length };
    },
  );
}

/** Subscribes before it asks, so that an order placed in between is not slept through. */
async function pollCommands(
  ports: ApiPorts,
  edge: string,
  after: number,
  ms: number,
  gone: AbortSignal,
): Promise<CommandItem[]> {
  const news = newsFor(ports, edge);
  try {
    const take = (): Promise<CommandItem[]> => ports.store.commands.take(edge, after, COMMANDS_A_POLL, ports.own.now());
    const items = await take();
    if (items.length > 0 || ms === 0) return items;
    await news.orAfter(ms, gone);
    return gone.aborted ? [] : await take();
  } finally {
    news.stop();
  }
}

function newsFor(
  { notices }: ApiPorts,
  edge: string,
): { orAfter(ms: number, gone: AbortSignal): Promise<void>; stop(): void } {
  let wake = (): void => undefined;
  const heard = new Promise<void>((resolve) => (wake = resolve));
  const stop = notices.subscribe((notice) => {
    if (notice.kind === 'command' && notice.edge === edge && notice.state === 'pending') wake();
  });
  return {
    stop,
    async orAfter(ms, gone) {
      const timer = setTimeout(wake, ms);
      gone.addEventListener('abort', wake, { once: true });
      await heard;
      clearTimeout(timer);
    },
  };
}

/** An {@link EdgeStatus} from what the store knows. */
export function statusOf(edge: EdgeView): EdgeStatus {
  return {
    id: edge.id,
    state: edge.heardAt === null ? 'never' : edge.blindSince === null ? 'live' : 'blind',
    heardAt: instantTextOrNull(edge.heardAt),
    blindSince: instantTextOrNull(edge.blindSince),
    heartbeat: edge.heartbeat,
    chain: edge.chain,
    rejected: edge.rejected,
    sites: [...edge.sites],
    retired: edge.retired,
  };
}
