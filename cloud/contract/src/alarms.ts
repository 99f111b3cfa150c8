import { InstantText, Page, PAGE_STATES } from '@keepsite/edge-contract';
import { z } from 'zod';

const At = { at: InstantText };
/** One line of what happened; `told` is news for whoever was paged. */
export const AlarmMoment = z.discriminatedUnion('kind', [
  z.object({ ...At, kind: z.enum(['silent', 'heard']), edge: z.string() }),
  z.object({
    ...At,
    kind: z.enum(['paged', 'told']),
    who: z.string(),
    channel: z.string(),
    /** What became of it last. */
    state: z.enum(PAGE_STATES),
    step: z.int(),
    reason: z.string().nullable(),
  }),
  z.object({ ...At, kind: z.literal('acknowledged'), who: z.string(), note: z.string().nullable() }),
  z.object({ ...At, kind: z.literal('ended') }),
]);
export type AlarmMoment = z.infer<typeof AlarmMoment>;

const Somebody = z.object({ id: z.string(), name: z.string() });
/** `GET /api/alarm-links/{token}`: what one person reads of an alarm without signing in. */
export const AlarmLinkView = z.object({
  /** Whose link it is. */
  person: Somebody,
  /** The sites that are silent; of an alarm that is over, those that were. */
  place: z.object({ en: z.string(), zh: z.string() }),
  /** False: heard again, for less than a minute or for good. */
  isBlind: z.boolean(),
  openedAt: InstantText,
  endedAt: InstantText.nullable(),
  acknowledgedAt: InstantText.nullable(),
  acknowledgedBy: Somebody.nullable(),
  timeline: z.array(AlarmMoment),
});
export type AlarmLinkView = z.infer<typeof AlarmLinkView>;

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
  /** All that happened, in its order; empty in a list. */
  timeline: z.array(AlarmMoment),
});
export type AlarmView = z.infer<typeof AlarmView>;
