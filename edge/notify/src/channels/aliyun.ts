import { createHash, createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Answer, judgeCode } from '../answer.ts';
import type { Channel, Delivery, OutgoingPage } from '../channel.ts';
import { deliveryOf, type Heard, type Request } from '../http.ts';
import {
  type Filled,
  fillSms,
  fillVoice,
  isWithinShared,
  SmsLink,
  SmsVariables,
  TemplateCode,
  VOICE_DEFAULT,
  VoiceVariables,
} from './aliyun-template.ts';
import { channelType, Secret, Server } from './channel-type.ts';
import { createVendorClock } from './vendor-clock.ts';

const VERSION = '2017-05-25';
const DAY_MS = 86_400_000;
/** What the gateway says to a time that is too far off. */
const TIME_REFUSED = /^(InvalidTimeStamp|IllegalTimestamp)/;

const Account = z.strictObject({
  accessKeyId: Secret,
  accessKeySecret: Secret,
  template: TemplateCode,
});
type Account = z.infer<typeof Account>;

/** Short messages through Alibaba Cloud (dysmsapi, SendSms): `Code` OK inside a 200 is the only yes. */
export const aliyunSms = channelType({
  type: 'aliyun-sms',
  names: { en: 'SMS (Alibaba Cloud)', zh: '短信（阿里云）' },
  document: 'https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms',
  address: 'mobile number',
  settings: Account.extend({
    /** 短信签名, without its brackets. */
    sign: z.string().min(1).max(50),
    server: Server.prefault('https://dysmsapi.aliyuncs.com'),
    variables: SmsVariables,
    link: SmsLink.optional(),
  }).refine(({ template, link }) => template !== link?.template, {
    path: ['link', 'template'],
    message: 'must be another template: what has no link goes by the one above',
  }),
  create: (name, settings) =>
    aliyunChannel(name, settings, 'SendSms', (page) => {
      const filled = fillSms(page, settings);
      const parameters = {
        PhoneNumbers: page.page.to.address,
        SignName: settings.sign,
        TemplateCode: filled.template,
        TemplateParam: filled.variables,
      };
      return { ...filled, parameters };
    }),
});

/** Calls that read a text aloud (dyvmsapi, SingleCallByTts): accepted means that the number is being dialled. */
export const aliyunVoice = channelType({
  type: 'aliyun-voice',
  names: { en: 'Voice call (Alibaba Cloud)', zh: '语音电话（阿里云）' },
  document: 'https://help.aliyun.com/zh/vms/developer-reference/api-dyvmsapi-2017-05-25-singlecallbytts',
  address: 'telephone number',
  settings: Account.extend({
    /** A number of one's own; absent: one of the shared ones. */
    from: z.string().min(1).max(20).optional(),
    server: Server.prefault('https://dyvmsapi.aliyuncs.com'),
    variables: VoiceVariables.optional(),
  }).refine(({ from, variables }) => from !== undefined || !variables || isWithinShared(variables), {
    path: ['variables'],
    message: 'may be two at most without a number of one’s own (`from`); one may hold several parts: [what, where]',
  }),
  create: (name, settings) =>
    aliyunChannel(name, settings, 'SingleCallByTts', (page) => {
      const filled = fillVoice(page, settings.template, settings.variables ?? VOICE_DEFAULT);
      const parameters = {
        CalledNumber: page.page.to.address,
        ...(settings.from !== undefined && { CalledShowNumber: settings.from }),
        TtsCode: filled.template,
        TtsParam: filled.variables,
        PlayTimes: '3',
      };
      return { ...filled, parameters };
    }),
});

function aliyunChannel(
  name: string,
  account: Account & { readonly server: string },
  action: string,
  filledIn: (page: OutgoingPage) => Filled & { readonly parameters: Readonly<Record<string, string>> },
): Channel {
  const clock = createVendorClock();
  return {
    name,
    // The provider counts by number: 50 notices a day to each.
    limits: ({ page: { to } }) => [
      { key: `aliyun:${action}:${account.accessKeyId}:${to.address}`, count: 50, perMs: DAY_MS },
    ],
    async send(page, deps) {
      const { reason, ...filled } = filledIn(page);
      const parameters = { ...filled.parameters, OutId: outIdOf(page.page.id) };
      const nonce = () => randomBytes(16).toString('hex');
      const sign = (now: number) => signed({ ...account, action, parameters, now, nonce: nonce() });
      const refused = ({ json }: Heard) => TIME_REFUSED.test(String(json?.['Code']));
      return told(deliveryOf(page, await clock.ask(sign, refused, deps), verdict, deps), reason);
    },
  };
}

function told(delivery: Delivery, reason: string | undefined): Delivery {
  return delivery.outcome === 'accepted' && reason !== undefined ? { ...delivery, reason } : delivery;
}

/** At most 256 bytes, without signs that the provider refuses. */
function outIdOf(pageId: string): string {
  return createHash('sha256').update(pageId).digest('hex').slice(0, 32);
}

export interface AliyunCall {
  readonly server: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly action: string;
  readonly version?: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly now: number;
  readonly nonce: string;
}

/** A call in RPC style, signed with ACS3-HMAC-SHA256: https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature */
export function signed(call: AliyunCall): Request {
  const bodyHash = hash('');
  const headers: Record<string, string> = {
    host: new URL(call.server).host,
    'x-acs-action': call.action,
    'x-acs-content-sha256': bodyHash,
    'x-acs-date': new Date(call.now).toISOString().replace(/\.\d+Z$/, 'Z'),
    'x-acs-signature-nonce': call.nonce,
    'x-acs-version': call.version ?? VERSION,
  };
  const names = Object.keys(headers).toSorted();
  const query = Object.entries(call.parameters)
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .toSorted()
    .join('&');
  const lines = names.map((key) => `${key}:${headers[key]}\n`).join('');
  const canonical = ['POST', '/', query, lines, names.join(';'), bodyHash].join('\n');
  const signature = createHmac('sha256', call.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${hash(canonical)}`)
    .digest('hex');
  const { host: _, ...sent } = headers;
  return {
    url: `${call.server}/?${query}`,
    headers: {
      ...sent,
      authorization: `ACS3-HMAC-SHA256 Credential=${call.accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`,
    },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** RFC 3986: what `encodeURIComponent` leaves as it is, and should not. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A limit of the day is no reason to wait; one of the minute is. */
function verdict(heard: Heard): Answer {
  const lasting = /天级|小时级|day|hour/i.test(String(heard.json?.['Message']));
  return judgeCode(heard, {
    code: (json) => json['Code'],
    ok: 'OK',
    throttled: {
      'Throttling.User': 1_000,
      Throttling: 1_000,
      ...(lasting ? {} : { 'isv.BUSINESS_LIMIT_CONTROL': 60_000 }),
    },
    busy: ['isp.SYSTEM_ERROR', 'isp.GATEWAY_ERROR', 'ServiceUnavailable', 'InternalError'],
    reference: (json) => json['BizId'] ?? json['CallId'],
  });
}
