import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { type Answer, judgeCode } from '../answer.ts';
import type { OutgoingPage } from '../channel.ts';
import { cutBytes } from '../cut.ts';
import { deliveryOf, type Heard, jsonRequest } from '../http.ts';
import { answerWord, headlineOf, messagesOf } from '../message.ts';
import { channelType, HttpUrl, Secret } from './channel-type.ts';
import { mentionOf } from './mention.ts';
import { createVendorClock } from './vendor-clock.ts';

/** Of a body that may have 20 KB. */
const TEXT_BYTES = 8_000;
const SIGN_REFUSED = '19021';
const COLOURS = { critical: 'red', major: 'orange', minor: 'yellow', info: 'blue' } as const;

/**
 * A custom bot in a Feishu or Lark group: 100 messages a minute and 5 a second, `code` 0 (of old
 * `StatusCode` 0) is the only yes. A card of plain text, so that no name in it can be markup.
 */
export const feishu = channelType({
  type: 'feishu',
  names: { en: 'Feishu / Lark bot', zh: '飞书机器人' },
  document: 'https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot',
  address: 'open_id or user_id to @, @all, or - for nobody (a mobile number cannot be mentioned)',
  settings: z.strictObject({
    url: HttpUrl,
    /** Of the security setting 签名校验. */
    secret: Secret.optional(),
    /** A word of the security setting 自定义关键词. */
    keyword: z.string().min(1).max(50).optional(),
  }),
  create(name, { url, secret, keyword }) {
    const clock = createVendorClock();
    return {
      name,
      gathersLate: true,
      limits: () => [
        { key: `feishu:${url}`, count: 5, perMs: 1_000 },
        { key: `feishu:${url}`, count: 100, perMs: 60_000 },
      ],
      async send(page, deps) {
        const card = cardOf(page, keyword);
        const sign = (now: number) => {
          const at = Math.floor(now / 1000);
          const proof = secret === undefined ? {} : { timestamp: String(at), sign: feishuSign(secret, at) };
          return jsonRequest(url, { ...proof, msg_type: 'interactive', card });
        };
        const refused = ({ json }: Heard) => String(codeOf(json ?? {})) === SIGN_REFUSED;
        return deliveryOf(page, await clock.ask(sign, refused, deps), verdict, deps);
      },
    };
  },
});

/** Base64 of HMAC-SHA-256(key = `<s>\n<secret>`, message empty): key and message are not as DingTalk has them. */
export function feishuSign(secret: string, atSeconds: number): string {
  return createHmac('sha256', `${atSeconds}\n${secret}`).update('').digest('base64');
}

function cardOf(page: OutgoingPage, keyword: string | undefined): object {
  const mention = mentionOf(page.page.to.address);
  const who = mention.kind === 'all' ? 'all' : mention.kind === 'user' ? mention.id : null;
  const text = messagesOf(page)
    .map(({ title, lines }) => [title, ...lines].join('\n'))
    .join('\n\n');
  const headline = headlineOf(page);
  const lacking = keyword !== undefined && !`${headline}${text}`.includes(keyword) ? `${keyword}\n` : '';
  const plain = (content: string) => ({ tag: 'plain_text', content });
  return {
    config: { wide_screen_mode: true },
    header: { title: plain(cutBytes(headline, 500)), template: COLOURS[page.incident.severity] },
    elements: [
      { tag: 'div', text: plain(`${lacking}${cutBytes(text, TEXT_BYTES)}`) },
      // An id is letters, digits and signs that mean nothing here; anything else is not one.
      ...(who !== null && /^[\w-]+$/.test(who) ? [{ tag: 'markdown', content: `<at id=${who}></at>` }] : []),
      ...(page.link === null
        ? []
        : [
            {
              tag: 'action',
              actions: [{ tag: 'button', type: 'primary', text: plain(answerWord(page)), url: page.link }],
            },
          ]),
    ],
  };
}

function codeOf(json: Readonly<Record<string, unknown>>): unknown {
  return json['code'] ?? json['StatusCode'];
}

/** 9499 is both "bad request" and, by its words, "too many request". */
function verdict(heard: Heard): Answer {
  const tooMany = /too many/i.test(String(heard.json?.['msg']));
  const resetMs = Number(heard.headers.get('x-ogw-ratelimit-reset') ?? 0) * 1000 || 0;
  return judgeCode(
    { ...heard, afterMs: Math.max(heard.afterMs, resetMs) },
    {
      code: codeOf,
      ok: '0',
      throttled: { 11232: 5_000, 99991400: 1_000, ...(tooMany ? { 9499: 5_000 } : {}) },
    },
  );
}
