import { InstantText, REPAIR_CATEGORIES, REPAIR_CHANNELS, URGENCIES } from '@keepsite/edge-contract';
import { z } from 'zod';

export const FIRST_TIME_FIXES = ['yes', 'no', 'open', 'too_early'] as const;
/**
 * `no`: whoever came said so, or the same came back within the days that count. `too_early`: mended, and
 * it may still come back. `open`: not done, or nobody said whether it is mended.
 */
export type FirstTimeFix = (typeof FIRST_TIME_FIXES)[number];

/** `GET /api/clients/{id}/repairs?period=`: repairs that people reported in one calendar month. */
export const RepairReport = z.object({
  client: z.string(),
  period: z.string(),
  from: InstantText,
  to: InstantText,
  firstTimeFixDays: z.int(),
  reported: z.int(),
  /** Answered within 30 minutes or arranged within 24 hours, or what was promised instead. */
  inTime: z.object({ met: z.int(), breached: z.int(), running: z.int(), attainment: z.number().nullable() }),
  /** `rate` is yes ÷ (yes + no); null when nothing counted. */
  firstTimeFix: z.object({
    yes: z.int(),
    no: z.int(),
    open: z.int(),
    tooEarly: z.int(),
    rate: z.number().nullable(),
  }),
  items: z.array(
    z.object({
      id: z.string(),
      asset: z.string(),
      category: z.enum(REPAIR_CATEGORIES),
      urgency: z.enum(URGENCIES),
      channel: z.enum(REPAIR_CHANNELS),
      openedAt: InstantText,
      dueAt: InstantText.nullable(),
      answer: z.string().nullable().describe('the verdict of its answer clock'),
      resolvedAt: InstantText.nullable(),
      firstTimeFix: z.enum(FIRST_TIME_FIXES),
      /** The repair that shows that it was not mended. */
      cameBackAs: z.string().nullable(),
      simulated: z.boolean(),
    }),
  ),
});
export type RepairReport = z.infer<typeof RepairReport>;
