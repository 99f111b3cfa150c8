import { type Millis, SECRET_HEADERS, type Throttle } from '@keepsite/edge-contract';
import type { FastifyReply } from 'fastify';
import { CloudError } from '../errors.ts';

/** What answers here is known by its address alone: it is never cached, and sends no referrer. */
export function keepSecret(reply: FastifyReply): void {
  reply.headers(SECRET_HEADERS);
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
