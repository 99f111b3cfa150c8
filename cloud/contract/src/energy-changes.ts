import { z } from 'zod';
import { Day, Id } from './energy-shapes.ts';

/** Whether a change made a meter use more, or less. */
export const DIRECTIONS = ['more', 'less'] as const;

/** A non-routine event that a person approved, as an edge's early warnings go by it: what is usual there has changed. */
export const ApprovedChange = z.object({
  id: Id,
  /** The assets of the meters that it concerns. */
  assets: z.array(Id).min(1),
  from: Day,
  /** Excluded. Without a new level use is as before from here on. */
  to: Day,
  /** From this day on use is usual at another level. */
  newLevelFrom: Day.optional(),
  direction: z.enum(DIRECTIONS).optional(),
  by: z.string().min(1).max(120),
  reason: z.string().min(1).max(400),
});
export type ApprovedChange = z.infer<typeof ApprovedChange>;

/** All that is approved for the meters of one client: a higher version replaces it whole, so what is missing was withdrawn. */
export const ApprovedChanges = z.object({
  client: Id,
  version: z.int().positive(),
  changes: z.array(ApprovedChange).max(1000),
});
export type ApprovedChanges = z.infer<typeof ApprovedChanges>;
