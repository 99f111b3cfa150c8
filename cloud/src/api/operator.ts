import { ErrorBody, ROLES, WhoAmI, instantText } from '@keepsite/edge-contract';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { z } from 'zod';
import type { Api, ApiPorts, ApiSettings } from './context.ts';

/** Is it up, may it be sent work, what does it count, who is asking. */
export function operatorRoutes(api: Api, ports: ApiPorts, settings: ApiSettings): void {
  const { store, clock } = ports;
  const registry = measure(api, ports);

  api.get(
    '/healthz',
    { schema: { summary: 'The process lives', response: { 200: z.object({ ok: z.literal(true) }) } } },
    () => ({ ok: true as const }),
  );

  api.get(
    '/readyz',
    { schema: { summary: 'The stores answer', response: { 200: z.object({ ok: z.literal(true) }), 503: ErrorBody } } },
    async (_request, reply) => {
      try {
        await Promise.all([store.ping(), ports.metrics.ping()]);
        return { ok: true as const };
      } catch {
        return reply.status(503).send({ error: { code: 'CLOUD_NOT_READY', message: 'a store does not answer' } });
      }
    },
  );

  api.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );

  api.get(
    '/api/whoami',
    { schema: { summary: 'Who is asking, and which server answers', response: { 200: WhoAmI } } },
    (request) => {
      const links = { ...settings.links, cloud: settings.links.cloud ?? `${request.protocol}://${request.host}` };
      return {
        server: 'cloud' as const,
        name: settings.name,
        demo: settings.demo,
        user: {
          id: settings.demo ? 'demo' : 'token',
          name: settings.demo ? 'Demo' : 'API',
          roles: [...ROLES],
          client: null,
        },
        links: Object.fromEntries(Object.entries(links).filter(([, url]) => url !== null)) as WhoAmI['links'],
        now: instantText(clock.now()),
      };
    },
  );
}

/** Counters of their own registry, so that two clouds in one process do not meet. */
function measure(api: Api, { store, clock }: ApiPorts): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'keepsite_cloud_' });
  const requests = new Histogram({
    name: 'keepsite_cloud_http_request_seconds',
    help: 'Time that a request took.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  const records = new Counter({
    name: 'keepsite_cloud_records_total',
    help: 'Records of batches by verdict.',
    labelNames: ['verdict'],
    registers,
  });
  gauges(store, registry);
  owedGauges(store, registry, clock);
  api.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
  });
  api.addHook('preSerialization', async (_request, _reply, payload) => {
    const { results } = (payload ?? {}) as { results?: { verdict: string }[] };
    if (Array.isArray(results)) for (const { verdict } of results) records.inc({ verdict });
    return payload;
  });
  return registry;
}

/** What people owe: asked of the store when somebody scrapes. */
function owedGauges({ alarms, after }: ApiPorts['store'], registry: Registry, clock: ApiPorts['clock']): void {
  const one = (name: string, help: string, value: () => Promise<number>): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        registers: [],
        async collect() {
          this.set(await value());
        },
      }),
    );
  };
  one(
    'keepsite_cloud_alarms_open',
    'Alarms of the cloud’s own that have not ended.',
    async () => (await alarms.list({ open: true, limit: 1_000 })).length,
  );
  one('keepsite_cloud_follow_ups_overdue', 'Clients who should have been asked how it went.', async () => {
    const now = clock.now();
    const { summary } = await after.followUps.list({ state: 'overdue', since: now, now, limit: 1 });
    return summary.overdue;
  });
}

/** Asked of the store when somebody scrapes. */
function gauges(store: ApiPorts['store'], registry: Registry): void {
  const perEdge = (
    name: string,
    help: string,
    value: (edge: Awaited<ReturnType<typeof store.edges.list>>[number]) => number,
  ): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: ['edge'],
        registers: [],
        async collect() {
          for (const edge of await store.edges.list()) this.set({ edge: edge.id }, value(edge));
        },
      }),
    );
  };
  perEdge('keepsite_cloud_edge_blind', '1 while an edge is not heard.', (edge) => (edge.blindSince === null ? 0 : 1));
  perEdge(
    'keepsite_cloud_chain_broken',
    'Links of an edge’s evidence that were altered or cut.',
    (edge) => edge.chain.broken,
  );
  perEdge(
    'keepsite_cloud_edge_backlog_events',
    'Events that an edge has yet to deliver.',
    (edge) => edge.heartbeat?.backlog.events ?? 0,
  );
}
