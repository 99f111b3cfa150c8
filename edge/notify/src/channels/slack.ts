import { z } from 'zod';
import { type Answer, judgeStatus, notTheProvider } from '../answer.ts';
import type { OutgoingPage } from '../channel.ts';
import { cutChars } from '../cut.ts';
import { deliver, type Heard, jsonRequest } from '../http.ts';
import { answerWord, headlineOf, messagesOf } from '../message.ts';
import { channelType, HttpUrl } from './channel-type.ts';
import { mentionOf } from './mention.ts';

const HEADER_CHARS = 150;
const SECTION_CHARS = 3_000;
const BUTTON_CHARS = 75;
/** A `url` of a button that is longer makes the whole message invalid. */
const LINK_CHARS = 3_000;
const NOTICE_CHARS = 1_000;

/** An incoming webhook of Slack: one message a second, and the body `ok` is the only yes. */
export const slack = channelType({
  type: 'slack',
  names: { en: 'Slack', zh: 'Slack' },
  document: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks',
  address: 'member id (U…) to mention, @all for the channel, or - for nobody',
  settings: z.strictObject({ url: HttpUrl }),
  create: (name, { url }) => ({
    name,
    gathersLate: true,
    limits: () => [{ key: `slack:${url}`, count: 1, perMs: 1_000 }],
    send: (page, deps) => deliver(page, jsonRequest(url, bodyOf(page)), verdict, deps),
  }),
});

function bodyOf(page: OutgoingPage): object {
  const headline = headlineOf(page);
  const plain = (text: string, max: number) => ({ type: 'plain_text', text: cutChars(text, max), emoji: false });
  const called = calledName(page.page.to.address);
  return {
    // What a phone's notification shows; in it three characters are markup.
    text: escape(cutChars(headline, NOTICE_CHARS)),
    blocks: [
      { type: 'header', text: plain(headline, HEADER_CHARS) },
      ...messagesOf(page).map(({ title, lines }) => ({
        type: 'section',
        text: plain([title, ...lines].join('\n'), SECTION_CHARS),
      })),
      ...(called === null ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: called } }]),
      ...(page.link === null || page.link.length > LINK_CHARS
        ? []
        : [
            {
              type: 'actions',
              elements: [{ type: 'button', text: plain(answerWord(page), BUTTON_CHARS), url: page.link }],
            },
          ]),
    ],
  };
}

function calledName(address: string): string | null {
  const mention = mentionOf(address);
  if (mention.kind === 'all') return '<!channel>';
  return mention.kind === 'user' && /^[UW][A-Z0-9]+$/.test(mention.id) ? `<@${mention.id}>` : null;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function verdict(heard: Heard): Answer {
  const byStatus = judgeStatus(heard);
  if (byStatus !== null) return byStatus;
  return heard.body.trim() === 'ok' ? { kind: 'yes', reference: null } : notTheProvider(heard);
}
