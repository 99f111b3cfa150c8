import { createHash } from 'node:crypto';
import webPushLibrary from 'web-push';
import { z } from 'zod';
import { type Answer, judgeStatus } from '../answer.ts';
import type { OutgoingPage } from '../channel.ts';
import { cutBytes, cutChars } from '../cut.ts';
import { deliver, type Heard, type Request } from '../http.ts';
import { headlineOf, messagesOf } from '../message.ts';
import { channelType, HttpUrl } from './channel-type.ts';

/** RFC 8291 §4: 4096 bytes of one record, less its header and padding, less our JSON. */
const TEXT_BYTES = 2_500;
const TITLE_CHARS = 200;
/** A page that a phone gets later than this is no page any more. */
const LIVES_SECONDS = 15 * 60;

const key = (bytes: number) =>
  z
    .string()
    .refine((text) => Buffer.from(text, 'base64url').length === bytes, `must be ${bytes} bytes in Base64 for URLs`);

const Subscription = z.strictObject({
  endpoint: HttpUrl,
  keys: z.strictObject({ p256dh: key(65), auth: key(16) }),
  expirationTime: z.number().nullable().optional(),
});

const Settings = z.strictObject({
  /** Whom a push service may ask when something is wrong: mailto:… or https://… */
  subject: z.string().regex(/^(mailto:|https:\/\/)/, 'must be a mailto: or https: URL'),
  /** VAPID keys: `npx web-push generate-vapid-keys`. */
  publicKey: key(65),
  privateKey: key(32),
  /** What a browser gave out when its owner said yes, by a name of your choice. */
  subscriptions: z.record(z.string(), Subscription),
});
type Settings = z.infer<typeof Settings>;

/**
 * Web push (RFC 8030, encrypted by RFC 8291, signed by RFC 8292): 201 is the push service's yes.
 * A second attempt of a page replaces the first on a phone that was away (`Topic`).
 */
export const webPush = channelType({
  type: 'web-push',
  names: { en: 'Web push', zh: '浏览器推送' },
  document: 'https://www.rfc-editor.org/rfc/rfc8030',
  address: 'name of a subscription',
  settings: Settings,
  create: (name, settings) => ({
    name,
    isPersonal: () => true,
    async send(page, deps) {
      const to = page.page.to.address;
      const subscription = Object.hasOwn(settings.subscriptions, to) ? settings.subscriptions[to] : undefined;
      if (!subscription) return { outcome: 'failed', reason: `there is no subscription named ${to}` };
      return deliver(page, requestTo(subscription, page, settings), verdict, deps);
    },
  }),
});

function requestTo(
  { endpoint, keys }: z.infer<typeof Subscription>,
  page: OutgoingPage,
  { subject, publicKey, privateKey }: Settings,
): Request {
  const text = messagesOf(page)
    .map(({ lines }) => lines.join('\n'))
    .join('\n\n');
  const note = {
    title: cutChars(headlineOf(page), TITLE_CHARS),
    body: cutBytes(text, TEXT_BYTES),
    link: page.link,
    page: page.page.id,
    incident: page.incident.id,
  };
  const details = webPushLibrary.generateRequestDetails({ endpoint, keys }, JSON.stringify(note), {
    vapidDetails: { subject, publicKey, privateKey },
    TTL: LIVES_SECONDS,
    urgency: 'high',
    topic: createHash('sha256').update(page.page.id).digest('base64url').slice(0, 32),
    contentEncoding: 'aes128gcm',
  });
  const { 'Content-Length': _, ...headers } = details.headers;
  return { url: endpoint, headers: textHeaders(headers), body: new Uint8Array(details.body ?? []) };
}

function textHeaders(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

/** 404 and 410 say that the subscription is gone; its owner has to give a new one. */
function verdict(heard: Heard): Answer {
  const byStatus = judgeStatus(heard);
  if (byStatus !== null) return byStatus;
  const location = heard.headers.get('location');
  return heard.status === 201
    ? { kind: 'yes', reference: location }
    : { kind: 'later', reason: `HTTP ${heard.status} is no push service's yes`, afterMs: heard.afterMs };
}
