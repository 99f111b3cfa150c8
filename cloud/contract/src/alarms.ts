import { InstantText, Page } from '@keepsite/edge-contract';
import { z } from 'zod';

/** An alarm of the cloud's own: gateways of which nothing is heard, so that what happens at their sites is unknown. */
export const AlarmView = z.object({
  id: z.string(),
  kind: z.literal('blind_site'),
  /** Every gateway that it is about; `blind`: those that are not heard now. */
  edges: z.array(z.string()),
  blind: z.array(z.string()),
  openedAt: InstantText,
  endedAt: InstantText.nullable(),
  acknowledgedAt: InstantText.nullable(),
  acknowledgedBy: z.string().nullable(),
  note: z.string().nullable(),
  /** Stretches of silence, the oldest first. */
  spells: z.array(z.object({ edge: z.string(), since: InstantText, until: InstantText.nullable() })),
  /** Which lists named those who were paged: a site's plan with who was on call, or the operator's duty file. */
  duty: z.array(
    z.discriminatedUnion('list', [
      z.object({ list: z.literal('roster'), edge: z.string(), plan: z.string() }),
      z.object({ list: z.literal('file') }),
    ]),
  ),
  /** Whom it was told, and what became of it; empty in a list. */
  pages: z.array(Page.extend({ kind: z.enum(['blind', 'acknowledged', 'back']) })),
});
export type AlarmView = z.infer<typeof AlarmView>;
