import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Answer, judgeCode } from '../answer.ts';
import type { OutgoingPage } from '../channel.ts';
import { cutBytes } from '../cut.ts';
import { deliveryOf, type Heard, jsonRequest } from '../http.ts';
import { textOf } from '../message.ts';
import { channelType, urlWith, Secret } from './channel-type.ts';
import { mentionOf } from './mention.ts';
import { createVendorClock } from './vendor-clock.ts';

/** Of a body that may have 20 000 bytes; the rest is JSON, names and escapes. */
const TEXT_BYTES = 8_000;
/** Whoever exceeds 20 a minute is not heard for ten minutes. */
const PUNISHED_MS = 600_000;
/** The signature does not match, or its time is more than an hour off. */
const SIGN_REFUSED = '310000';

/**
 * A custom robot in a DingTalk group: 20 messages a minute, `errcode` 0 inside a 200 is the only
 * yes. The text is plain, so that no name in it can be markup.
 */
export const dingtalk = channelType({
  type: 'dingtalk',
  names: { en: 'DingTalk robot', zh: '钉钉机器人' },
  document: 'https://open.dingtalk.com/document/robots/custom-robot-access',
  address: 'mobile number or user id to @, @all, or - for nobody',
  settings: z.strictObject({
    url: urlWith('access_token'),
    /** Of the security setting 加签; without it the robot is guarded by its keyword or by IP address. */
    secret: Secret.optional(),
    /** A word of the security setting 自定义关键词, put in front of a text that lacks it. */
    keyword: z.string().min(1).max(50).optional(),
  }),
  create(name, { url, secret, keyword }) {
    const clock = createVendorClock();
    return {
      name,
      gathersLate: true,
      limits: () => [{ key: `dingtalk:${new URL(url).searchParams.get('access_token')}`, count: 20, perMs: 60_000 }],
      async send(page, deps) {
        const body = bodyOf(page, keyword);
        const sign = (now: number) => jsonRequest(secret === undefined ? url : signedUrl(url, secret, now), body);
        const refused = ({ json }: Heard) => String(json?.['errcode']) === SIGN_REFUSED;
        return deliveryOf(page, await clock.ask(sign, refused, deps), verdict, deps);
      },
    };
  },
});

/** Base64 of HMAC-SHA-256(key = secret, message = `<ms>\n<secret>`); to be URL-encoded once. */
export function dingtalkSign(secret: string, atMs: number): string {
  return createHmac('sha256', secret).update(`${atMs}\n${secret}`).digest('base64');
}

function signedUrl(url: string, secret: string, now: number): string {
  const signed = new URL(url);
  signed.searchParams.set('timestamp', String(now));
  signed.searchParams.set('sign', dingtalkSign(secret, now));
  return signed.href;
}

function bodyOf(page: OutgoingPage, keyword: string | undefined): object {
  const mention = mentionOf(page.page.to.address);
  const text = textOf(page);
  const lacking = keyword !== undefined && !text.includes(keyword) ? `${keyword}\n` : '';
  const call = mention.kind === 'mobile' ? `\n@${mention.mobile}` : mention.kind === 'user' ? `\n@${mention.id}` : '';
  return {
    msgtype: 'text',
    text: { content: `${lacking}${cutBytes(text, TEXT_BYTES)}${call}` },
    at: {
      atMobiles: mention.kind === 'mobile' ? [mention.mobile] : [],
      atUserIds: mention.kind === 'user' ? [mention.id] : [],
      isAtAll: mention.kind === 'all',
    },
  };
}

function verdict(heard: Heard): Answer {
  return judgeCode(heard, {
    code: (json) => json['errcode'],
    ok: '0',
    throttled: { 130101: PUNISHED_MS, 90030: PUNISHED_MS, 410100: PUNISHED_MS },
    busy: ['-1'],
  });
}
