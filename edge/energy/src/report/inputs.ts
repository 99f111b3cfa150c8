import { z } from 'zod';
import { CarbonFactor } from '../carbon/carbon.ts';
import { METHODS } from '../models/model.ts';
import { Tariff } from '../tariffs/tariff.ts';

const Day = z.iso.date();
const Both = z.object({ en: z.string(), zh: z.string() });

/** One letter an hour: measured, filled, estimated, missing (x). */
export const QUALITY_LETTERS = { measured: 'm', filled: 'f', estimated: 'e', missing: 'x' } as const;

/** A meter's energy by the hours of a span: as many values and letters as the span has local hours. */
const MeterHours = z.object({
  asset: z.string(),
  kwh: z.array(z.number().nullable()),
  quality: z.string().regex(/^[mfex]*$/),
});

/** Outdoor temperature of the same hours, and from where each is: runs of [hours, index into sources or -1]. */
const WeatherHours = z.object({
  celsius: z.array(z.number().nullable()),
  origin: z.array(z.tuple([z.int().positive(), z.int().min(-1)])),
  sources: z.array(z.object({ source: z.string(), version: z.int(), document: z.string() })),
});

/** What was measured in [from, to), local days, hour by hour; each meter on its own. */
export const HourSpan = z.object({ from: Day, to: Day, meters: z.array(MeterHours), weather: WeatherHours });
export type HourSpan = z.infer<typeof HourSpan>;

/** The highest quarter of an hour of a month by the counted meters together, and how many of its quarters they tell. */
export const MeteredDemand = z.object({
  kw: z.number().nullable(),
  /** When that quarter began. */
  at: z.string().nullable(),
  quarters: z.int(),
  known: z.int(),
});
export type MeteredDemand = z.infer<typeof MeteredDemand>;

const Supply = z.object({
  contractKw: z.number().positive().nullable(),
  capacityKva: z.number().positive().nullable(),
});

const Meter = z.object({
  asset: z.string(),
  device: z.string(),
  name: Both,
  parent: z.string().nullable(),
  share: z.number().positive().max(1),
  use: z.enum(['all', 'it']),
});
export type ReportMeter = z.infer<typeof Meter>;

/** Everything that an energy report is reckoned from. Nothing else is looked at. */
export const ReportInputs = z.object({
  format: z.literal('keepsite-energy-inputs/1'),
  client: z.object({ id: z.string(), name: Both }),
  kind: z.enum(['day', 'month']),
  /** `2026-03` or `2026-03-02`. */
  period: z.string(),
  from: Day,
  to: Day,
  zone: z.string(),
  madeAt: z.string(),
  /** Version of the setup that named meters, tariff and weather. */
  setup: z.int(),
  meters: z.array(Meter),
  /** Null: none was learned, and `whyNoBaseline` says why. */
  baseline: z
    .object({
      version: z.int(),
      method: z.enum(METHODS),
      learnedAt: z.string(),
      dataHash: z.string(),
      span: HourSpan,
    })
    .nullable(),
  whyNoBaseline: z.array(z.string()),
  /** All that were learned or were to be, oldest first. Absent: it was made before reports told them. */
  baselines: z
    .array(
      z.object({
        version: z.int(),
        method: z.string(),
        from: Day,
        to: Day,
        learnedAt: z.string(),
        by: z.string(),
        why: Both.optional(),
        usable: z.boolean(),
      }),
    )
    .optional(),
  /** From the end of the last measure (or of the baseline) to the end of the period. */
  reporting: HourSpan,
  measures: z.array(z.object({ id: z.string(), what: Both, from: Day, to: Day, by: z.string() })),
  events: z.array(
    z.object({
      id: z.string(),
      from: Day,
      to: Day,
      decision: z.enum(['approved', 'rejected']),
      by: z.string(),
      reason: z.string(),
      /** The meters that it concerns; absent: all of the tree. */
      assets: z.array(z.string()).optional(),
      /** From this day on use is usual at another level. */
      newLevelFrom: Day.optional(),
      direction: z.enum(['more', 'less']).optional(),
    }),
  ),
  /**
   * What decisions are about: changes, which are known by when they begin. Absent: it was made when they were about days,
   * and whatever overlapped those was not proposed.
   */
  decisions: z.literal('changes').optional(),
  tariff: Tariff.nullable(),
  /** Of the month; null: the price book charges no demand, or the report is a day's. Absent: none was read then. */
  demand: MeteredDemand.nullable().optional(),
  /** What the bills hold: of a day energy alone. Absent: it was made when a day’s bill held the month’s fixed charge. */
  charges: z.enum(['all', 'energy']).optional(),
  /** What the supply contract says. */
  supply: Supply.optional(),
  carbon: z.array(CarbonFactor),
  bootstrap: z.object({ draws: z.int().min(1000), seed: z.int().nonnegative() }),
});
export type ReportInputs = z.infer<typeof ReportInputs>;
