import { z } from 'zod';
import { type Answer, judgeStatus, notTheProvider, quote } from '../answer.ts';
import { cutChars } from '../cut.ts';
import { deliver, type Heard, jsonRequest } from '../http.ts';
import { answerWord, textOf } from '../message.ts';
import { channelType, Secret, Server } from './channel-type.ts';

const TEXT_CHARS = 4_096;

/**
 * A bot of Telegram: `ok: true` is the only yes. 30 messages a second in all, one a second to a
 * chat, 20 a minute to a group (whose id is negative). Without `parse_mode` the text is plain.
 */
export const telegram = channelType({
  type: 'telegram',
  names: { en: 'Telegram', zh: 'Telegram' },
  document: 'https://core.telegram.org/bots/api#sendmessage',
  address: 'chat id: of a person (who has once written to the bot) or of a group (negative)',
  settings: z.strictObject({
    token: Secret.regex(/^\d+:[\w-]+$/, 'must be the token that BotFather gave, e.g. 123456:ABC…'),
    server: Server.prefault('https://api.telegram.org'),
  }),
  create: (name, { token, server }) => ({
    name,
    // Groups and channels have negative ids (core.telegram.org/bots/api#chat).
    isPersonal: (address) => /^\d+$/.test(address),
    limits({ page: { to } }) {
      const chat = `telegram:${token}:${to.address}`;
      return [
        { key: `telegram:${token}`, count: 30, perMs: 1_000 },
        { key: chat, count: 1, perMs: 1_000 },
        ...(to.address.startsWith('-') ? [{ key: chat, count: 20, perMs: 60_000 }] : []),
      ];
    },
    send(page, deps) {
      const body = {
        chat_id: page.page.to.address,
        text: cutChars(textOf(page), TEXT_CHARS),
        link_preview_options: { is_disabled: true },
        // Telegram refuses buttons that lead to this machine or to a bare name.
        ...(page.link?.startsWith('https://') && {
          reply_markup: { inline_keyboard: [[{ text: answerWord(page), url: page.link }]] },
        }),
      };
      return deliver(page, jsonRequest(`${server}/bot${token}/sendMessage`, body), verdict, deps);
    },
  }),
});

/** Its refusals come with the same number as HTTP status and `error_code`; a 429 tells the wait in its body. */
function verdict(heard: Heard): Answer {
  const { json } = heard;
  const parameters = json?.['parameters'] as { retry_after?: unknown } | undefined;
  const askedMs = Number(parameters?.retry_after ?? 0) * 1000 || 0;
  const afterMs = Math.max(heard.afterMs, askedMs);
  if (json?.['ok'] === false) {
    const status = Number(json['error_code']);
    return judgeStatus({ status, afterMs, body: heard.body }) ?? { kind: 'no', reason: `refused${quote(heard.body)}` };
  }
  const byStatus = judgeStatus({ ...heard, afterMs });
  if (byStatus !== null) return byStatus;
  if (json?.['ok'] !== true) return notTheProvider(heard);
  const result = json['result'] as { message_id?: unknown } | undefined;
  return { kind: 'yes', reference: String(result?.message_id ?? '') || null };
}
