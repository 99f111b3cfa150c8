import type { Api, HttpParts } from '../api.ts';
import { HttpError } from '../errors.ts';
import { createStreamWatch } from '../watch.ts';

/** `GET /api/events`: names and data as the contract's STREAM_EVENTS tells. */
export function streamRoutes(api: Api, { feed, access }: Pick<HttpParts, 'feed' | 'access'>): void {
  const watch = access && createStreamWatch(access.sessions.stillHolds);

  api.get(
    '/api/events',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'Server-sent events: clock, incident, reading, heartbeat, quarantine',
        produces: ['text/event-stream'],
      },
    },
    ({ principal }, reply) => {
      if (feed.full) throw new HttpError('TOO_MANY_LISTENERS', 'too many pages are listening; try again later');
      const { raw } = reply.hijack();
      raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // Else a reverse proxy gathers the events before it passes them on.
        'x-accel-buffering': 'no',
      });
      raw.on('error', () => raw.destroy());
      raw.on('close', () => feed.leave(raw));
      if (watch && principal) watch(raw, principal);
      feed.listen(raw);
    },
  );
}
