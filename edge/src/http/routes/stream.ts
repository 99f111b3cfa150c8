import type { Api, HttpParts } from '../api.ts';
import { HttpError } from '../errors.ts';

/** `GET /api/events`: names and data as the contract's STREAM_EVENTS tells. */
export function streamRoutes(api: Api, { feed }: Pick<HttpParts, 'feed'>): void {
  api.get(
    '/api/events',
    {
      schema: {
        summary: 'Server-sent events: clock, incident, reading, heartbeat, quarantine',
        produces: ['text/event-stream'],
      },
    },
    (_, reply) => {
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
      feed.listen(raw);
    },
  );
}
