import {
  Command,
  InstantText,
  LinkBody,
  LinkView,
  OrderLinkView,
  Photo,
  ReportBody,
  VERBS,
} from '@keepsite/edge-contract';
import { z } from 'zod';

export const COMMAND_STATES = ['pending', 'delivered', 'done', 'refused'] as const;

/**
 * An order by a signed link whose page the cloud served. The edge reads the link itself: `incident` and `person`
 * are what the cloud read in it.
 */
export const LinkOrder = z.object({
  ...LinkBody.omit({ heldMs: true }).shape,
  token: z.string().max(1_000).describe('a secret; empty once the order is decided'),
  incident: z.string(),
  person: z.string(),
  verb: z.enum(VERBS),
  receivedAt: InstantText,
  saidAt: InstantText.optional(),
  photo: Photo.optional().describe('for `note`: the edge fetches its bytes from the cloud'),
});
export type LinkOrder = z.infer<typeof LinkOrder>;

/** An order for an edge. */
export const CommandItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), seq: z.int().positive(), command: Command }),
  z.object({ kind: z.literal('link'), seq: z.int().positive(), order: LinkOrder }),
  z.object({ kind: z.literal('report'), seq: z.int().positive(), report: ReportBody, receivedAt: InstantText }),
  z.object({
    kind: z.literal('response'),
    seq: z.int().positive(),
    commandId: z.string(),
    /** A ResponseConfiguration. The edge judges it: one that it cannot read is refused, and no order waits behind it. */
    configuration: z.record(z.string(), z.unknown()),
    receivedAt: InstantText,
  }),
  z.object({
    kind: z.literal('erase-reporters'),
    seq: z.int().positive(),
    commandId: z.string(),
    /** Whose reporters’ names and numbers the edge is to erase; the cloud has erased its own. */
    incident: z.string(),
    receivedAt: InstantText,
  }),
  z.object({
    kind: z.literal('energy-changes'),
    seq: z.int().positive(),
    commandId: z.string(),
    /** ApprovedChanges, judged by the edge in the same way. */
    changes: z.record(z.string(), z.unknown()),
    receivedAt: InstantText,
  }),
]);
export type CommandItem = z.infer<typeof CommandItem>;

/** What `GET /api/edges/{edge}/commands?after=` answers: orders for the edge, oldest first, `seq` rising. */
export const CommandList = z.object({
  items: z.array(CommandItem),
  next: z.int().nonnegative(),
  /** The cloud's time of this answer: an order's age is `now − receivedAt`, whatever the edge's clock says. */
  now: InstantText,
});
export type CommandList = z.infer<typeof CommandList>;

/** The answer to a verb: decided at once (edge), or stored and pending until the edge has decided (cloud). */
export const CommandAnswer = z.object({
  commandId: z.string(),
  state: z.enum(COMMAND_STATES),
  /** False when somebody was first or the state had already moved on. */
  modified: z.boolean(),
  reason: z.string().nullable(),
});
export type CommandAnswer = z.infer<typeof CommandAnswer>;

/** What the edge reports of commands it has decided: `POST /api/edges/{edge}/commands/results`. */
export const CommandResults = z.object({ results: z.array(CommandAnswer).max(1000) });
export type CommandResults = z.infer<typeof CommandResults>;

/** What a contractor's link shows through the cloud, with what it said there and what the edge made of it. */
export const CloudOrderLinkView = OrderLinkView.extend({
  orders: z.array(CommandAnswer.extend({ verb: z.enum(VERBS), receivedAt: InstantText })),
});
export type CloudOrderLinkView = z.infer<typeof CloudOrderLinkView>;

/** What a signed link shows through the cloud: what the edge would show, and this person's orders by link that the edge was given. */
export const CloudLinkView = LinkView.extend({
  orders: z.array(CommandAnswer.extend({ verb: z.enum(VERBS), receivedAt: InstantText })),
});
export type CloudLinkView = z.infer<typeof CloudLinkView>;
