import { InstantText } from '@keepsite/edge-contract';
import { z } from 'zod';

const Text = z.string().trim().max(8_000);
const Person = z.string().trim().min(1).max(120);

/** Something that is to be done so that it does not happen again. */
export const ReviewAction = z.strictObject({
  id: z.string().min(1).max(60),
  text: z.string().trim().min(1).max(1_000),
  owner: Person,
  due: z.iso.date(),
  doneAt: InstantText.nullable().default(null),
});
export type ReviewAction = z.infer<typeof ReviewAction>;

export const REVIEW_STATES = ['draft', 'agreed'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** What somebody writes after an incident. `version` is the one that this makes: one more than the last. */
export const ReviewBody = z
  .strictObject({
    version: z.int().positive(),
    state: z.enum(REVIEW_STATES),
    by: Person,
    whatHappened: Text,
    causes: z.array(z.string().trim().min(1).max(1_000)).max(20),
    actions: z.array(ReviewAction).max(40),
  })
  .refine(({ actions }) => new Set(actions.map(({ id }) => id)).size === actions.length, 'two actions have one id')
  .refine(
    ({ state, whatHappened, causes }) => state === 'draft' || (whatHappened !== '' && causes.length > 0),
    'what happened and a cause at least must be told before it is agreed',
  );
export type ReviewBody = z.infer<typeof ReviewBody>;

/** A version of a review as it is kept; none is ever changed. */
export const ReviewVersion = z.object({ ...ReviewBody.shape, recordedAt: InstantText });
export type ReviewVersion = z.infer<typeof ReviewVersion>;

/** The review of an incident with all its versions, the newest first. */
export const IncidentReview = z.object({
  incident: z.string(),
  /** True for incidents that were critical, or that broke a promise. */
  required: z.boolean(),
  state: z.enum(['missing', ...REVIEW_STATES]),
  versions: z.array(ReviewVersion),
});
export type IncidentReview = z.infer<typeof IncidentReview>;

/** A line of `GET /api/reviews`. */
export const ReviewLine = IncidentReview.omit({ versions: true }).extend({
  severity: z.string(),
  site: z.string(),
  asset: z.string(),
  fault: z.string(),
  openedAt: InstantText,
  breached: z.boolean(),
  version: z.int().nullable(),
  openActions: z.int(),
  overdueActions: z.int(),
});
export type ReviewLine = z.infer<typeof ReviewLine>;

/** A line of `GET /api/review-actions`. */
export const ActionLine = z.object({ ...ReviewAction.shape, incident: z.string(), overdue: z.boolean() });
export type ActionLine = z.infer<typeof ActionLine>;
