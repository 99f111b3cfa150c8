import type { Call, Reply, Vendor } from './vendor.ts';

/** `gone` has answered STOP. */
export const TWILIO = {
  accountSid: 'AC0123456789abcdef0123456789abcdef',
  authToken: 'stand-in-token',
  from: '+15005550006',
  gone: '+15005550004',
} as const;

/** https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/voice/api/call-resource */
export const twilio: Vendor = {
  name: 'twilio',
  document: 'https://www.twilio.com/docs/messaging/api/message-resource',
  throttled: says(429, 20429, 'Too Many Requests'),
  refused: says(400, 21610, 'Attempt to send to unsubscribed recipient'),
  answer(call) {
    const [, account, resource] = /^\/2010-04-01\/Accounts\/(\w+)\/(Messages|Calls)\.json$/.exec(call.path) ?? [];
    if (resource === undefined) return { reply: says(404, 20404, 'The requested resource was not found') };
    if (account !== TWILIO.accountSid || !isAuthentic(call)) return { reply: says(401, 20003, 'Authenticate') };
    const fields = new URLSearchParams(call.body.toString('utf8'));
    const to = fields.get('To') ?? '';
    if (!/^\+\d{6,15}$/.test(to)) return { reply: says(400, 21211, `Invalid 'To' Phone Number: ${to}`) };
    if (fields.get('From') !== TWILIO.from) return { reply: says(400, 21606, "The 'From' number is not a valid one") };
    return resource === 'Messages' ? message(to, fields.get('Body') ?? '') : dial(to, fields.get('Twiml') ?? '');
  },
};

function message(to: string, body: string) {
  if (to === TWILIO.gone) return { reply: twilio.refused };
  if (body === '') return { reply: says(400, 21602, 'Message body is required') };
  if (body.length > 1_600)
    return { reply: says(400, 21617, 'The concatenated message body exceeds the 1600 character limit') };
  return queued('SM', { to, body });
}

/** What the caller's voice would say; a document that is not one is heard as an error only when somebody picks up. */
function dial(to: string, twiml: string) {
  if (twiml.length > 4_000) return { reply: says(400, 20001, 'Twiml is longer than 4000 characters') };
  const said = [...twiml.matchAll(/<Say language="([\w-]+)">([^<]*)<\/Say>/g)].map(([, language, words = '']) => ({
    language,
    words: words.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  }));
  const isDocument = /^<\?xml [^>]*\?><Response>(<Say [^>]*>[^<]*<\/Say>|<Pause [^>]*\/>)+<\/Response>$/.test(twiml);
  return queued('CA', { to, said: isDocument ? said : 'an application error has occurred' });
}

function queued(prefix: string, taken: object) {
  const sid = `${prefix}${'0123456789abcdef'.repeat(2)}`;
  return { reply: { status: 201, body: { sid, status: 'queued', error_code: null, error_message: null } }, taken };
}

function isAuthentic({ headers }: Call): boolean {
  const [scheme, encoded = ''] = (headers['authorization'] ?? '').split(' ');
  const expected = `${TWILIO.accountSid}:${TWILIO.authToken}`;
  return scheme === 'Basic' && Buffer.from(encoded, 'base64').toString('utf8') === expected;
}

function says(status: number, code: number, text: string): Reply {
  return {
    status,
    body: { code, message: text, more_info: `https://www.twilio.com/docs/errors/${code}`, status },
  };
}
