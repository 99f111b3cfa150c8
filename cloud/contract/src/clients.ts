import { COLOURS, InstantText, TERMS } from '@keepsite/edge-contract';
import { z } from 'zod';

const Id = z.string().min(1).max(120);
const Name = z.object({ en: z.string(), zh: z.string() });

export const Client = z.object({
  id: Id,
  name: Name,
  kind: z.enum(['data-center', 'commercial', 'owners-committee', 'developer', 'other']),
  /** When the client joined us. */
  since: z.iso.date().nullable(),
  officer: z.string().nullable().describe('the account manager'),
});
export type Client = z.infer<typeof Client>;

/** A signed promise: which terms, how fast, from when to when. */
export const Contract = z.object({
  id: Id,
  client: Id,
  version: z.int().positive(),
  from: z.iso.date(),
  to: z.iso.date().describe('exclusive; the renewal date'),
  annualValue: z.number().nonnegative(),
  currency: z.string().length(3).default('CNY'),
  timeZone: z.string().describe('IANA zone whose calendar months the SLA is counted in'),
  terms: z.array(
    z.object({ term: z.enum(TERMS), targetSeconds: z.number().positive(), attainmentTarget: z.number().min(0).max(1) }),
  ),
  /** Minutes a month that critical assets may be down. */
  downtimeAllowanceMinutes: z.number().positive().default(240),
  /** Days that count until the client must have been asked how it went (回访); absent: Monday to Friday. */
  followUpDays: z
    .enum(['working_days', 'every_day'])
    .optional()
    .describe('working_days: by the site’s holiday calendar, make-up workdays (调休) included'),
});
export type Contract = z.infer<typeof Contract>;

export const SlaReport = z.object({
  client: Id,
  contract: Id.nullable(),
  contractVersion: z.int().nullable(),
  period: z.string().regex(/^\d{4}-\d{2}$/),
  from: InstantText,
  to: InstantText,
  closed: z.boolean().describe('true: a frozen month, never recomputed'),
  terms: z.array(
    z.object({
      term: z.enum(TERMS),
      targetSeconds: z.number().nullable(),
      met: z.int(),
      breached: z.int(),
      excluded: z.int(),
      unknown: z.int(),
      running: z.int(),
      /** met ÷ (met + breached); null when nothing counted. Silence is not 100 %. */
      attainment: z.number().nullable(),
      seconds: z.object({ p50: z.number().nullable(), p95: z.number().nullable() }),
    }),
  ),
  /** When nothing was heard of the client's sites: unknown time, never met. Absent in months that were frozen before it was kept. */
  blind: z
    .object({
      seconds: z.number(),
      spells: z.array(z.object({ edge: z.string(), from: InstantText, to: InstantText.nullable() })),
    })
    .optional(),
  incidents: z.array(
    z.object({
      id: z.string(),
      openedAt: InstantText,
      asset: z.string(),
      fault: z.string(),
      severity: z.string(),
      verdicts: z.partialRecord(z.enum(TERMS), z.string()),
      simulated: z.boolean(),
    }),
  ),
});
export type SlaReport = z.infer<typeof SlaReport>;

export const IndicatorValue = z.object({
  name: z.string(),
  value: z.number().nullable(),
  unit: z.string(),
  good: z.number(),
  bad: z.number(),
  weight: z.number(),
  /** 100·w(1−u)/Σ observed w; null when the indicator is missing. */
  pointsLost: z.number().nullable(),
  /** Newest fact behind the value; null when it is missing. */
  asOf: InstantText.nullable(),
  sentence: z.object({ en: z.string(), zh: z.string() }),
});
export type IndicatorValue = z.infer<typeof IndicatorValue>;

export const RetentionReport = z.object({
  client: Id,
  /** Today's S, 0…100; null when nothing is known. */
  score: z.number().nullable(),
  /** The smoothed series (EWMA, half-life 7 days) that the colour machine works on. */
  smoothed: z.number().nullable(),
  colour: z.enum(COLOURS),
  colourReason: z.object({ en: z.string(), zh: z.string() }),
  coverage: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  asOf: InstantText,
  weightsVersion: z.string(),
  indicators: z.array(IndicatorValue),
  incidents: z.array(
    z.object({
      id: z.string(),
      pointsLost: z.number(),
      approximate: z.boolean(),
      byIndicator: z.record(z.string(), z.number()),
      sentence: z.object({ en: z.string(), zh: z.string() }),
    }),
  ),
  /** What would mend it: indicators in the order of points to be won. */
  mend: z.array(
    z.object({ name: z.string(), points: z.number(), sentence: z.object({ en: z.string(), zh: z.string() }) }),
  ),
  history: z.array(
    z.object({
      at: InstantText,
      score: z.number().nullable(),
      smoothed: z.number().nullable(),
      colour: z.enum(COLOURS),
      reason: z.object({ en: z.string(), zh: z.string() }),
    }),
  ),
});
export type RetentionReport = z.infer<typeof RetentionReport>;

/** One line of `GET /api/clients`, worst first. */
export const ClientSummary = Client.extend({
  sites: z.array(z.string()),
  score: z.number().nullable(),
  colour: z.enum(COLOURS),
  colourReason: z.object({ en: z.string(), zh: z.string() }),
  attainment: z.number().nullable().describe('on-site term, this month'),
  openIncidents: z.int(),
  contractEnds: z.iso.date().nullable(),
  annualValue: z.number().nullable(),
});
export type ClientSummary = z.infer<typeof ClientSummary>;

export const ClientEnergy = z.object({
  client: Id,
  days: z.array(
    z.object({
      day: z.iso.date(),
      asset: Id,
      kwh: z.number().nullable(),
      usualKwh: z.number().nullable(),
      peakKw: z.number().nullable(),
      nightShare: z.number().nullable(),
      coverage: z.number(),
    }),
  ),
});
export type ClientEnergy = z.infer<typeof ClientEnergy>;
