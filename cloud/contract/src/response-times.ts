import { InstantText, TERMS, VERDICTS } from '@keepsite/edge-contract';
import { z } from 'zod';

const Seconds = z.number().nullable();

/** How long one milestone took, over all incidents that reached it. */
export const MilestoneTimes = z.object({
  term: z.enum(TERMS),
  /** From T0, type-7 percentiles; null when nobody got there. */
  seconds: z.object({ p50: Seconds, p95: Seconds }),
  counted: z.int(),
  /** Not reached yet; ended without it; and those whose clock says that nobody knows, or that it does not count. */
  waiting: z.int(),
  never: z.int(),
  unknown: z.int(),
  excluded: z.int(),
  /** What the percentiles are made of, the slowest first. */
  incidents: z.array(z.object({ id: z.string(), seconds: z.number(), verdict: z.enum(VERDICTS).nullable() })),
});
export type MilestoneTimes = z.infer<typeof MilestoneTimes>;

/** The same fault on the same asset again, within 30 days after it was closed. */
export const RepeatFailures = z.object({
  withinDays: z.int(),
  /** Incidents that were closed, and after how many of them it came back. */
  closed: z.int(),
  repeated: z.int(),
  rate: z.number().nullable(),
  items: z.array(
    z.object({
      first: z.string(),
      again: z.string(),
      asset: z.string(),
      fault: z.string(),
      days: z.number().describe('from the closure to the next opening'),
    }),
  ),
});
export type RepeatFailures = z.infer<typeof RepeatFailures>;

export const RESPONSE_GROUPS = ['client', 'site', 'fault', 'month'] as const;
export type ResponseGroup = (typeof RESPONSE_GROUPS)[number];

/** How fast people responded. Drills, cancelled incidents and, unless asked for, simulated ones are left out and counted. */
export const ResponseStatistics = z.object({
  from: InstantText,
  to: InstantText.describe('exclusive; by T0'),
  timeZone: z.string(),
  incidents: z.int(),
  leftOut: z.object({ drills: z.int(), simulated: z.int(), cancelled: z.int() }),
  times: z.array(MilestoneTimes),
  repeats: RepeatFailures,
  by: z.enum(RESPONSE_GROUPS).nullable(),
  /** The most incidents first; months in their order. */
  groups: z.array(
    z.object({
      key: z.string(),
      incidents: z.int(),
      ids: z.array(z.string()),
      times: z.array(MilestoneTimes.omit({ incidents: true })),
      repeated: z.int(),
      closed: z.int(),
    }),
  ),
});
export type ResponseStatistics = z.infer<typeof ResponseStatistics>;
