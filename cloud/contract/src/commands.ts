import { Command, InstantText, ReportBody } from '@keepsite/edge-contract';
import { z } from 'zod';

export const COMMAND_STATES = ['pending', 'delivered', 'done', 'refused'] as const;

/** What `GET /api/edges/{edge}/commands?after=` answers: orders for the edge, oldest first, `seq` rising. */
export const CommandList = z.object({
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('command'), seq: z.int().positive(), command: Command }),
      z.object({ kind: z.literal('report'), seq: z.int().positive(), report: ReportBody, receivedAt: InstantText }),
      z.object({
        kind: z.literal('response'),
        seq: z.int().positive(),
        commandId: z.string(),
        /** A ResponseConfiguration. The edge judges it: one that it cannot read is refused, and no order waits behind it. */
        configuration: z.record(z.string(), z.unknown()),
        receivedAt: InstantText,
      }),
    ]),
  ),
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
