import { InstantText } from '@keepsite/edge-contract';
import { z } from 'zod';

/**
 * CRM facts. Each carries the id its sender gave it: sending a fact again under the same id
 * replaces it, so an import may be repeated. `POST /api/clients/{client}/{kind}` takes
 * `{items: […]}`.
 */
const Id = z.string().min(1).max(120);

export const Invoice = z.object({
  id: Id,
  amount: z.number(),
  currency: z.string().length(3).default('CNY'),
  issuedOn: z.iso.date(),
  dueOn: z.iso.date(),
  paidOn: z.iso.date().nullable().default(null),
});
export const Complaint = z.object({
  id: Id,
  receivedAt: InstantText,
  urgent: z.boolean().default(false),
  topic: z.string().max(400),
  respondedAt: InstantText.nullable().default(null),
  closedAt: InstantText.nullable().default(null),
  followedUpAt: InstantText.nullable().default(null),
  reopened: z.boolean().default(false),
});
export const Survey = z.object({
  id: Id,
  at: InstantText,
  respondent: z.string().max(120).default(''),
  nps: z.int().min(0).max(10),
});
/** Chat, per day and client (never per person): how many messages were positive, negative, all. */
export const MessageCount = z.object({
  id: Id,
  day: z.iso.date(),
  total: z.int().nonnegative(),
  positive: z.int().nonnegative(),
  negative: z.int().nonnegative(),
});
export const Visit = z.object({
  id: Id,
  at: InstantText,
  with: z.string().max(200),
  decisionMaker: z.boolean(),
  kind: z.enum(['visit', 'review', 'call', 'health-report']).default('visit'),
});
export const Referral = z.object({
  id: Id,
  at: InstantText,
  project: z.string().max(200),
  won: z.boolean().default(false),
});
export const Maintenance = z.object({
  id: Id,
  asset: Id,
  plannedOn: z.iso.date(),
  doneOn: z.iso.date().nullable().default(null),
  what: z.string().max(200),
});
/** Bypasses all smoothing: forces red until somebody releases it with a reason. */
export const Veto = z.object({
  id: Id,
  at: InstantText,
  kind: z.enum(['injury', 'non_renewal_notice', 'invoice_over_90_days']),
  note: z.string().max(400).default(''),
  releasedAt: InstantText.nullable().default(null),
  releasedReason: z.string().max(400).nullable().default(null),
});
/** The key contact left: adds 60 days to the contact gap until the next visit to a decision-maker. */
export const ContactChange = z.object({ id: Id, at: InstantText, left: z.string().max(200) });

export const CRM_KINDS = {
  invoices: Invoice,
  complaints: Complaint,
  surveys: Survey,
  messages: MessageCount,
  visits: Visit,
  referrals: Referral,
  maintenance: Maintenance,
  vetoes: Veto,
  'contact-changes': ContactChange,
} as const;
export type CrmKind = keyof typeof CRM_KINDS;
export type CrmFact<K extends CrmKind> = z.infer<(typeof CRM_KINDS)[K]>;
