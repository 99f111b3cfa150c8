import { z } from 'zod';
import { type Answer, judgeStatus, notTheProvider } from '../answer.ts';
import type { OutgoingPage } from '../channel.ts';
import { cutChars } from '../cut.ts';
import { deliver, type Heard, plainVerdict, type Request } from '../http.ts';
import { headlineOf } from '../message.ts';
import { smsOf, smsWithLink } from '../sms.ts';
import { spokenOf } from '../voice.ts';
import { channelType } from './channel-type.ts';

const HEADLINE_CHARS = 300;
/** What a text is put in for: {to}, {text} as one SMS, {headline} in one line, {spoken} for a voice, {id} of the page, {link} to answer. */
const PLACE = /\{(to|text|headline|spoken|id|link)\}/g;

const Settings = z.strictObject({
  /** With the places that are filled in, none of them in its host. */
  url: z.string().regex(/^https?:\/\/[^/?#{}\s]+([/?#]\S*)?$/, 'must be an http or https URL without {…} in its host'),
  method: z.enum(['GET', 'POST']).prefault('GET'),
  headers: z.record(z.string(), z.string()).prefault({}),
  /** The same for a POST; its content-type says how a text is written into it. */
  body: z.string().optional(),
  /** The answer's body must contain this. Absent: a 2xx that does not say no. */
  yes: z.string().min(1).optional(),
  /** How many messages the device gets out. */
  perMinute: z.int().min(1).max(1_000).prefault(10),
});
type Settings = z.infer<typeof Settings>;

/** Any gateway that takes a number and a text over HTTP: a router with a SIM card works with the internet gone. */
export const gateway = channelType({
  type: 'gateway',
  names: { en: 'SMS or voice gateway (HTTP)', zh: '短信 / 语音网关（HTTP）' },
  document: 'https://wiki.teltonika-networks.com/view/RUT955_SMS_Gateway',
  address: 'telephone number, as the gateway wants it',
  settings: Settings,
  create: (name, settings) => ({
    name,
    isPersonal: () => true,
    limits: () => [{ key: `gateway:${settings.url}`, count: settings.perMinute, perMs: 60_000 }],
    send: (page, deps) => deliver(page, requestOf(page, settings), (heard) => verdict(heard, settings.yes), deps),
  }),
});

function requestOf(page: OutgoingPage, { url, method, headers, body }: Settings): Request {
  const texts: Readonly<Record<string, string>> = {
    to: page.page.to.address,
    // Where the template has no place for the link, it goes with the text.
    text: hasLinkPlace({ url, body }) ? smsOf(page) : smsWithLink(page),
    headline: cutChars(headlineOf(page), HEADLINE_CHARS),
    spoken: spokenOf(page, HEADLINE_CHARS),
    id: page.page.id,
    link: page.link ?? '',
  };
  const fill = (template: string, write: (text: string) => string) =>
    template.replaceAll(PLACE, (_, place: string) => write(texts[place] ?? ''));
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  return {
    url: fill(url, encodeURIComponent),
    method,
    headers,
    ...(body !== undefined && method === 'POST' && { body: fill(body, writerFor(type)) }),
  };
}

function hasLinkPlace({ url, body = '' }: Pick<Settings, 'url' | 'body'>): boolean {
  return `${url}${body}`.includes('{link}');
}

/** A text must not be able to end the place that it is put in. */
function writerFor(contentType: string): (text: string) => string {
  if (/json/i.test(contentType)) return (text) => JSON.stringify(text).slice(1, -1);
  return /x-www-form-urlencoded/i.test(contentType) ? encodeURIComponent : (text) => text;
}

function verdict(heard: Heard, yes: string | undefined): Answer {
  if (yes === undefined) return plainVerdict(heard);
  const byStatus = judgeStatus(heard);
  if (byStatus !== null) return byStatus;
  return heard.body.includes(yes) ? { kind: 'yes', reference: null } : notTheProvider(heard);
}
