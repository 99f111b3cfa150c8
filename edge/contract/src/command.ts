import { z } from 'zod';
import { InstantText } from './instant.ts';
import { HeldMs, Photo, Presence, SaidAt } from './presence.ts';
import { Appointment, Repair } from './repair.ts';
import { DispatchBody } from './spending.ts';
import { FAULTS, PROOFS, SEVERITIES, VERBS } from './vocabulary.ts';

const Id = z.string().min(1).max(200);

/** What some verbs need beside the common words. */
const OwnWords = {
  /** For `dispatch`: from whom, what, how much. */
  dispatch: DispatchBody.nullish(),
  /** For `approve`, `decline`, `confirm_order`, `receive_order`, `call_off_order`: which order. */
  order: z.string().max(300).nullish(),
  /** For `confirm_order`: when the contractor promises to be there. */
  arrivesAt: InstantText.nullish(),
  /** For `resolve`: whether it is mended. */
  fixed: z.boolean().nullish(),
  /** For `arrange`: when, and by whom. */
  appointment: Appointment.nullish(),
};

/** What a person orders. Counts from `receivedAt`, the instant that edge or cloud first had it. */
export const Command = z.object({
  commandId: z.string().min(8).max(100),
  incident: Id,
  verb: z.enum(VERBS),
  responder: Id,
  receivedAt: InstantText,
  via: z.enum(['edge', 'cloud', 'mqtt', 'link']),
  note: z.string().max(4000).nullable().default(null),
  proof: z.enum(PROOFS).default('declared'),
  /** For `handover`: to whom. */
  to: Id.nullable().default(null),
  /** For `arrive`: what stands on the asset; the edge judges it. */
  code: z.string().max(100).nullish(),
  ...Presence.shape,
  saidAt: SaidAt,
  /** For `note`: a photograph that the edge keeps already, or fetches from the cloud. */
  photo: Photo.nullish(),
  ...OwnWords,
});
export type Command = z.infer<typeof Command>;

/** What a caller posts to `/api/incidents/{id}/{verb}`; edge and cloud accept the same body. */
export const CommandBody = z.strictObject({
  commandId: z.string().min(8).max(100),
  responder: Id,
  note: z.string().max(4000).nullish(),
  proof: z.enum(PROOFS).optional().describe('`verified` counts only from whoever may attest it'),
  to: Id.nullish(),
  code: z.string().max(100).nullish().describe('for `arrive`: the code on the asset'),
  heldMs: HeldMs.nullish().describe('how long the sender had to keep it for want of a line, ms'),
  ...OwnWords,
});
export type CommandBody = z.infer<typeof CommandBody>;

/** A fault reported by a person (`POST /api/incidents`). */
export const ReportBody = z.strictObject({
  commandId: z.string().min(8).max(100),
  asset: Id,
  fault: z.enum(FAULTS),
  severity: z.enum(SEVERITIES).default('major'),
  reporter: Id,
  note: z.string().max(4000).nullish(),
  /** Somebody wants it mended. */
  repair: Repair.optional(),
});
export type ReportBody = z.infer<typeof ReportBody>;
