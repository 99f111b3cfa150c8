import { SECRET_HEADERS } from '@keepsite/edge-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Api, HttpSettings } from './api.ts';
import { HttpError } from './errors.ts';

/** What answers here is known by its address alone: it is never cached, and sends no referrer. */
export function keepSecret(reply: FastifyReply): void {
  reply.headers(SECRET_HEADERS);
}

/** The web app at addresses that are secrets: a link's, a code's. */
export function serveSecretPage(api: Api, url: string, { webDir }: Pick<HttpSettings, 'webDir'>): void {
  // What a file is sent with comes last, and would have the address of the page cached.
  const onSend = async (_: FastifyRequest, reply: FastifyReply): Promise<void> => keepSecret(reply);
  api.get(url, { config: { action: 'open' }, onSend, schema: { hide: true } }, (_, reply) => {
    if (webDir !== null) return reply.sendFile('index.html');
    throw new HttpError('NOT_FOUND', 'the web app is not built yet, npm start builds it');
  });
}

/** Throws for whoever must wait, and says how long. */
export function assertPatience(reply: FastifyReply, waitMs: number): void {
  if (waitMs === 0) return;
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  void reply.header('retry-after', String(retryAfterSeconds));
  throw new HttpError('TOO_MANY_TRIES', `too many tries; wait ${retryAfterSeconds} s`, { retryAfterSeconds });
}
