import type { ServerResponse } from 'node:http';
import { instantText, type StreamEvent } from '@keepsite/edge-contract';
import type { Notice } from '../ports.ts';
import type { Api, ApiPorts } from './context.ts';

const CLOCK_MS = 1000;
/** A page that reads no more is let go: it comes back by itself, and asks anew. */
const BEHIND_BYTES = 1 << 20;

/** `GET /api/events`: what happens, as it happens, to every open page. */
export function streamRoutes(api: Api, ports: ApiPorts): void {
  const pages = new Set<ServerResponse>();
  const tell = (event: StreamEvent, data: unknown): void => {
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const page of pages) write(page, text);
  };
  const tick = (): void => tell('clock', { now: instantText(ports.clock.now()), scale: ports.clock.scale });
  const timer = setInterval(tick, CLOCK_MS);
  // In the order in which it was heard: an older state must not overtake a newer one.
  let told: Promise<void> = Promise.resolve();
  const stop = ports.notices.subscribe((notice) => {
    if (pages.size > 0) told = told.then(() => relay(ports, notice, tell)).catch(() => undefined);
  });
  api.addHook('onClose', async () => {
    clearInterval(timer);
    stop();
    for (const page of pages) page.end();
  });

  api.get(
    '/api/events',
    { schema: { summary: 'Server-sent events: clock, incident, heartbeat, reading, client, command', hide: false } },
    (request, reply) => {
      reply.hijack();
      const page = reply.raw;
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) page.setHeader(name, value);
      page.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      page.write('retry: 2000\n\n');
      pages.add(page);
      request.raw.once('close', () => pages.delete(page));
      write(
        page,
        `event: clock\ndata: ${JSON.stringify({ now: instantText(ports.clock.now()), scale: ports.clock.scale })}\n\n`,
      );
    },
  );
}

async function relay(
  { store }: ApiPorts,
  notice: Notice,
  tell: (event: StreamEvent, data: unknown) => void,
): Promise<void> {
  if (notice.kind === 'client') return tell('client', { client: notice.client });
  if (notice.kind === 'alarm') return tell('alarm', { id: notice.id });
  if (notice.kind === 'command')
    return tell('command', { commandId: notice.commandId, incident: notice.incident, state: notice.state });
  if (notice.kind === 'readings') {
    for (const item of notice.items) tell('reading', item);
    return;
  }
  if (notice.kind === 'incident') {
    const incident = await store.incidents.get(notice.id);
    if (incident) tell('incident', { ...incident, timeline: [] });
    return;
  }
  const last = (await store.edges.heartbeats()).find(({ edge }) => edge === notice.edge);
  if (last) tell('heartbeat', last.heartbeat);
}

function write(page: ServerResponse, text: string): void {
  if (page.writableLength > BEHIND_BYTES) page.destroy();
  else page.write(text);
}
