import { z } from 'zod';
import { type Answer, judgeStatus, notTheProvider } from '../answer.ts';
import { cutBytes } from '../cut.ts';
import { deliver, type Heard, jsonRequest } from '../http.ts';
import { answerWord, headlineOf, messagesOf } from '../message.ts';
import { channelType, Secret, Server } from './channel-type.ts';

/** A longer message would become an attachment that nobody reads at night. */
const MESSAGE_BYTES = 4_096;
const TITLE_BYTES = 250;
/** 5 rings through "do not disturb" where the phone allows it. */
const PRIORITIES = { critical: 5, major: 4, minor: 3, info: 2 } as const;
const TAGS = { critical: ['rotating_light'], major: ['warning'], minor: [], info: [] } as const;

/** ntfy, of ntfy.sh or of one's own server: 60 messages at once and then one every five seconds. */
export const ntfy = channelType({
  type: 'ntfy',
  names: { en: 'ntfy', zh: 'ntfy 推送' },
  document: 'https://docs.ntfy.sh/publish/',
  address: 'topic',
  settings: z.strictObject({
    server: Server.prefault('https://ntfy.sh'),
    /** An access token (tk_…) of a server or a topic that asks for one. */
    token: Secret.optional(),
  }),
  create: (name, { server, token }) => ({
    name,
    gathersLate: true,
    limits: () => [{ key: `ntfy:${server}`, count: 60, perMs: 300_000 }],
    send(page, deps) {
      const { severity } = page.incident;
      const message = messagesOf(page)
        .map(({ title, lines }) => [title, ...lines].join('\n'))
        .join('\n\n');
      const body = {
        topic: page.page.to.address,
        title: cutBytes(headlineOf(page), TITLE_BYTES),
        message: cutBytes(message, MESSAGE_BYTES),
        priority: page.test ? 3 : PRIORITIES[severity],
        tags: page.test ? ['test_tube'] : TAGS[severity],
        ...(page.link !== null && {
          click: page.link,
          actions: [{ action: 'view', label: answerWord(page), url: page.link }],
        }),
      };
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      return deliver(page, jsonRequest(server, body, headers), verdict, deps);
    },
  }),
});

/** A message that was taken has an id and says so. */
function verdict(heard: Heard): Answer {
  const byStatus = judgeStatus(heard);
  if (byStatus !== null) return byStatus;
  const { json } = heard;
  if (json?.['event'] !== 'message') return notTheProvider(heard);
  return { kind: 'yes', reference: String(json['id'] ?? '') || null };
}
