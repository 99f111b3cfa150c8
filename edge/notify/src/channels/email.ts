import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ChannelDeps, type Delivery, type OutgoingPage, retryOrGiveUp } from '../channel.ts';
import { cutChars } from '../cut.ts';
import { headlineOf, textOf } from '../message.ts';
import { channelType, Secret } from './channel-type.ts';

const SUBJECT_CHARS = 200;

const Settings = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535).prefault(587),
  /** `starttls` refuses to speak to a server that does not offer it; `none` is for a server in the same room. */
  security: z.enum(['starttls', 'tls', 'none']).prefault('starttls'),
  user: z.string().min(1).optional(),
  password: Secret.optional(),
  from: z.string().regex(/^(.+<)?[^\s<>@]+@[^\s<>@]+>?$/, 'must be a mail address, or a name and <an address>'),
  /** PEM of an authority that this machine does not know by itself. */
  ca: z.string().includes('BEGIN CERTIFICATE').optional(),
});
type Settings = z.infer<typeof Settings>;

/** Not read with the edge: most send no mail. */
const mailLibrary = () => import('nodemailer');

/**
 * Mail over SMTP (RFC 5321): one message a page, whose Message-ID is made of the page's id, so that
 * a second attempt is the same message to a mailbox that had the first. Mails of one incident form
 * one thread. Plain text only.
 */
export const email = channelType({
  type: 'email',
  names: { en: 'Mail (SMTP)', zh: '邮件（SMTP）' },
  document: 'https://nodemailer.com/smtp',
  address: 'mail address',
  settings: Settings,
  create: (name, settings) => ({
    name,
    isPersonal: () => true,
    limits: () => [{ key: `email:${settings.host}:${settings.user ?? ''}`, count: 60, perMs: 60_000 }],
    ready: mailLibrary,
    async send(page, deps) {
      const transport = await transportTo(settings, deps);
      try {
        const { response } = await transport.sendMail(mailOf(page, settings.from));
        return { outcome: 'accepted', reference: response };
      } catch (error) {
        return refusal(page, error, deps);
      } finally {
        transport.close();
      }
    },
  }),
});

async function transportTo({ host, port, security, user, password, ca }: Settings, { timeoutMs }: ChannelDeps) {
  const { createTransport } = await mailLibrary();
  return createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    ...(ca !== undefined && { tls: { ca } }),
    dnsTimeout: timeoutMs / 2,
    connectionTimeout: timeoutMs / 2,
    greetingTimeout: timeoutMs / 2,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function mailOf(page: OutgoingPage, from: string) {
  const thread = messageId(page.incident.id, from);
  const urgent = page.incident.severity === 'critical' || page.incident.severity === 'major';
  return {
    from,
    // As an object it is one address, whatever commas somebody put into it.
    to: { name: page.page.to.name, address: page.page.to.address },
    subject: cutChars(headlineOf(page), SUBJECT_CHARS),
    text: textOf(page),
    textEncoding: 'base64' as const,
    messageId: messageId(page.page.id, from),
    inReplyTo: thread,
    references: thread,
    priority: urgent ? ('high' as const) : ('normal' as const),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Keepsite-Page': page.page.id },
  };
}

function messageId(id: string, from: string): string {
  const domain = /@([^\s<>@]+?)>?$/.exec(from)?.[1] ?? 'keepsite.invalid';
  return `<${createHash('sha256').update(id).digest('hex').slice(0, 40)}@${domain}>`;
}

/** What nodemailer says when no message can have left. */
const NEVER_SENT = ['EDNS', 'ECONNECTION', 'ECONNREFUSED', 'EAUTH', 'ETLS', 'EENVELOPE'];

/** A 5xx is final and a 4xx is not (RFC 5321 §4.2.1); without either nobody knows. */
function refusal(page: OutgoingPage, error: unknown, { random }: ChannelDeps): Delivery {
  const { code, command, responseCode, message } = error as {
    code?: string;
    command?: string;
    responseCode?: number;
    message?: string;
  };
  const reason = `mail was not taken: ${message ?? String(error)}`;
  if (responseCode !== undefined && responseCode >= 500) return { outcome: 'failed', reason };
  const connected = command !== 'CONN' || message === 'Timeout';
  const unknown = responseCode === undefined && connected && !NEVER_SENT.includes(code ?? '');
  return retryOrGiveUp(page, reason, random, { mayHaveArrived: unknown });
}
