import { createHash, generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { type Answer, judgeStatus } from '../answer.ts';
import type { ChannelDeps, Delivery, OutgoingPage } from '../channel.ts';
import { cutChars, cutJson } from '../cut.ts';
import { ask, deliveryOf, type Heard, type Request } from '../http.ts';
import { duplicateWord, headlineOf, messagesOf } from '../message.ts';
import { channelType, HttpUrl } from './channel-type.ts';

/** RFC 8291 §4: one record of 4096 bytes, of which 86 are its header, 16 its tag and one its padding. */
const NOTE_BYTES = 3_993;
const TITLE_CHARS = 200;
/** A page that a phone gets later than this is no page any more. */
const LIVES_SECONDS = 15 * 60;

const key = (bytes: number) =>
  z
    .string()
    .refine((text) => Buffer.from(text, 'base64url').length === bytes, `must be ${bytes} bytes in Base64 for URLs`);

/** What a browser gives out when its owner says yes (W3C Push API, `PushSubscription.toJSON`). */
export const PushSubscription = z.strictObject({
  endpoint: HttpUrl,
  keys: z.strictObject({ p256dh: key(65), auth: key(16) }),
  expirationTime: z.number().nullable().optional(),
});
export type PushSubscription = z.infer<typeof PushSubscription>;

/** Who a push service is spoken to by (VAPID, RFC 8292); a browser's subscription belongs to one public key. */
export const PushKeys = z.strictObject({
  /** Whom a push service may ask when something is wrong: mailto:… or https://… */
  subject: z.string().regex(/^(mailto:|https:\/\/)/, 'must be a mailto: or https: URL'),
  /** VAPID keys: `npx web-push generate-vapid-keys`. */
  publicKey: key(65),
  privateKey: key(32),
});
export type PushKeys = z.infer<typeof PushKeys>;

const Settings = PushKeys.extend({
  /** Browsers that do not subscribe by themselves, by a name of your choice. */
  subscriptions: z.record(z.string(), PushSubscription).prefault({}),
});

/** New VAPID keys, for an edge that was given none: a key pair on P-256, the public one as a point without compression (RFC 8292 §3.2). */
export function newPushKeys(): Pick<PushKeys, 'publicKey' | 'privateKey'> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { publicKey: point.toString('base64url'), privateKey: d };
}

/** Encrypts and signs. Not read with the edge: many page no browser. */
export const pushLibrary = async () => (await import('web-push')).default;

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
    ready: pushLibrary,
    async send(page, deps) {
      const to = page.page.to.address;
      const subscription = Object.hasOwn(settings.subscriptions, to) ? settings.subscriptions[to] : undefined;
      if (!subscription) return { outcome: 'failed', reason: `there is no subscription named ${to}` };
      return (await push(page, subscription, settings, deps)).delivery;
    },
  }),
});

/** What became of one push. `isGone`: the subscription does not exist (any more) and never will. */
export interface Pushed {
  readonly delivery: Delivery;
  readonly isGone: boolean;
}

/** RFC 8030 §7.3: an expired subscription is a 404 or a 410, and is not to be used again. */
const GONE = [404, 410];

/** One page to one browser. */
export async function push(
  page: OutgoingPage,
  to: PushSubscription,
  keys: PushKeys,
  deps: ChannelDeps,
): Promise<Pushed> {
  const asked = await ask(await requestTo(to, page, keys), deps);
  const isGone = asked.kind === 'heard' && GONE.includes(asked.heard.status);
  return { delivery: deliveryOf(page, asked, verdict, deps), isGone };
}

async function requestTo(
  { endpoint, keys }: PushSubscription,
  page: OutgoingPage,
  { subject, publicKey, privateKey }: PushKeys,
): Promise<Request> {
  const note = noteOf(page);
  const library = await pushLibrary();
  const details = library.generateRequestDetails({ endpoint, keys }, JSON.stringify(note), {
    vapidDetails: { subject, publicKey, privateKey },
    TTL: LIVES_SECONDS,
    urgency: 'high',
    topic: createHash('sha256').update(page.page.id).digest('base64url').slice(0, 32),
    contentEncoding: 'aes128gcm',
  });
  const { 'Content-Length': _, ...headers } = details.headers;
  return { url: endpoint, headers: textHeaders(headers), body: new Uint8Array(details.body ?? []) };
}

/** What the service worker of the web app shows (`dashboards/src/sw/push.ts`); cut to what one record holds. */
function noteOf(page: OutgoingPage): object {
  const text = messagesOf(page)
    .map(({ lines }) => lines.join('\n'))
    .join('\n\n');
  const mark = page.possibleDuplicate ? `${duplicateWord(page)} · ` : '';
  const note = {
    title: cutChars(`${mark}${headlineOf(page)}`, TITLE_CHARS),
    link: page.link,
    page: page.page.id,
    incident: page.incident.id,
    severity: page.incident.severity,
    test: page.test,
    body: '',
  };
  return { ...note, body: cutJson(text, NOTE_BYTES - Buffer.byteLength(JSON.stringify(note))) };
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
