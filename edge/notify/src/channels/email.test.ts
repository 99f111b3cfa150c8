import { MAIL_CERTIFICATE, type MailServer, MAILBOX, openMailServer } from '@keepsite/simulators/vendors';
import { afterEach, describe, expect, test } from 'vitest';
import { exampleDeps, examplePage } from '../testing.ts';
import { email } from './email.ts';

let server: MailServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const FROM = 'Keepsite <keepsite@example.com>';

function channel(over: object = {}) {
  const settings = { host: '127.0.0.1', port: server!.port, from: FROM, security: 'none', ...over };
  return email.create('mail', email.settings.parse(settings));
}

const deps = (timeoutMs = 5_000) => exampleDeps({ timeoutMs });
const page = (over = {}) => examplePage(over, 'li.na@example.com');

/** The header lines, and the text as a mail program shows it. */
function read(source: string): { headers: string; text: string } {
  const [headers = '', body = ''] = source.split(/\r\n\r\n/);
  const isBase64 = /transfer-encoding: base64/i.test(headers);
  return { headers, text: isBase64 ? Buffer.from(body, 'base64').toString('utf8') : body };
}

describe('mail', () => {
  test('one message a page, and every attempt of it has the same Message-ID', async () => {
    server = await openMailServer();
    expect(await channel().send(page(), deps())).toMatchObject({ outcome: 'accepted' });
    expect(await channel().send(page({ attempt: 2 }), deps())).toMatchObject({ outcome: 'accepted' });
    const [first, second] = server.mails.map(({ source }) => /^Message-ID: (.+)$/im.exec(source)?.[1]);
    expect(first).toMatch(/^<[0-9a-f]{40}@example\.com>/);
    expect(second).toBe(first);
    const { headers, text } = read(server.mails[0]!.source);
    expect(server.mails[0]).toMatchObject({ from: 'keepsite@example.com', to: ['li.na@example.com'] });
    expect(text).toContain('3 号梯困人');
    expect(headers).toMatch(/Auto-Submitted: auto-generated/i);
    expect(headers).toMatch(/X-Priority: 1/i);
  });

  test('a name cannot add a recipient or a header', async () => {
    server = await openMailServer();
    const { incident } = examplePage();
    const evil = 'x\r\nBcc: boss@example.com\r\n\r\nhello';
    const summary = { en: evil, zh: evil };
    const to = 'li.na@example.com, boss@example.com';
    await channel().send(page({ incident: { ...incident, summary } }), deps());
    expect(server.mails.map(({ to }) => to)).toEqual([['li.na@example.com']]);
    expect(read(server.mails[0]!.source).headers).not.toMatch(/^Bcc/im);
    const odd = await channel().send(examplePage({}, to), deps());
    expect(odd.outcome === 'accepted' ? server.mails[1]?.to.length : 0).toBeLessThanOrEqual(1);
  });

  test.each([
    ['greylisted', 'retry', '451'],
    ['no-mailbox', 'failed', '550'],
    ['bad-login', 'failed', '535'],
  ] as const)('a server that says %s: %s', async (mood, outcome, code) => {
    server = await openMailServer();
    server.misbehave(mood);
    const login = mood === 'bad-login' ? MAILBOX : {};
    const delivery = await channel(login).send(page(), deps());
    expect(delivery).toMatchObject({ outcome, reason: expect.stringContaining(code) });
    expect(delivery).not.toHaveProperty('mayHaveArrived');
  });

  test('nobody knows whether it arrived when the server falls silent after the text', async () => {
    server = await openMailServer();
    server.misbehave('silent-after-data');
    expect(await channel().send(page(), deps(2_000))).toMatchObject({ outcome: 'retry', mayHaveArrived: true });
    expect(server.mails).toHaveLength(1);
  });

  test('a server that is not there cannot have it', async () => {
    server = await openMailServer();
    const lost = channel();
    await server.close();
    const delivery = await lost.send(page(), deps());
    expect(delivery).toMatchObject({ outcome: 'retry' });
    expect(delivery).not.toHaveProperty('mayHaveArrived');
  });

  test('STARTTLS encrypts before the password is said, and trusts the authority that was given', async () => {
    server = await openMailServer({ starttls: true });
    const safe = channel({ security: 'starttls', ca: MAIL_CERTIFICATE.cert, ...MAILBOX });
    expect(await safe.send(page(), deps())).toMatchObject({ outcome: 'accepted' });
    expect(server.mails).toMatchObject([{ encrypted: true, user: 'keepsite' }]);
    const suspicious = channel({ security: 'starttls', ...MAILBOX });
    expect(await suspicious.send(page(), deps())).toMatchObject({ outcome: 'retry' });
    expect(server.mails).toHaveLength(1);
  });

  test('a server that does not offer the STARTTLS that was asked for gets neither password nor mail', async () => {
    server = await openMailServer();
    expect((await channel({ security: 'starttls', ...MAILBOX }).send(page(), deps())).outcome).not.toBe('accepted');
    expect(server.mails).toEqual([]);
  });
});
