import { createDecipheriv, createECDH, createPublicKey, hkdfSync, verify } from 'node:crypto';
import type { Call, Vendor } from './vendor.ts';

const HOURS_24 = 86_400;

/** A browser: its keys, and the subscription that it gives out. Keys of the example in RFC 8291, appendix A. */
export const BROWSER = {
  privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
} as const;
/** The endpoint of a subscription that was taken back. */
export const GONE_PATH = '/push/gone';
export const PUSH_PATH = '/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV';

/** A push service (RFC 8030) that also is the browser behind it: verifies VAPID (RFC 8292), decrypts (RFC 8291). */
export const pushService: Vendor = {
  name: 'push-service',
  document: 'https://www.rfc-editor.org/rfc/rfc8030',
  throttled: { status: 429, headers: { 'retry-after': '60' } },
  refused: { status: 410, body: { code: 410, errno: 106, error: 'Gone' } },
  answer(call, day) {
    if (call.path === GONE_PATH) return { reply: pushService.refused };
    if (call.path !== PUSH_PATH) return { reply: { status: 404 } };
    if (!/^\d+$/.test(call.headers['ttl'] ?? '')) return { reply: { status: 400, body: 'TTL is missing' } };
    if (!isVapid(call, day.now)) return { reply: { status: 403, body: 'VAPID refused' } };
    if (call.body.length > 4_096) return { reply: { status: 413 } };
    const { topic = '', urgency = 'normal', 'content-encoding': encoding } = call.headers;
    if (!/^[\w-]{0,32}$/.test(topic) || !['very-low', 'low', 'normal', 'high'].includes(urgency))
      return { reply: { status: 400, body: 'Topic or Urgency is invalid' } };
    const note = encoding === 'aes128gcm' ? decrypted(call.body) : null;
    if (note === null) return { reply: { status: 400, body: 'cannot be decrypted' } };
    return {
      reply: { status: 201, headers: { location: `${call.root}/m/17` } },
      taken: { topic, urgency, note: JSON.parse(note) as unknown },
    };
  },
};

/** `vapid t=<JWT>, k=<key>`: ES256, for this origin, not for longer than a day. */
function isVapid({ headers, root }: Call, now: number): boolean {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(headers['authorization'] ?? '') ?? [];
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65) return false;
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!signed) return false;
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
  const left = Number(exp) - now / 1000;
  return aud === new URL(root).origin && left > 0 && left <= HOURS_24 && /^(mailto:|https:)/.test(String(sub));
}

/** RFC 8291 §3.4 and RFC 8188 §2, of one record; null when it was not meant for this browser. */
function decrypted(body: Buffer): string | null {
  const salt = body.subarray(0, 16);
  const idLength = body.readUInt8(20);
  const theirs = body.subarray(21, 21 + idLength);
  const record = body.subarray(21 + idLength);
  const browser = createECDH('prime256v1');
  browser.setPrivateKey(Buffer.from(BROWSER.privateKey, 'base64url'));
  const shared = browser.computeSecret(theirs);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), browser.getPublicKey(), theirs]);
  const secret = hkdf(shared, Buffer.from(BROWSER.auth, 'base64url'), info, 32);
  const key = hkdf(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = hkdf(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(record.subarray(-16));
  try {
    const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()]);
    // Behind the text stand the mark of the last record (2) and padding.
    return plain.subarray(0, plain.lastIndexOf(2)).toString('utf8');
  } catch {
    return null;
  }
}

function hkdf(key: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, length));
}
