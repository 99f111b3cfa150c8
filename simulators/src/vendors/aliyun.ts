import { createHash, createHmac } from 'node:crypto';
import { type Call, type Day, type Reply, type Vendor } from './vendor.ts';

/** The account, with templates and a signature that were approved. */
export const ALIYUN = {
  accessKeyId: 'LTAI5tStandInOnly',
  accessKeySecret: 'stand-in-secret-of-nobody',
  sign: '物业值班',
  smsTemplate: 'SMS_154950909',
  /** Links stand in the template's own text; a variable may come behind them. */
  smsLinkTemplate: 'SMS_154950910',
  linkAddress: 'https://keepsite.example/incidents/',
  ttsTemplate: 'TTS_10001',
  /** Of a shared number: two variables at most. */
  sharedTtsTemplate: 'TTS_10002',
} as const;

const TEMPLATES: Readonly<Record<string, string>> = {
  [ALIYUN.smsTemplate]: '${what}，位置 ${where}，${left}，请立即响应。',
  [ALIYUN.smsLinkTemplate]: `\${level}事件：\${title}，位置 \${place}，请打开 ${ALIYUN.linkAddress}\${reference} 响应。`,
  [ALIYUN.ttsTemplate]: '${what}，位置 ${where}，${left}，请立即响应。',
  [ALIYUN.sharedTtsTemplate]: '您好，${event}，${time}，请在收到的消息中应答，本电话不能按键应答。',
};

/** https://help.aliyun.com/document_detail/44357.html */
const LONGEST = 35;

const FIFTEEN_MINUTES_MS = 900_000;
const DAY_MS = 86_400_000;

/** https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms and its error codes. */
export const aliyunSms = gateway('aliyun-sms', 'SendSms', (query) => {
  const template = templateOf(query, 'SMS');
  if (template === undefined) return 'isv.SMS_TEMPLATE_ILLEGAL';
  if (query.get('SignName') !== ALIYUN.sign) return 'isv.SMS_SIGNATURE_ILLEGAL';
  return numberFault(query.get('PhoneNumbers')) ?? variablesFault(query.get('TemplateParam'), template);
});

/** https://help.aliyun.com/zh/vms/developer-reference/api-dyvmsapi-2017-05-25-singlecallbytts */
export const aliyunVoice = gateway('aliyun-voice', 'SingleCallByTts', (query) => {
  const template = templateOf(query, 'TTS');
  if (template === undefined) return 'isv.TTS_TEMPLATE_ILLEGAL';
  if (!['1', '2', '3'].includes(query.get('PlayTimes') ?? '3')) return 'isv.INVALID_PARAMETERS';
  return numberFault(query.get('CalledNumber')) ?? variablesFault(query.get('TtsParam'), template);
});

function gateway(name: string, action: string, faultOf: (query: URLSearchParams) => string | null): Vendor {
  return {
    name,
    document: 'https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature',
    throttled: says(200, 'isv.BUSINESS_LIMIT_CONTROL', '触发分钟级流控Permits:1'),
    refused: says(200, 'isv.MOBILE_NUMBER_ILLEGAL', '号码不合法'),
    answer(call, day) {
      const refused = authFault(call, day, action);
      if (refused !== null) return { reply: refused };
      const number = call.query.get('PhoneNumbers') ?? call.query.get('CalledNumber');
      const fault = faultOf(call.query);
      if (fault !== null) return { reply: says(200, fault, 'refused') };
      if (day.count(`${name} ${number}`, DAY_MS) > 50)
        return { reply: says(200, 'isv.BUSINESS_LIMIT_CONTROL', '触发天级流控Permits:50') };
      const receipt = { Code: 'OK', Message: 'OK', RequestId: '873043ac-bcda-44db', BizId: '9006197469364984^0' };
      return {
        reply: { status: 200, body: receipt },
        taken: { ...Object.fromEntries(call.query), text: textOf(call.query) },
      };
    },
  };
}

/** The gateway's own checks, in its order; they are answered with an HTTP error. */
function authFault(call: Call, day: Day, action: string): Reply | null {
  const { headers } = call;
  const [, key, signedNames = '', signature] =
    /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    ) ?? [];
  if (key !== ALIYUN.accessKeyId) return says(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.');
  if (headers['x-acs-action'] !== action || headers['x-acs-version'] !== '2017-05-25')
    return says(404, 'InvalidAction.NotFound', 'Specified api is not found');
  const at = Date.parse(headers['x-acs-date'] ?? '');
  if (!(Math.abs(day.now - at) < FIFTEEN_MINUTES_MS))
    return says(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.');
  if (!day.first(`aliyun nonce ${headers['x-acs-signature-nonce']}`))
    return says(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.');
  if (signature !== signatureOf(call, signedNames.split(';')))
    return says(400, 'SignatureDoesNotMatch', 'Specified signature does not match our calculation.');
  return null;
}

function signatureOf({ headers, query, body, method }: Call, names: readonly string[]): string {
  const bodyHash = sha256(body);
  const canonical = [
    method,
    '/',
    [...query]
      .map((pair) => pair.map(percent).join('='))
      .toSorted()
      .join('&'),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    names.join(';'),
    bodyHash,
  ].join('\n');
  if (headers['x-acs-content-sha256'] !== bodyHash) return 'the body is another';
  return createHmac('sha256', ALIYUN.accessKeySecret)
    .update(['ACS3-HMAC-SHA256', sha256(Buffer.from(canonical))].join('\n'))
    .digest('hex');
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function percent(text: string): string {
  const plain = /[A-Za-z0-9\-_.~]/;
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    return byte < 128 && plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}

function numberFault(number: string | null): string | null {
  return /^(\+?86)?1\d{10}$/.test(number ?? '') ? null : 'isv.MOBILE_NUMBER_ILLEGAL';
}

function templateOf(query: URLSearchParams, kind: 'SMS' | 'TTS'): string | undefined {
  const code = query.get('TemplateCode') ?? query.get('TtsCode') ?? '';
  return code.startsWith(kind) ? TEMPLATES[code] : undefined;
}

/** What the person reads or hears. */
function textOf(query: URLSearchParams): string {
  const sign = query.get('SignName');
  const variables = JSON.parse(query.get('TemplateParam') ?? query.get('TtsParam') ?? '{}') as Record<string, string>;
  const template = templateOf(query, 'SMS') ?? templateOf(query, 'TTS') ?? '';
  return (
    (sign === null ? '' : `【${sign}】`) +
    template.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => variables[name] ?? '')
  );
}

/** Every variable of the template, within its length; no link and no IP address in any. */
function variablesFault(json: string | null, template: string): string | null {
  let variables: Record<string, unknown>;
  try {
    variables = JSON.parse(json ?? '') as Record<string, unknown>;
  } catch {
    return 'isv.INVALID_JSON_PARAM';
  }
  const texts = [...template.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => variables[name]);
  if (texts.some((text) => typeof text !== 'string' || text === '')) return 'isv.TEMPLATE_MISSING_PARAMETERS';
  if (texts.some((text) => Array.from(String(text)).length > LONGEST)) return 'isv.PARAM_LENGTH_LIMIT';
  return texts.some((text) => ADDRESS.test(String(text))) ? 'isv.PARAM_NOT_SUPPORT_URL' : null;
}

const ADDRESS = /https?:\/\/|\bwww\.|\b[a-z\d-]+\.(?:cn|com|net|org|example)\b|\b\d{1,3}(?:\.\d{1,3}){3}\b/i;

function says(status: number, code: string, message: string): Reply {
  return { status, body: { Code: code, Message: message, RequestId: '873043ac-bcda-44db' } };
}
