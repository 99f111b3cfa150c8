import { InstantText } from '@keepsite/edge-contract';
import { z } from 'zod';

export const FOLLOW_UP_OUTCOMES = ['satisfied', 'unsatisfied', 'unreachable'] as const;
/** What came of asking; after `unreachable` somebody has to try again. */
export type FollowUpOutcome = (typeof FOLLOW_UP_OUTCOMES)[number];

/** `POST /api/follow-ups/{id}/attempts`. */
export const AttemptBody = z.strictObject({
  by: z.string().trim().min(1).max(120),
  outcome: z.enum(FOLLOW_UP_OUTCOMES),
  /** 1 (very unsatisfied) … 5 (very satisfied). */
  score: z.int().min(1).max(5).nullish(),
  note: z.string().trim().max(2_000).nullish(),
  /** When to try again; absent: the same time on the next working day. */
  nextAt: InstantText.nullish(),
});
export type AttemptBody = z.infer<typeof AttemptBody>;

/** A client is to be asked how it went (回访), until somebody has. */
export const FollowUp = z.object({
  id: z.string(),
  client: z.string(),
  officer: z.string().nullable(),
  state: z.enum(['open', 'done', 'withdrawn']),
  /** Open and late. */
  overdue: z.boolean(),
  /** `repair`: the client itself had reported it. */
  kind: z.enum(['incident', 'repair']),
  title: z.object({ en: z.string(), zh: z.string() }),
  openedAt: InstantText,
  dueAt: InstantText,
  /** When to try next; null: nobody has tried, or it is done. */
  nextAt: InstantText.nullable(),
  outcome: z.enum(FOLLOW_UP_OUTCOMES).nullable(),
  score: z.int().nullable(),
  doneAt: InstantText.nullable(),
  doneBy: z.string().nullable(),
  /** What it asks about: one incident, or all of a storm. */
  incidents: z.array(
    z.object({
      id: z.string(),
      site: z.string(),
      asset: z.string(),
      fault: z.string(),
      severity: z.string(),
      openedAt: InstantText,
      resolvedAt: InstantText.nullable(),
      sla: z.string().nullable(),
    }),
  ),
  attempts: z.array(
    z.object({
      at: InstantText,
      by: z.string(),
      outcome: z.enum(FOLLOW_UP_OUTCOMES),
      score: z.int().nullable(),
      note: z.string().nullable(),
      nextAt: InstantText.nullable(),
    }),
  ),
});
export type FollowUp = z.infer<typeof FollowUp>;

/** How the asking goes: of the tasks that are shown by `client` and time, all states. */
export const FollowUpSummary = z.object({
  open: z.int(),
  overdue: z.int(),
  done: z.int(),
  onTime: z.int(),
  satisfied: z.int(),
  unsatisfied: z.int(),
  /** Of those that have one. */
  meanScore: z.number().nullable(),
});
export type FollowUpSummary = z.infer<typeof FollowUpSummary>;

export const FollowUpList = z.object({ items: z.array(FollowUp), next: z.null(), summary: FollowUpSummary });
export type FollowUpList = z.infer<typeof FollowUpList>;
