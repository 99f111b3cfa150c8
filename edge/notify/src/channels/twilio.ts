import { z } from 'zod';
import { type Answer, judgeStatus, notTheProvider, quote } from '../answer.ts';
import type { Channel, OutgoingPage } from '../channel.ts';
import { escapeXml } from '../cut.ts';
import { deliver, type Heard } from '../http.ts';
import { firstLanguage } from '../message.ts';
import { smsWithLink } from '../sms.ts';
import { spokenOf } from '../voice.ts';
import { channelType, Secret, Server } from './channel-type.ts';

const Account = z.strictObject({
  accountSid: z.string().regex(/^AC[0-9a-f]{32}$/i, 'must be an account SID, AC and 32 digits'),
  authToken: Secret,
  server: Server.prefault('https://api.twilio.com'),
});
type Account = z.infer<typeof Account>;

const VOICES = { zh: 'zh-CN', en: 'en-US' } as const;
const TIMES = 3;
/** Of a document that may have 4000, in which every sign may be escaped and all of it stands three times. */
const SPOKEN_CHARS = 240;

/** Short messages through Twilio, one segment each (a contractor's link takes more): 201 with a `sid` and no error is the only yes. */
export const twilioSms = channelType({
  type: 'twilio-sms',
  names: { en: 'SMS (Twilio)', zh: '短信（Twilio）' },
  document: 'https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource',
  address: 'mobile number with its country code, +86…',
  settings: Account.extend({
    /** A number of the account (+…), or the SID of a messaging service (MG…). */
    from: z.string().min(1).max(40),
  }),
  create: (name, settings) =>
    twilioChannel(name, settings, 'Messages', (page) => ({
      ...(settings.from.startsWith('MG') ? { MessagingServiceSid: settings.from } : { From: settings.from }),
      Body: smsWithLink(page),
    })),
});

/** Calls that say what, where, since when and how to answer, three times: accepted means that the number is being dialled. */
export const twilioVoice = channelType({
  type: 'twilio-voice',
  names: { en: 'Voice call (Twilio)', zh: '语音电话（Twilio）' },
  document: 'https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource',
  address: 'telephone number with its country code, +86…',
  settings: Account.extend({ from: z.string().regex(/^\+\d{6,15}$/, 'must be a number of the account, +…') }),
  create: (name, settings) =>
    twilioChannel(name, settings, 'Calls', (page) => ({ From: settings.from, Twiml: spoken(page) })),
});

function twilioChannel(
  name: string,
  { accountSid, authToken, server }: Account,
  resource: 'Messages' | 'Calls',
  fieldsOf: (page: OutgoingPage) => Readonly<Record<string, string>>,
): Channel {
  const url = `${server}/2010-04-01/Accounts/${accountSid}/${resource}.json`;
  const headers = {
    authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  return {
    name,
    // Only that telephone rings; what is said there still carries a link for contractors alone.
    isPersonal: () => true,
    send(page, deps) {
      const fields = new URLSearchParams({ To: page.page.to.address, ...fieldsOf(page) });
      return deliver(page, { url, headers, body: fields.toString() }, verdict, deps);
    },
  };
}

/** TwiML; a name in it is text, never an instruction. */
function spoken(page: OutgoingPage): string {
  const language = VOICES[firstLanguage(page)];
  const say = `<Say language="${language}">${escapeXml(spokenOf(page, SPOKEN_CHARS))}</Say><Pause length="1"/>`;
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${say.repeat(TIMES)}</Response>`;
}

function verdict(heard: Heard): Answer {
  const byStatus = judgeStatus(heard);
  if (byStatus !== null) return byStatus;
  const { json } = heard;
  if (typeof json?.['sid'] !== 'string') return notTheProvider(heard);
  const failed = json['status'] === 'failed' || (json['error_code'] ?? null) !== null;
  return failed
    ? { kind: 'no', reason: `refused inside a success${quote(heard.body)}` }
    : { kind: 'yes', reference: json['sid'] };
}
