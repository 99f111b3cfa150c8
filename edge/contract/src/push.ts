import { z } from 'zod';
import { DisplayName } from './access.ts';
import { InstantText } from './instant.ts';

/** What a browser gives out when its owner says yes (W3C Push API): where it is reached, and what it decrypts with. */
export const PhoneSubscription = z.object({
  endpoint: z.url({ protocol: /^https?$/ }).max(1_000),
  keys: z.object({
    p256dh: z.string().regex(/^B[\w-]{86}=?$/, 'must be 65 bytes in Base64 for URLs'),
    auth: z.string().regex(/^[\w-]{22}(==)?$/, 'must be 16 bytes in Base64 for URLs'),
  }),
});
export type PhoneSubscription = z.infer<typeof PhoneSubscription>;

/** `POST /api/push/phones`: page me on this phone. */
export const PhoneBody = z.strictObject({
  subscription: PhoneSubscription,
  /** What its owner knows it by, e.g. Chrome · Android. */
  name: DisplayName.optional(),
  /** The phone says by itself that it is still there: what its owner took off the list stays off it. */
  renew: z.boolean().default(false),
  /** The endpoint that this one takes the place of. */
  replaces: z.string().max(1_000).optional(),
  /** Whose phone it is, where nobody signs in. */
  responder: z.string().min(1).max(200).optional(),
});
export type PhoneBody = z.infer<typeof PhoneBody>;

/** Whether a phone is paged: `on` it is, the others it is not. */
export const PHONE_STATES = ['on', 'stale', 'gone'] as const;

/** A phone on which somebody is paged. */
export const Phone = z.object({
  id: z.string(),
  name: z.string(),
  state: z
    .enum(PHONE_STATES)
    .describe('stale: it must be opened once, the gateway’s keys are others now; gone: its push service has ended it'),
  addedAt: InstantText,
  acceptedAt: InstantText.nullable().describe('when its push service last took a page; null: never yet'),
  trouble: z.string().nullable().describe('what its push service said last, when that was no yes'),
});
export type Phone = z.infer<typeof Phone>;

/** `GET /api/push`: what a browser subscribes with, and the caller's phones. */
export const PushState = z.object({
  publicKey: z.string().describe('the VAPID key, for applicationServerKey'),
  person: z.string().nullable().describe('who is paged on these phones; null: the account is nobody who can be paged'),
  phones: z.array(Phone),
});
export type PushState = z.infer<typeof PushState>;
