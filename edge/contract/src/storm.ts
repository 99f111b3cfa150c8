import { z } from 'zod';
import { InstantText } from './instant.ts';
import { type Fault, FAULTS, SEVERITIES, TERMS, VERDICTS } from './vocabulary.ts';

const Id = z.string().min(1).max(200);
const Text = z.object({ en: z.string().max(2000), zh: z.string().max(2000) });

/**
 * Faults in which somebody may be hurt, shut in or calling for help this minute. Nothing holds their pages
 * back but a maintenance window that names them. (EN 81-20 and GB/T 7588.1 guard against the first seven;
 * a battery that burns in a car burns in the only way out of it.)
 */
export const LIFE_SAFETY: ReadonlySet<Fault> = new Set<Fault>([
  'entrapment',
  'door_open_while_running',
  'unintended_movement',
  'overspeed',
  'overrun_top',
  'overrun_bottom',
  'brake',
  'passenger_alarm',
  'ebike_in_car',
]);

export const HOLD_REASONS = ['maintenance', 'explained', 'grouped', 'flapping'] as const;
/** Why an incident pages nobody for now. Its evidence, its condition and its place on the screens stay. */
export type HoldReason = (typeof HOLD_REASONS)[number];

/** What holds an incident back; `by` is the id of the maintenance window, or of the incident that pages in its place. */
export const Hold = z.object({
  reason: z.enum(HOLD_REASONS),
  by: Id,
  text: Text,
  since: InstantText,
  /** When the window that holds it ends; null: it ends with what it waits for. */
  until: InstantText.nullable(),
  /** It has another cause than what pages in its place: too many came at once. */
  storm: z.boolean().optional(),
});
export type Hold = z.infer<typeof Hold>;

/** What a page about several incidents at once says; made whenever their people are told. */
export const Group = z.object({
  /** How many there are, the one that leads them included. */
  count: z.int().positive(),
  worst: z.object({ incident: Id, severity: z.enum(SEVERITIES), fault: z.enum(FAULTS) }),
  /** Which faults there are, the most frequent first. */
  faults: z.array(z.object({ fault: z.enum(FAULTS), count: z.int().positive() })).max(20),
  /** Assets that are concerned, the first of them. */
  assets: z.array(Id).max(20),
  text: Text,
  at: InstantText,
});
export type Group = z.infer<typeof Group>;

/** A clock that begins anew at the end of a maintenance window. */
const Restarted = z.object({
  term: z.enum(TERMS),
  startedAt: InstantText,
  dueAt: InstantText,
  metAt: z.null(),
  verdict: z.enum(VERDICTS),
  proof: z.null(),
});

/** What happens to an incident because others happen with it. */
export const HOLD_CHANGES = [
  z.object({ kind: z.literal('held'), ...Hold.omit({ since: true }).shape }),
  /** It pages from now on. `clocks` begin anew: those that a maintenance window had excluded. */
  z.object({
    kind: z.literal('unheld'),
    reason: z.string().max(200),
    text: Text,
    clocks: z.array(Restarted).default([]),
  }),
  /** It leads others: what its people are told of them. */
  z.object({ kind: z.literal('gathered'), ...Group.omit({ at: true }).shape }),
] as const;
export const HoldChange = z.discriminatedUnion('kind', HOLD_CHANGES);
export type HoldChange = z.infer<typeof HoldChange>;

/** Through which incident a person reached this one: one order takes a whole group. */
export const Through = z.object({ through: Id.optional() });
