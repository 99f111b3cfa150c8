import { Balance, Currency, InstantText } from '@keepsite/edge-contract';
import { z } from 'zod';

const Name = z.object({ en: z.string(), zh: z.string() });

/** One spend, or one that was given back: it opens to its incident and to the event that says so. */
export const SpendingLine = z.object({
  incident: z.string(),
  /** The event of the edge's evidence that this line repeats. */
  edge: z.string(),
  seq: z.int(),
  at: InstantText,
  site: z.string(),
  asset: z.string(),
  fault: z.string(),
  kind: z.enum(['spent', 'given_back']),
  order: z.string(),
  contractor: Name,
  what: Name,
  quantity: z.int().nullable(),
  /** Below nought where it was given back. */
  amount: Balance,
  currency: Currency,
  /** Null: within the emergency budget, with nobody's leave. */
  approvedBy: z.string().nullable(),
  /** What was left of the budget after it; null where it was given back. */
  remaining: Balance.nullable(),
  /** What was said of it since, and by whom: `contractor:…` is the contractor's own word. Null: nobody has. */
  dueAt: InstantText.nullable(),
  confirmedAt: InstantText.nullable(),
  confirmedBy: z.string().nullable(),
  /** When the contractor promised to be there. */
  arrivesAt: InstantText.nullable(),
  arrivedAt: InstantText.nullable(),
  arrivedBy: z.string().nullable(),
  /** Why it was given back, and by whom; null where it was spent. */
  reason: z.string().nullable(),
  givenBackBy: z.string().nullable(),
  /** How many clients the incident touched: the line is whole in each one's statement. */
  clients: z.int(),
  simulated: z.boolean(),
});
export type SpendingLine = z.infer<typeof SpendingLine>;

/** `GET /api/clients/{id}/spending` and `/api/sites/{id}/spending`: what emergencies cost in one calendar month. */
export const SpendingStatement = z.object({
  client: z.string().nullable(),
  site: z.string().nullable(),
  period: z.string(),
  timeZone: z.string(),
  from: InstantText,
  to: InstantText,
  /** One of each currency; `total` is what was spent less what was given back. */
  totals: z.array(
    z.object({
      currency: Currency,
      withoutApproval: Balance,
      approved: Balance,
      givenBack: Balance,
      total: Balance,
    }),
  ),
  lines: z.array(SpendingLine),
});
export type SpendingStatement = z.infer<typeof SpendingStatement>;
