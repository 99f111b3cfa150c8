import { type Millis, SECRET_HEADERS, type Throttle } from '@keepsite/edge-contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CloudError } from '../errors.ts';
import type { Api, ApiSettings } from './context.ts';

/** What answers here is known by its address alone: it is never cached, and sends no referrer. */
export function keepSecret(reply: FastifyReply): void {
  reply.headers(SECRET_HEADERS);
}

/** The web app at addresses that are secrets: a link's, a code's. */
export function serveSecretPage(api: Api, url: string, { webDir }: Pick<ApiSettings, 'webDir'>): void {
  // What a file is sent with comes last, and would have the address of the page cached.
  const onSend = async (_: FastifyRequest, reply: FastifyReply): Promise<void> => keepSecret(reply);
  api.get(url, { onSend, schema: { hide: true } }, (_, reply) => {
    if (webDir !== null) return reply.sendFile('index.html');
    throw new CloudError('CLOUD_NOT_FOUND', 'the web app is not built yet, npm start builds it');
  });
}

/** Throws for whoever must wait, and says how long. */
export function assertPatience(reply: FastifyReply, throttle: Throttle, key: string, now: Millis): void {
  const seconds = Math.ceil(throttle.wait(key, now) / 1000);
  if (seconds === 0) return;
  void reply.header('retry-after', String(seconds));
  throw new CloudError('TOO_MANY_TRIES', `too many tries; wait ${seconds} s`, {
    details: { retryAfterSeconds: seconds },
  });
}
