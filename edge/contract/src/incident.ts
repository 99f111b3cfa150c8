import { z } from 'zod';
import { FrozenPlan, Recipient } from './frozen-plan.ts';
import { InstantText } from './instant.ts';
import { Photo, Presence, SaidAt } from './presence.ts';
import { Group, Hold, HOLD_CHANGES, Through } from './storm.ts';
import { Appointment, Repair } from './repair.ts';
import { ContractorOrder, ORDER_CHANGES } from './spending.ts';
import { CONDITIONS, FAULTS, PROOFS, RESPONSES, SEVERITIES, TERMS, VERDICTS } from './vocabulary.ts';

const Id = z.string().min(1).max(200);

/** Who or what did it, and through which door it came. */
export const Actor = z.object({
  kind: z.enum(['system', 'sensor', 'person']),
  id: z.string().max(200),
  via: z.enum(['edge', 'cloud', 'mqtt', 'link']).optional(),
});
export type Actor = z.infer<typeof Actor>;

export const Clock = z.object({
  term: z.enum(TERMS),
  startedAt: InstantText,
  dueAt: InstantText,
  metAt: InstantText.nullable(),
  verdict: z.enum(VERDICTS),
  proof: z.enum(PROOFS).nullable(),
});
export type Clock = z.infer<typeof Clock>;

export const PAGE_STATES = ['queued', 'sending', 'accepted', 'delivered', 'seen', 'failed', 'withdrawn'] as const;
export type PageState = (typeof PAGE_STATES)[number];

/** What a page is about that is not the ladder's: an order to a contractor. */
export const PageAbout = z.object({
  kind: z.enum(['order', 'called_off', 'approval', 'overdue', 'turned_down']),
  order: z.string().max(300),
});
export type PageAbout = z.infer<typeof PageAbout>;

/** One notification to one person over one channel. `id` is reused in every retry. */
export const Page = z.object({
  id: Id,
  step: z.int().nonnegative(),
  to: Recipient,
  channel: z.string(),
  state: z.enum(PAGE_STATES),
  at: InstantText,
  possibleDuplicate: z.boolean(),
  reason: z.string().nullable().default(null),
  about: PageAbout.optional(),
});
export type Page = z.infer<typeof Page>;

/** What happened, by kind. Every event of an incident is one of these; together they are the incident. */
export const IncidentChange = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('opened'),
    site: Id,
    zone: Id.nullable(),
    asset: Id,
    device: Id.nullable(),
    fault: z.enum(FAULTS),
    vendorCode: z.string().nullable(),
    severity: z.enum(SEVERITIES),
    /** What raised it: `rule:<id>`, `device:<id>` or `person:<id>`. */
    source: z.string(),
    summary: z.object({ en: z.string(), zh: z.string() }),
    clients: z.array(Id),
    /** The device's own time of the fault, and how late the edge heard of it. */
    deviceAt: InstantText.nullable(),
    detectionLagMs: z.int().nullable(),
    episode: z
      .int()
      .positive()
      .describe('how many incidents of this asset and fault there have been, this one included'),
    /** The readings that made the rule fire, in words a person can check. */
    evidence: z
      .array(
        z.object({
          metric: z.string(),
          part: z.string().nullable(),
          value: z.union([z.number(), z.boolean(), z.string(), z.null()]),
          at: InstantText,
        }),
      )
      .max(20),
    plan: FrozenPlan.nullable(),
    clocks: z.array(Clock),
    simulated: z.boolean().default(false),
    /** An exercise: its pages say so, and it counts in no promise, score or statistics. */
    drill: z.boolean().optional(),
    /** A person reported it to be mended. */
    repair: Repair.optional(),
  }),
  z.object({ kind: z.literal('occurred'), source: z.string(), occurrences: z.int() }),
  /** It is worse than it was opened for: the clocks that it had lacked, and the ladder, start now. */
  z.object({
    kind: z.literal('upgraded'),
    severity: z.enum(SEVERITIES),
    source: z.string(),
    plan: FrozenPlan.nullable(),
    clocks: z.array(Clock),
  }),
  /** What one source said, and the condition of the whole incident after it. */
  z.object({
    kind: z.literal('condition'),
    condition: z.enum(CONDITIONS),
    source: z.string(),
    sourceState: z.enum(['raised', 'cleared', 'no_data']),
  }),
  z.object({ kind: z.literal('step'), step: z.int(), skipped: z.boolean(), reason: z.string().nullable() }),
  z.object({ kind: z.literal('paged'), page: Page }),
  z.object({
    kind: z.literal('page'),
    page: Id,
    state: z.enum(PAGE_STATES),
    reason: z.string().nullable(),
    possibleDuplicate: z.boolean(),
  }),
  z.object({ kind: z.literal('acknowledged'), responder: Id, saidAt: SaidAt, ...Through.shape }),
  z.object({ kind: z.literal('released'), responder: Id, reason: z.string(), ...Through.shape }),
  z.object({
    kind: z.literal('handed_over'),
    from: Id.nullable(),
    responder: Id,
    reason: z.string().nullable(),
    ...Through.shape,
  }),
  z.object({
    kind: z.literal('on_site'),
    responder: Id,
    proof: z.enum(PROOFS),
    ...Presence.shape,
    saidAt: SaidAt,
    ...Through.shape,
  }),
  /** `fixed`: whether whoever resolved it says that it is mended; false: it will have to be done again. */
  z.object({
    kind: z.literal('resolved'),
    responder: Id,
    note: z.string().nullable(),
    fixed: z.boolean().optional(),
    saidAt: SaidAt,
    ...Through.shape,
  }),
  ...ORDER_CHANGES,
  /** The same was reported again, or by somebody else. */
  z.object({ kind: z.literal('reported_again'), repair: Repair }),
  z.object({ kind: z.literal('arranged'), appointment: Appointment }),
  z.object({ kind: z.literal('closed'), reason: z.string().nullable() }),
  z.object({ kind: z.literal('cancelled'), reason: z.string(), ...Through.shape }),
  z.object({ kind: z.literal('noted'), text: z.string().max(4000), saidAt: SaidAt }),
  Photo.extend({ kind: z.literal('photo'), id: Id, caption: z.string().max(4000).nullable(), saidAt: SaidAt }),
  z.object({
    kind: z.literal('clock'),
    term: z.enum(TERMS),
    verdict: z.enum(VERDICTS),
    metAt: InstantText.nullable(),
    proof: z.enum(PROOFS).nullable(),
    /** Why the verdict is `unknown`. */
    reason: z.string().max(500).optional(),
  }),
  /** A later fact changes a verdict that was recorded; the event that recorded it stays. */
  z.object({
    kind: z.literal('adjusted'),
    term: z.enum(TERMS),
    verdict: z.enum(VERDICTS),
    metAt: InstantText.nullable(),
    reason: z.string(),
  }),
  ...HOLD_CHANGES,
]);
export type IncidentChange = z.infer<typeof IncidentChange>;
export type IncidentChangeKind = IncidentChange['kind'];

/**
 * One link of an edge's evidence chain. `seq` counts the edge's incident events without gaps;
 * `hash` is SHA-256 over the canonical JSON (RFC 8785) of the event without `hash` and `signature`,
 * `prev` the hash of event seq − 1 (64 zeros before the first). `at` is when it counts,
 * `recordedAt` when the edge wrote it down.
 */
export const IncidentEvent = z.object({
  edge: Id,
  seq: z.int().positive(),
  incident: Id,
  at: InstantText,
  recordedAt: InstantText,
  by: Actor,
  change: IncidentChange,
  prev: z.string().length(64),
  hash: z.string().length(64),
  signature: z.string().nullable().default(null),
});
export type IncidentEvent = z.infer<typeof IncidentEvent>;

/** An event before it is chained. */
export type IncidentFact = Pick<IncidentEvent, 'incident' | 'at' | 'by' | 'change'>;

export const TimelineEntry = z.object({
  at: InstantText,
  kind: z.string(),
  by: Actor,
  detail: z.record(z.string(), z.unknown()),
  recordedAt: InstantText,
  seq: z.int(),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** An incident as every surface shows it (edge and cloud alike). */
export const Incident = z.object({
  id: Id,
  edge: Id,
  site: Id,
  zone: Id.nullable(),
  asset: Id,
  device: Id.nullable(),
  fault: z.enum(FAULTS),
  vendorCode: z.string().nullable(),
  severity: z.enum(SEVERITIES),
  summary: z.object({ en: z.string(), zh: z.string() }),
  clients: z.array(Id),
  condition: z.enum(CONDITIONS),
  response: z.enum(RESPONSES),
  sla: z.enum(VERDICTS).nullable(),
  clocks: z.array(Clock),
  occurrences: z.int(),
  episode: z.int(),
  responder: Id.nullable(),
  openedAt: InstantText,
  acknowledgedAt: InstantText.nullable(),
  onSiteAt: InstantText.nullable(),
  resolvedAt: InstantText.nullable(),
  closedAt: InstantText.nullable(),
  deviceAt: InstantText.nullable(),
  detectionLagMs: z.int().nullable(),
  source: z.string(),
  /** Who still says that it lasts: `rule:<id>`, `device:<id>`, `person:<id>`. */
  activeSources: z.array(z.string()),
  simulated: z.boolean(),
  plan: FrozenPlan.nullable(),
  /** What the ladder's steps are counted from: T0, or when it was upgraded to a severity that has a plan. */
  ladderFrom: InstantText,
  /** Ladder steps already behind it (taken or skipped), and how often it was paged anew. */
  stepsDone: z.int(),
  rounds: z.int(),
  /** The next step of the ladder and when it comes; null when none is owed. */
  next: z.object({ step: z.int(), at: InstantText }).nullable(),
  timeline: z.array(TimelineEntry),
  pages: z.array(Page),
  /** Why it pages nobody just now; null: it is paged for itself. */
  hold: Hold.nullable().default(null),
  /** What its people were last told of the incidents that it leads; null: it stands alone, or nobody was told yet. */
  group: Group.nullable().default(null),
  /** It had been held and is no longer: what its pages say of it. */
  unheld: z
    .object({ reason: z.string(), text: z.object({ en: z.string(), zh: z.string() }), at: InstantText })
    .optional(),
  drill: z.boolean().optional(),
  /** Orders to contractors; absent: none. */
  orders: z.array(ContractorOrder).optional(),
  /** What a person reported; absent: sensors did. */
  repair: Repair.optional(),
  /** The ids of all reports of it, the first included. */
  reports: z.array(z.string()).optional(),
  appointment: Appointment.nullish(),
  fixed: z.boolean().nullish(),
  version: z.int().describe('seq of its newest event'),
});
export type Incident = z.infer<typeof Incident>;
