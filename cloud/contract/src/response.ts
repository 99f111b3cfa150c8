import {
  FrozenPlan,
  InstantText,
  OnCallList,
  ResponseBook,
  ResponseFinding,
  RosterView,
} from '@keepsite/edge-contract';
import { z } from 'zod';

export const RESPONSE_STATES = ['pending', 'active', 'refused', 'replaced'] as const;

/** One version of an edge's people, rosters and response plans, and what the edge said to it. */
export const ResponseVersion = z.object({
  version: z.int().positive(),
  at: InstantText,
  by: z.string().nullable(),
  note: z.string().nullable(),
  state: z.enum(RESPONSE_STATES).describe('pending: the edge has not answered; replaced: a later version is active'),
  /** Why the edge refused it. */
  reason: z.string().nullable(),
});
export type ResponseVersion = z.infer<typeof ResponseVersion>;

/** `GET /api/edges/{edge}/response`. */
export const EdgeResponse = z.object({
  edge: z.string(),
  /** The newest version; null: none was ever saved here, the edge goes by its own registry. */
  newest: ResponseVersion.nullable(),
  /** The version that the edge goes by, as far as it has said. */
  active: z.int().nullable(),
  /** What to edit: the newest version, else what the edge itself told. */
  book: ResponseBook,
  /** What the edge told that it goes by, with what was changed there; null: it has not said. */
  told: z.object({ at: InstantText, book: ResponseBook }).nullable(),
  /** The version that the edge goes by, as it was saved here; else what it told. Null: nobody knows. */
  inForce: ResponseBook.nullable(),
  findings: z.array(ResponseFinding),
});
export type EdgeResponse = z.infer<typeof EdgeResponse>;

/** `PUT /api/edges/{edge}/response`. */
export const ResponseBody = z.strictObject({
  /** The version that was edited; null: there was none. Another one by now is a conflict. */
  after: z.int().positive().nullable(),
  book: ResponseBook,
  by: z.string().max(120).nullish(),
  note: z.string().max(500).nullish(),
});
export type ResponseBody = z.infer<typeof ResponseBody>;

/** `POST /api/edges/{edge}/response/rollback`: an old version becomes the newest one, under a new number. */
export const RollbackBody = z.strictObject({
  to: z.int().positive(),
  by: z.string().max(120).nullish(),
  note: z.string().max(500).nullish(),
});
export type RollbackBody = z.infer<typeof RollbackBody>;

/**
 * `POST /api/edges/{edge}/response/check`; `rehearse`: whom a plan would page if an incident began then.
 * `week`: who would be on call on a roster for seven days from a civil day of its zone, today by default.
 */
export const ResponseCheckBody = z.strictObject({
  book: ResponseBook,
  rehearse: z.strictObject({ plan: z.string().min(1).max(120), at: z.array(InstantText).min(1).max(4) }).optional(),
  week: z.strictObject({ roster: z.string().min(1).max(120), from: z.iso.date().optional() }).optional(),
});
export type ResponseCheckBody = z.infer<typeof ResponseCheckBody>;

/** What would be said of it, without saving it. */
export const ResponseCheck = z.object({
  findings: z.array(ResponseFinding),
  onCall: OnCallList,
  /** In the order that was asked for; `plan` null: there is no such plan, or the book has an error. */
  rehearsed: z.array(z.object({ at: InstantText, plan: FrozenPlan.nullable() })),
  /** Null: nobody has asked, there is no such roster, or it has an error of its own. */
  week: RosterView.nullable(),
});
export type ResponseCheck = z.infer<typeof ResponseCheck>;
