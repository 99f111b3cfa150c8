import { createHmac } from 'node:crypto';
import { jsonOf, type Vendor } from './vendor.ts';

export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TOLERANCE_SECONDS = 300;

/**
 * A receiver that verifies Standard Webhooks before it looks at anything else:
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const receiver: Vendor = {
  name: 'receiver',
  document: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  throttled: { status: 429, headers: { 'retry-after': '7' }, body: { error: 'slow down' } },
  refused: { status: 200, body: { success: false, message: 'nobody here' } },
  answer(call, day) {
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures = '' } = call.headers;
    const key = Buffer.from(WEBHOOK_SECRET.replace('whsec_', ''), 'base64');
    const mac = createHmac('sha256', key).update(Buffer.concat([Buffer.from(`${id}.${at}.`), call.body]));
    const fresh = Math.abs(day.now / 1000 - Number(at)) <= TOLERANCE_SECONDS;
    if (!fresh || !signatures.split(' ').includes(`v1,${mac.digest('base64')}`))
      return { reply: { status: 401, body: { error: 'invalid signature' } } };
    return { reply: { status: 204 }, taken: { id, ...jsonOf(call) } };
  },
};
