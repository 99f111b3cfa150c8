import { z } from 'zod';
import { PlanStep } from './registry.ts';
import { Authority, Contractor } from './spending.ts';
import { PROOFS, TERMS } from './vocabulary.ts';

const Id = z.string().min(1).max(200);

/** One address of one person; the channel is what `edge/notify` knows it by. */
export const Recipient = z.object({
  person: Id,
  name: z.string().max(120),
  channel: z.string().max(40),
  address: z.string().max(500),
});
export type Recipient = z.infer<typeof Recipient>;

const Versioned = z.object({ id: Id, version: z.int() });

/** A plan's authority as it stood at T0. */
export const FrozenAuthority = Authority.pick({ budget: true, per: true, askNextAfterSeconds: true }).extend({
  /** Whose calendar months a monthly budget is counted in. */
  timeZone: z.string(),
  contractors: z.array(Contractor.pick({ id: true, name: true }).extend({ to: z.array(Recipient) })),
  approvers: z.array(z.object({ person: Id, to: z.array(Recipient) })),
});
export type FrozenAuthority = z.infer<typeof FrozenAuthority>;

/** A response plan as it stood at T0: people and addresses resolved, never looked up again. */
export const FrozenPlan = z.object({
  id: Id,
  version: z.int(),
  terms: z.partialRecord(z.enum(TERMS), z.number().positive()),
  proof: z.enum(PROOFS),
  repeatEverySeconds: z.number().positive().optional(),
  /** `nobody`: why a step that pages reaches nobody. */
  steps: z.array(PlanStep.extend({ to: z.array(Recipient), nobody: z.string().max(500).optional() })),
  /** Who hears of a step that reaches nobody. */
  alert: z.array(Recipient).optional(),
  authority: FrozenAuthority.optional(),
  /** What it was made of, with versions. */
  madeOf: z
    .object({
      rosters: z.array(Versioned),
      calendars: z.array(Versioned),
      contracts: z.array(Versioned),
    })
    .optional(),
});
export type FrozenPlan = z.infer<typeof FrozenPlan>;
