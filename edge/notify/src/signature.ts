import { createHmac, timingSafeEqual } from 'node:crypto';

/** Oldest signature that {@link verifySignature} takes, either way. */
const TOLERANCE_MS = 5 * 60_000;

/** `t=<ms>,v1=<hex>` with v1 = HMAC-SHA-256(key = secret, message = `<ms>.<body>`). */
export function signBody(secret: string, at: number, body: string): string {
  return `t=${at},v1=${mac(secret, `${at}.${body}`)}`;
}

/** What a receiver does with the header: true when the body is ours and not older than five minutes. */
export function verifySignature(secret: string, header: string, body: string, now: number): boolean {
  const [, at, v1] = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (at === undefined || v1 === undefined || Math.abs(now - Number(at)) > TOLERANCE_MS) return false;
  return timingSafeEqual(Buffer.from(v1), Buffer.from(mac(secret, `${at}.${body}`)));
}

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com), which many receivers verify
 * with a library: `v1,<base64 HMAC-SHA-256 of "<id>.<seconds>.<body>">`. A secret `whsec_…` is the
 * key in Base64, any other is the key itself.
 */
export function standardHeaders(
  secret: string,
  { id, at, body }: { readonly id: string; readonly at: number; readonly body: string },
): Readonly<Record<string, string>> {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const seconds = Math.floor(at / 1000);
  const sign = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${sign}` };
}

function mac(secret: string, message: string): string {
  return createHmac('sha256', secret).update(message).digest('hex');
}
