import { z } from 'zod';
import { InstantText } from './instant.ts';
import { ROLES, VERBS } from './vocabulary.ts';

/**
 * Everything that somebody may or may not do on an edge: one word per thing that roles can differ in.
 * A verb on an incident is the action `incident.<verb>`; `incident.assign` is acting in another person's name,
 * `incident.attest` vouching for somebody's presence on site.
 */
export const ACTIONS = [
  'facility.read',
  'incident.report',
  ...VERBS.map((verb) => `incident.${verb}` as const),
  'incident.assign',
  'roster.change',
  'repair.contact',
  'repair.erase',
  'repair.code',
  'incident.attest',
  'discovered.read',
  'device.adopt',
  'mapping.read',
  'mapping.write',
  'quarantine.read',
  'quarantine.retry',
  'outbox.read',
  'metrics.read',
  'credential.read',
  'credential.manage',
  'code.read',
  'code.manage',
  'account.manage',
  'audit.read',
  'clock.set',
  'channel.test',
  'maintenance.manage',
  'drill.start',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Who is asking. A server without accounts of its own leaves the last three out. */
export const User = z.object({
  id: z.string().describe('who stands in the evidence when this user acts'),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  client: z.string().nullable(),
  account: z.string().nullish().describe('the name to sign in with; null: no account, nothing to sign out of'),
  responder: z.string().nullish().describe('the person of the registry that this user is'),
  may: z.array(z.enum(ACTIONS)).optional().describe('what this user may do here; absent: nothing is withheld'),
});
export type User = z.infer<typeof User>;

/** What people type to sign in: small letters, so that nobody is two people by a capital. */
export const AccountName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,63}$/, 'may hold letters, digits, dot, dash and underscore, 2 to 64 of them');

/** What people are called on the screen; one line without anything that steers a terminal. */
export const DisplayName = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u, 'may hold no control characters');

/** A password as it is typed. How good it must be is the server's judgement, in words. */
export const Password = z.string().min(1).max(512);
const Code = z.string().trim().min(1).max(64);

/** A person who may sign in. `hasPassword` false: the one-time code has not been used yet. */
export const Account = z.object({
  name: z.string(),
  displayName: z.string(),
  role: z.enum(ROLES),
  responder: z.string().nullable(),
  disabled: z.boolean(),
  hasPassword: z.boolean(),
  createdAt: InstantText,
  lastSignedInAt: InstantText.nullable(),
  sessions: z.int().describe('how many are open now'),
});
export type Account = z.infer<typeof Account>;

/** What signs in for the first time, or after a reset: shown once, kept as a hash. */
export const OneTimeCode = z.object({ name: z.string(), code: z.string(), expiresAt: InstantText });
export type OneTimeCode = z.infer<typeof OneTimeCode>;

/** `POST /api/accounts`. The person chooses the password, with the code that is answered. */
export const AccountBody = z.strictObject({
  name: AccountName,
  displayName: DisplayName,
  role: z.enum(ROLES),
  responder: z.string().min(1).max(200).nullable().default(null),
});
export type AccountBody = z.infer<typeof AccountBody>;

/** `PATCH /api/accounts/{name}`: what is left out stays. */
export const AccountChange = z.strictObject({
  displayName: DisplayName.optional(),
  role: z.enum(ROLES).optional(),
  responder: z.string().min(1).max(200).nullable().optional(),
  disabled: z.boolean().optional(),
});
export type AccountChange = z.infer<typeof AccountChange>;

export const AddedAccount = z.object({ account: Account, code: OneTimeCode });
export type AddedAccount = z.infer<typeof AddedAccount>;

/** `POST /api/session`. */
export const SignInBody = z.strictObject({ name: z.string().trim().toLowerCase().max(200), password: Password });
export type SignInBody = z.infer<typeof SignInBody>;

/** `POST /api/session/code`: the one-time code, and the password from now on. */
export const CodeBody = z.strictObject({
  name: z.string().trim().toLowerCase().max(200),
  code: Code,
  password: Password,
});
export type CodeBody = z.infer<typeof CodeBody>;

/** `POST /api/session/screen`: a screen on a wall shows a viewer’s token, and is never asked to sign in. */
export const ScreenBody = z.strictObject({ token: z.string().min(1).max(200) });
export type ScreenBody = z.infer<typeof ScreenBody>;

/** `POST /api/setup`: the first admin, with the code that the edge printed when it started. */
export const SetupBody = z.strictObject({
  code: Code,
  name: AccountName,
  displayName: DisplayName,
  password: Password,
});
export type SetupBody = z.infer<typeof SetupBody>;

/** `PUT /api/password`. */
export const PasswordBody = z.strictObject({ current: Password, password: Password });
export type PasswordBody = z.infer<typeof PasswordBody>;

/** `GET /api/session`, which everybody may ask: whether somebody is signed in, and whether there is an admin at all. */
export const SessionState = z.object({
  edge: z.string(),
  signedIn: z.boolean(),
  setupNeeded: z.boolean(),
});
export type SessionState = z.infer<typeof SessionState>;

/** One browser in which somebody is signed in. */
export const AccountSession = z.object({
  id: z.string(),
  current: z.boolean().describe('the one that asks'),
  startedAt: InstantText,
  lastSeenAt: InstantText,
  endsAt: InstantText.describe('if it is not used again'),
  address: z.string(),
  agent: z.string().describe('what the browser calls itself'),
});
export type AccountSession = z.infer<typeof AccountSession>;

/** One line of the audit. It is written once and never changed. */
export const AuditEntry = z.object({
  id: z.int(),
  at: InstantText,
  kind: z.string().describe('signed_in, sign_in_failed, role_changed …'),
  by: z.string().describe('the account that did it; token:<name>, box (the command line), or nobody'),
  account: z.string().nullable().describe('the account that it was done to'),
  address: z.string().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
