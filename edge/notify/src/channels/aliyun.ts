import { createHash, createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Answer, judgeCode } from '../answer.ts';
import type { Channel, OutgoingPage } from '../channel.ts';
import { cutChars } from '../cut.ts';
import { deliveryOf, type Heard, type Request } from '../http.ts';
import { partsOf } from '../message.ts';
import { channelType, Secret, Server } from './channel-type.ts';
import { createVendorClock } from './vendor-clock.ts';

const VERSION = '2017-05-25';
const DAY_MS = 86_400_000;
/** A variable of a template may not be longer. */
const VARIABLE_CHARS = 35;
/** What the gateway says to a time that is too far off. */
const TIME_REFUSED = /^(InvalidTimeStamp|IllegalTimestamp)/;

const Account = z.strictObject({
  accessKeyId: Secret,
  accessKeySecret: Secret,
  /** Of a template with the variables ${what}, ${where} and ${left}. */
  template: z.string().regex(/^(SMS|TTS)_\d+$/, 'must be a template’s code, e.g. SMS_123456'),
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
  }),
  create: (name, settings) =>
    aliyunChannel(name, settings, 'SendSms', ({ page }, variables) => ({
      PhoneNumbers: page.to.address,
      SignName: settings.sign,
      TemplateCode: settings.template,
      TemplateParam: variables,
      OutId: outIdOf(page.id),
    })),
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
  }),
  create: (name, settings) =>
    aliyunChannel(name, settings, 'SingleCallByTts', ({ page }, variables) => ({
      CalledNumber: page.to.address,
      ...(settings.from !== undefined && { CalledShowNumber: settings.from }),
      TtsCode: settings.template,
      TtsParam: variables,
      PlayTimes: '3',
      OutId: outIdOf(page.id),
    })),
});

function aliyunChannel(
  name: string,
  account: Account & { readonly server: string },
  action: string,
  parametersOf: (page: OutgoingPage, variables: string) => Readonly<Record<string, string>>,
): Channel {
  const clock = createVendorClock();
  return {
    name,
    // The provider counts by number: 50 notices a day to each.
    limits: ({ page: { to } }) => [
      { key: `aliyun:${action}:${account.accessKeyId}:${to.address}`, count: 50, perMs: DAY_MS },
    ],
    async send(page, deps) {
      const parameters = parametersOf(page, variablesOf(page));
      const nonce = () => randomBytes(16).toString('hex');
      const sign = (now: number) => signed({ ...account, action, parameters, now, nonce: nonce() });
      const refused = ({ json }: Heard) => TIME_REFUSED.test(String(json?.['Code']));
      return deliveryOf(page, await clock.ask(sign, refused, deps), verdict, deps);
    },
  };
}

/** A variable with a URL in it is refused, even when an asset is called so. */
function variablesOf(page: OutgoingPage): string {
  const parts = Object.entries(partsOf(page)).map(([part, text]) => {
    return [part, cutChars(text.replaceAll(/\w+:\/\//g, ''), VARIABLE_CHARS)];
  });
  return JSON.stringify(Object.fromEntries(parts));
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
