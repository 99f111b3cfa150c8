import { z } from 'zod';
import { InstantText } from './instant.ts';

/** How devices prove who they are to the embedded broker: the words of `/api/credentials`. */

export const CREDENTIAL_KINDS = ['device', 'gateway', 'onboarding'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

/** Letters, digits, dot, dash, underscore and colon: it is a user name and a part of a URL. */
export const CredentialName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'may hold letters, digits, dot, dash, underscore and colon');

/** MQTT 3.1.1 §4.7.1: `+` fills a whole level, `#` the whole last one. Topics that begin with `$` are the broker's own. */
export const TopicFilter = z
  .string()
  .min(1)
  .max(1_000)
  .regex(/^(?!\$)(?:\+|[^+#/]*)(?:\/(?:\+|[^+#/]*))*(?:(?<=\/)#)?$|^#$/, 'is no topic filter')
  .regex(/^\P{Cc}*$/u, 'may hold no control characters');

const Filters = z.array(TopicFilter).max(100);

export const IssueBody = z.strictObject({
  kind: z.enum(CREDENTIAL_KINDS),
  name: CredentialName.optional().describe('also the user name; absent: the device’s id'),
  device: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('of the kind `device`: the only adopted device that it speaks for'),
  publish: Filters.optional().describe(
    'absent: where the device was heard; of the kind `onboarding`, everywhere that was given to nobody',
  ),
  subscribe: Filters.optional().describe('absent: what it may publish on; nothing for the kind `onboarding`'),
  mayRetain: z.boolean().optional().describe('absent: true, but false for the kind `onboarding`'),
  clientId: z
    .string()
    .min(1)
    .max(200)
    .nullable()
    .optional()
    .describe('the MQTT client id to connect with; absent: the name; null: any that is nobody else’s'),
  certificate: z.string().max(20_000).optional().describe('PEM; its fingerprint is kept, and no secret is made'),
});
export type IssueBody = z.infer<typeof IssueBody>;

export const CredentialView = z.object({
  name: z.string(),
  kind: z.enum(CREDENTIAL_KINDS),
  device: z.string().nullable(),
  clientId: z.string().nullable().describe('null: any that is nobody else’s'),
  publish: z.array(z.string()),
  subscribe: z.array(z.string()),
  mayRetain: z.boolean(),
  fingerprint: z.string().nullable().describe('SHA-256 of its certificate; null: it shows a secret'),
  issuedAt: InstantText,
  lastSeenAt: InstantText.nullable().describe('when it connected last'),
  revokedAt: InstantText.nullable(),
  denied: z
    .object({ count: z.int(), topic: z.string(), at: InstantText })
    .nullable()
    .describe('what it was not allowed since the edge started: how often, and the last topic or filter; null: nothing'),
});
export type CredentialView = z.infer<typeof CredentialView>;

export const Issued = z.object({
  credential: CredentialView,
  secret: z.string().nullable().describe('shown this once; null: a certificate is shown instead'),
});
export type Issued = z.infer<typeof Issued>;
