import { z } from 'zod';
import type { Channel } from '../channel.ts';
import { deliver, plainVerdict } from '../http.ts';
import { pageJson } from '../page-json.ts';
import { signBody, standardHeaders } from '../signature.ts';
import { channelType, HttpUrl, Secret } from './channel-type.ts';

export interface WebhookSettings {
  /** Where pages go whose address is no URL; absent: such an address cannot be reached. */
  readonly url?: string | undefined;
  readonly secret?: string | undefined;
}

/**
 * Posts the page as JSON to the person's URL, or to the configured one when the address is not a
 * URL. Signed as `X-Keepsite-Signature` and as Standard Webhooks when there is a secret;
 * `Idempotency-Key` is the page's id in every attempt. Success is a 2xx whose body does not say no.
 */
export function webhookChannel(name: string, { url, secret }: WebhookSettings): Channel {
  return {
    name,
    isPersonal: () => true,
    perIncident: true,
    async send(page, deps) {
      const { address } = page.page.to;
      const target = /^https?:\/\//i.test(address) ? address : url;
      if (target === undefined)
        return { outcome: 'failed', reason: 'the address is no URL and no webhook URL is configured' };
      const { id } = page.page;
      const body = JSON.stringify(pageJson(page));
      const at = deps.wallNow();
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'idempotency-key': id,
        ...(secret !== undefined && {
          'x-keepsite-signature': signBody(secret, at, body),
          ...standardHeaders(secret, { id, at, body }),
        }),
      };
      return deliver(page, { url: target, headers, body }, plainVerdict, deps);
    },
  };
}

export const webhook = channelType({
  type: 'webhook',
  names: { en: 'Signed webhook', zh: '签名 Webhook' },
  document: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  address: 'an http(s) URL, or any text for the configured one',
  settings: z.strictObject({ url: HttpUrl.optional(), secret: Secret.min(16).optional() }),
  create: webhookChannel,
});
