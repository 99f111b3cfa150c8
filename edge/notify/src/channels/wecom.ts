import { z } from 'zod';
import { type Answer, judgeCode } from '../answer.ts';
import { cutBytes } from '../cut.ts';
import { deliver, type Heard, jsonRequest } from '../http.ts';
import { textOf } from '../message.ts';
import { channelType, urlWith } from './channel-type.ts';
import { mentionOf } from './mention.ts';

/** Of a message of type text; markdown may have 4096, but knows no @ by mobile number. */
const TEXT_BYTES = 2_048;

/**
 * A group robot of WeCom: 20 messages a minute, unsigned (its URL is the secret), `errcode` 0 inside
 * a 200 is the only yes.
 */
export const wecom = channelType({
  type: 'wecom',
  names: { en: 'WeCom robot', zh: '企业微信机器人' },
  document: 'https://developer.work.weixin.qq.com/document/path/91770',
  address: 'mobile number or user id to @, @all, or - for nobody',
  settings: z.strictObject({
    url: urlWith('key'),
  }),
  create: (name, { url }) => ({
    name,
    gathersLate: true,
    limits: () => [{ key: `wecom:${new URL(url).searchParams.get('key')}`, count: 20, perMs: 60_000 }],
    send(page, deps) {
      const mention = mentionOf(page.page.to.address);
      const text = {
        content: cutBytes(textOf(page), TEXT_BYTES),
        mentioned_list: mention.kind === 'user' ? [mention.id] : mention.kind === 'all' ? ['@all'] : [],
        mentioned_mobile_list: mention.kind === 'mobile' ? [mention.mobile] : [],
      };
      return deliver(page, jsonRequest(url, { msgtype: 'text', text }), verdict, deps);
    },
  }),
});

function verdict(heard: Heard): Answer {
  return judgeCode(heard, {
    code: (json) => json['errcode'],
    ok: '0',
    throttled: { 45009: 60_000, 45033: 10_000 },
    busy: ['-1'],
  });
}
