import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { MAIL_CERTIFICATE } from './mail-certificate.ts';

/** How the mail server misbehaves: RFC 5321 §4.2 has the codes. */
export const MAIL_MOODS = ['well', 'greylisted', 'no-mailbox', 'bad-login', 'silent-after-data'] as const;
export type MailMood = (typeof MAIL_MOODS)[number];

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | null;
  readonly encrypted: boolean;
  /** Headers and text, as they came. */
  readonly source: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly Mail[];
  misbehave(mood: MailMood): void;
  close(): Promise<void>;
}

export const MAILBOX = { user: 'keepsite', password: 'stand-in-password' } as const;

/** A mail server on this machine; it offers STARTTLS if it is told to, with {@link MAIL_CERTIFICATE}. */
export async function openMailServer({ starttls = false, port: asked = 0 } = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  let mood: MailMood = 'well';
  const refuse = (code: number, words: string) => Object.assign(new Error(words), { responseCode: code });
  const server = new SMTPServer({
    ...(starttls ? MAIL_CERTIFICATE : { disabledCommands: ['STARTTLS'] }),
    authOptional: true,
    // Without TLS to offer, a login in the clear is all there is.
    allowInsecureAuth: !starttls,
    onAuth({ username, password }, _, done) {
      const known = username === MAILBOX.user && password === MAILBOX.password && mood !== 'bad-login';
      if (known) done(null, { user: username });
      else done(refuse(535, 'Authentication credentials invalid'));
    },
    onRcptTo(_, __, done) {
      if (mood === 'greylisted') return done(refuse(451, 'Greylisted, please try again later'));
      if (mood === 'no-mailbox') return done(refuse(550, 'Mailbox unavailable'));
      done();
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          user: typeof session.user === 'string' ? session.user : null,
          encrypted: session.secure,
          source: Buffer.concat(parts).toString('utf8'),
        });
        if (mood !== 'silent-after-data') done(null, 'Message queued');
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(asked, '127.0.0.1', () => resolve());
  });
  // From now on: a client that goes away is no fault of the server's.
  server.on('error', () => undefined);
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    mails,
    misbehave(next) {
      mood = next;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
