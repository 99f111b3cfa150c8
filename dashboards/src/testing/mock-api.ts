import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import {
  VERBS,
  type AdoptBody,
  type CommandBody,
  type Incident,
  type MappingPreviewBody,
  ROLES,
  type ReportBody,
  type RetryBody,
  type Role,
  type Verb,
  instantText,
} from '@keepsite/edge-contract';
import { accountRoutes } from './mock-accounts.ts';
import { MockAdoption } from './mock-adoption.ts';
import { afterRoutes } from './mock-after.ts';
import { contractOf, energyOf, retentionOf, slaOf, summaries } from './mock-clients.ts';
import { energyReportRoutes } from './mock-energy-report.ts';
import { MockHouse } from './mock-house.ts';
import { channelRoutes } from './mock-channels.ts';
import { maintenanceRoutes } from './mock-maintenance.ts';
import { orderLinkRoutes } from './mock-order-link.ts';
import { REGISTRY } from './mock-registry.ts';
import { repairRoutes } from './mock-repairs.ts';
import { responseRoutes } from './mock-response.ts';
import { list } from './mock-route.ts';
import { SCENARIOS } from './mock-scenarios.ts';
import { devices, furnish, heartbeat, whoami } from './mock-scenery.ts';

const DIST = join(import.meta.dirname, '../../dist');
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

export interface MockOptions {
  readonly port?: number;
  readonly server?: 'edge' | 'cloud';
  /** No open incident. */
  readonly quiet?: boolean;
  /** Stops the stream, to see what a dead one looks like. */
  readonly mute?: boolean;
  readonly scale?: number;
  /** Who is signed in; absent: nobody need be, and everything is allowed. */
  readonly role?: Role | undefined;
}

/** Serves the built app and contract-shaped, living data on a loopback port: for looking at pages, never for a person's use. */
export async function startMock(options: MockOptions = {}): Promise<{ url: string; close: () => Promise<void> }> {
  const began = Date.now();
  let scale = options.scale ?? 1;
  let anchor = { real: began, told: began };
  const now = (): number => anchor.told + (Date.now() - anchor.real) * scale;
  const streams = new Set<ServerResponse>();
  const say = (event: string, data: unknown): void => {
    for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const house = new MockHouse((incident) => say('incident', { ...incident, timeline: [] }));
  furnish(house, now(), options.quiet ?? false);
  const crews = { mode: 'answer' };
  const adoption = new MockAdoption();

  const clock = setInterval(() => {
    house.tick(now());
    if (options.mute) return;
    say('clock', { now: instantText(now()), scale });
    say('heartbeat', heartbeat(now(), house, scale));
    say('reading', {
      device: 'meter-1',
      metric: 'active_power_w',
      part: 'total',
      value: 412_300 + 900 * Math.sin(now() / 9000),
      at: null,
    });
  }, 1000);

  const all = (): Incident[] => [...house.incidents.values()].toSorted((a, b) => b.openedAt.localeCompare(a.openedAt));
  const isOpen = (one: Incident): boolean => one.response !== 'closed' && one.response !== 'cancelled';
  const open = (): Incident[] => all().filter(isOpen);
  const rooms = [
    responseRoutes(now),
    afterRoutes(now, all),
    maintenanceRoutes(house, now),
    repairRoutes(house, now),
    orderLinkRoutes(now),
    energyReportRoutes(now),
    accountRoutes(now),
    channelRoutes(),
  ];

  const gets: [RegExp, (match: string[], query: URLSearchParams) => unknown][] = [
    [/^\/api\/whoami$/, () => whoami(options.server ?? 'cloud', url, now(), options.role)],
    [/^\/api\/registry$/, () => REGISTRY],
    [
      /^\/api\/incidents$/,
      (_, query) =>
        list(
          query.get('state') === 'open'
            ? open()
            : query.get('state') === 'closed'
              ? all().filter((one) => !isOpen(one))
              : all(),
        ),
    ],
    [/^\/api\/incidents\/([^/]+)$/, ([id = '']) => house.incidents.get(id)],
    [
      /^\/api\/incidents\/([^/]+)\/events$/,
      ([id = '']) =>
        list(
          (house.incidents.get(id)?.timeline ?? []).map(({ seq }) => ({
            seq,
            hash: (seq * 2654435761).toString(16).padStart(64, 'a7c4'),
          })),
        ),
    ],
    [
      /^\/api\/edges$/,
      () => list([{ id: 'edge-1', state: 'live', heartbeat: heartbeat(now(), house, scale), sites: ['yunqi'] }]),
    ],
    [/^\/api\/devices$/, () => list(devices(now()))],
    [
      /^\/api\/discovered$/,
      (_, query) => ({
        ...list(adoption.discovered(now(), query.get('device')).slice(0, Number(query.get('limit') ?? 100))),
        total: adoption.discovered(now(), null).length,
      }),
    ],
    [/^\/api\/places$/, () => adoption.places()],
    [/^\/api\/mappings$/, () => list(adoption.mappings())],
    [/^\/api\/mappings\/([^/]+)$/, ([name = '']) => adoption.mapping(name)],
    [/^\/api\/quarantine\/groups$/, () => ({ ...list(adoption.quarantine(now())), total: 1223 })],
    [
      /^\/api\/energy$/,
      (_, query) =>
        list(
          energyOf('', now())
            .days.slice(-1)
            .map((day) => ({ ...day, day: query.get('from'), kwh: 4812.4 })),
        ),
    ],
    [/^\/api\/clients$/, () => list(summaries(now(), open()))],
    [/^\/api\/clients\/([^/]+)$/, ([id = '']) => summaries(now(), open()).find((one) => one.id === id)],
    [/^\/api\/clients\/([^/]+)\/contracts$/, ([id = '']) => list([contractOf(id, now())])],
    [/^\/api\/clients\/([^/]+)\/retention$/, ([id = '']) => retentionOf(id, now(), all().slice(-3))],
    [/^\/api\/clients\/([^/]+)\/sla$/, ([id = ''], query) => slaOf(id, query.get('period') ?? '', now(), all())],
    [/^\/api\/clients\/([^/]+)\/energy$/, ([id = '']) => energyOf(id, now())],
    [/^\/api\/simulator$/, () => ({ scenarios: SCENARIOS, crews, clock: { scale } })],
  ];
  const posts: [RegExp, (match: string[], body: never) => unknown][] = [
    [
      /^\/api\/incidents$/,
      (_, body: ReportBody) => ({
        commandId: body.commandId,
        state: 'done',
        modified: true,
        reason: null,
        incident: house.raise(
          {
            asset: body.asset,
            fault: body.fault,
            severity: body.severity,
            agoSeconds: 0,
            evidence: [],
            source: `person:${body.reporter}`,
          },
          now(),
        ),
      }),
    ],
    [
      new RegExp(`^/api/incidents/([^/]+)/(${VERBS.join('|')})$`),
      ([id = '', verb], body: CommandBody) => ({
        commandId: body.commandId,
        state: 'done',
        modified: house.order(
          id,
          verb as Verb,
          { responder: body.responder, note: body.note ?? null, to: body.to ?? null },
          now(),
        ),
        reason: null,
      }),
    ],
    [
      /^\/api\/simulator\/scenarios\/([^/]+)$/,
      (_, body: { asset?: string; expire?: boolean }) => {
        anchor = { real: Date.now(), told: now() };
        scale = body.expire ? 20 : 1;
        return {
          incident: house.raise(
            {
              asset: body.asset ?? 'yunqi-a-lift-1',
              fault: 'entrapment',
              severity: 'critical',
              agoSeconds: 0,
              evidence: [['occupied', true]],
            },
            now(),
          ),
        };
      },
    ],
    [/^\/api\/discovered\/adopt$/, (_, body: AdoptBody) => adoption.adopt(body, now())],
    [/^\/api\/mappings\/preview$/, (_, body: MappingPreviewBody) => adoption.preview(body, now())],
    [/^\/api\/mappings\/([^/]+)$/, ([name = ''], { yaml }: { yaml: string }) => adoption.save(name, yaml)],
    [/^\/api\/quarantine\/retry$/, (_, body: RetryBody) => adoption.retry(body, now())],
    [/^\/api\/simulator\/crews$/, (_, body: { mode: string }) => Object.assign(crews, { mode: body.mode })],
    [/^\/api\/simulator\/reset$/, () => ({})],
  ];

  const removals: [RegExp, (match: string[]) => unknown][] = [
    [/^\/api\/mappings\/([^/]+)$/, ([name = '']) => adoption.remove(name)],
  ];

  const server = createServer((request, response) => void answer(request, response));
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://mock');
    if (pathname === '/api/events') return openStream(response, streams);
    if (!pathname.startsWith('/api/')) return serveFile(pathname, response);
    const orders = request.method === 'POST' || request.method === 'PUT';
    const body = orders ? await bodyOf(request) : searchParams;
    const taking = request.method === 'DELETE';
    const own = taking ? removals : orders ? posts : gets;
    const others = rooms.flatMap((room) => (taking ? [] : orders ? ('posts' in room ? room.posts : []) : room.gets));
    const routes = [...own, ...others] as [RegExp, (match: string[], input: unknown) => unknown][];
    const route = routes.find(([pattern]) => pattern.test(pathname));
    const found = route?.[1](route[0].exec(pathname)?.slice(1).map(decodeURIComponent) ?? [], body);
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? { error: { code: 'NOT_FOUND', message: `no ${pathname}` } }));
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    close: () => {
      clearInterval(clock);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function openStream(response: ServerResponse, streams: Set<ServerResponse>): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': hello\n\n');
  streams.add(response);
  response.on('close', () => streams.delete(response));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString() || '{}');
}

async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const file = extname(path) ? path : '/index.html';
  const bytes = await readFile(join(DIST, file)).catch(() => null);
  response.writeHead(bytes ? 200 : 404, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
  response.end(bytes ?? '');
}

if (import.meta.main) {
  const [port = '7099', server = 'cloud', ...flags] = process.argv.slice(2);
  const { url } = await startMock({
    port: Number(port),
    server: server === 'edge' ? 'edge' : 'cloud',
    quiet: flags.includes('quiet'),
    mute: flags.includes('mute'),
    role: ROLES.find((role) => flags.includes(role)),
  });
  console.log(url);
}
