import { z } from 'zod';
import type { OutgoingPage } from '../channel.ts';
import { cutChars } from '../cut.ts';
import { deliver, jsonRequest, plainVerdict } from '../http.ts';
import { answerWord, headlineOf, messagesOf } from '../message.ts';
import { channelType, HttpUrl } from './channel-type.ts';
import { mentionOf } from './mention.ts';

/** Of a message that may have 28 KB, in which seven lines can be long. */
const TEXT_CHARS = 500;
const COLOURS = { critical: 'Attention', major: 'Warning', minor: 'Accent', info: 'Default' } as const;

/**
 * A Workflows webhook of Microsoft Teams ("When a Teams webhook request is received"), which posts
 * an Adaptive Card; the old Office 365 connectors are retired. 202 says that the flow has begun.
 * Text stands in runs, which Teams does not read as Markdown.
 */
export const teams = channelType({
  type: 'teams',
  names: { en: 'Microsoft Teams', zh: 'Microsoft Teams' },
  document:
    'https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook',
  address: 'sign-in name (li.na@example.com) to mention, or - for nobody',
  settings: z.strictObject({ url: HttpUrl }),
  create: (name, { url }) => ({
    name,
    gathersLate: true,
    limits: () => [{ key: `teams:${url}`, count: 4, perMs: 1_000 }],
    send: (page, deps) => deliver(page, jsonRequest(url, bodyOf(page)), plainVerdict, deps),
  }),
});

function bodyOf(page: OutgoingPage): object {
  const called = calledName(page);
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full', ...(called && { entities: [called.entity] }) },
    body: [
      paragraph(headlineOf(page), {
        weight: 'Bolder',
        size: 'Large',
        color: COLOURS[page.incident.severity],
      }),
      ...messagesOf(page).flatMap(({ title, lines }) => [
        paragraph(title, { weight: 'Bolder' }),
        ...lines.map((line) => paragraph(line)),
      ]),
      ...(called ? [{ type: 'TextBlock', text: called.entity.text, wrap: true }] : []),
    ],
    ...(page.link !== null && { actions: [{ type: 'Action.OpenUrl', title: answerWord(page), url: page.link }] }),
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  };
}

function paragraph(text: string, style: object = {}): object {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: cutChars(text, TEXT_CHARS), ...style }] };
}

/** The only text block that Teams reads as Markdown: a name without the signs that mean something there. */
function calledName({ page }: OutgoingPage) {
  const mention = mentionOf(page.to.address);
  if (mention.kind !== 'user') return null;
  const name = page.to.name.replaceAll(/[<>&*_~`[\]()\\#]/g, '').trim() || page.to.person;
  return { entity: { type: 'mention', text: `<at>${name}</at>`, mentioned: { id: mention.id, name } } };
}
