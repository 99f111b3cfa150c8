import { SECRET_HEADERS } from '@keepsite/edge-contract';
import type { FastifyReply } from 'fastify';
import { HttpError } from './errors.ts';

/** What answers here is known by its address alone: it is never cached, and sends no referrer. */
export function keepSecret(reply: FastifyReply): void {
  reply.headers(SECRET_HEADERS);
}

/** Throws for whoever must wait, and says how long. */
export function assertPatience(reply: FastifyReply, waitMs: number): void {
  if (waitMs === 0) return;
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  void reply.header('retry-after', String(retryAfterSeconds));
  throw new HttpError('TOO_MANY_TRIES', `too many tries; wait ${retryAfterSeconds} s`, { retryAfterSeconds });
}
