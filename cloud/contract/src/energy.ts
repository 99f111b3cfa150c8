import { InstantText } from '@keepsite/edge-contract';
import { z } from 'zod';
import { DIRECTIONS } from './energy-changes.ts';
import { Both, Coefficient, Day, Figure, Id } from './energy-shapes.ts';

/** What a meter measures of the client's use: everything behind it, or the IT equipment of a data center. */
export const METER_USES = ['all', 'it'] as const;

/** One meter of a client's tree. What has a parent in the tree is shown, and counted through the parent. */
export const MeterNode = z
  .object({
    asset: Id,
    device: z.string().min(1).max(200),
    metric: z.enum(['energy_import_kwh', 'active_power_w']).default('energy_import_kwh'),
    part: z.string().min(1).max(40).nullable().default(null),
    name: Both,
    parent: Id.nullable().default(null),
    /** How much of the meter is the client's. */
    share: z.number().positive().max(1).default(1),
    use: z.enum(METER_USES).default('all'),
    /** Where its register begins again, kWh. */
    rollsOverAt: z.number().positive().optional(),
  })
  .strict();
export type MeterNode = z.infer<typeof MeterNode>;

/** Where the outdoor temperature comes from. A sensor of the site is read; the others are loaded hour by hour. */
export const WeatherChoice = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sensor'),
    device: z.string().min(1).max(200),
    part: z.string().nullable().default(null),
  }),
  z.object({ kind: z.literal('csv') }),
  z.object({
    kind: z.literal('provider'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  }),
]);
export type WeatherChoice = z.infer<typeof WeatherChoice>;

/** What a client's energy reports rest on. `PUT` adds a version; the ones before stay. */
export const EnergySetup = z
  .object({
    meters: z.array(MeterNode).min(1).max(200),
    weather: WeatherChoice,
    method: z.enum(['towt-daily', 'caltrack-daily', 'caltrack-hourly', 'towt-hourly']).default('towt-daily'),
    /** A price book as `docs/energy-warnings.md` describes it; null: money is not reckoned. */
    tariff: z.unknown().nullable().default(null),
    /** Dated carbon factors with their documents; absent: China's national average. */
    carbon: z.array(z.unknown()).optional(),
    areaM2: z.number().positive().nullable().default(null),
    /** What the supply contract says: the agreed demand, and the kVA of the transformers. */
    supply: z
      .object({
        contractKw: z.number().positive().nullable().default(null),
        capacityKva: z.number().positive().nullable().default(null),
      })
      .strict()
      .optional(),
  })
  .strict();
export type EnergySetup = z.infer<typeof EnergySetup>;

/** What was done to save energy, from the first to the last day of the work (excluded). */
export const EnergyMeasure = z
  .object({ id: Id, what: Both, from: Day, to: Day, by: z.string().min(1).max(120) })
  .strict()
  .refine(({ from, to }) => from < to, 'to is the day after the last one');
export type EnergyMeasure = z.infer<typeof EnergyMeasure>;

export const EVENT_DECISIONS = ['approved', 'rejected'] as const;
/**
 * A person's word on a non-routine event: approved, its days are left out of the saving, and the edges' early warnings
 * go by it.
 */
export const EnergyEvent = z
  .object({
    id: Id,
    from: Day,
    to: Day,
    decision: z.enum(EVENT_DECISIONS),
    by: z.string().min(1).max(120),
    reason: z.string().min(1).max(400),
    /** The meters that it concerns, by their assets; absent: all of the tree. */
    assets: z.array(Id).min(1).max(200).optional(),
    /** From this day on use is usual at another level; absent: after its days it is as before. */
    newLevelFrom: Day.optional(),
    direction: z.enum(DIRECTIONS).optional(),
  })
  .strict()
  .refine(({ from, to }) => from < to, 'to is the day after the last one')
  .refine(({ from, newLevelFrom = from }) => newLevelFrom >= from, 'a new level is not usual before the event');
export type EnergyEvent = z.infer<typeof EnergyEvent>;

/** A baseline to be learned: FROM/TO as days, `to` excluded; `after` a measure: from its end on. */
export const BaselineWish = z
  .object({
    method: EnergySetup.shape.method.optional(),
    from: Day.optional(),
    to: Day.optional(),
    after: Id.optional(),
    by: z
      .string()
      .min(1)
      .max(120)
      .default('api')
      .refine((by) => by !== 'system', '`system` is who learns what nobody asked for'),
  })
  .strict();
export type BaselineWish = z.infer<typeof BaselineWish>;

/** A learned baseline as it is kept: refused ones too, with the reasons. */
export const EnergyBaseline = z.object({
  version: z.int().positive(),
  method: z.string(),
  from: Day,
  to: Day,
  zone: z.string(),
  setup: z.int(),
  /** Hash of the counted meters: a report about others needs a baseline of its own. */
  boundary: z.string(),
  learnedAt: InstantText,
  /** `system`: nobody asked for it, and `why` says what made it due. */
  by: z.string(),
  why: Both.optional(),
  dataHash: z.string(),
  software: z.string(),
  usable: z.boolean(),
  reasons: z.array(Both),
  warnings: z.array(Both),
  formula: z.string().nullable(),
  coefficients: z.array(Coefficient),
  r2: Figure,
  cvrmse: Figure,
  n: z.int(),
});
export type EnergyBaseline = z.infer<typeof EnergyBaseline>;

/** The last time that a baseline was to be learned by itself and its data could not carry it. */
export const BaselineRefusal = z.object({
  id: z.literal('baseline'),
  /** The client's local day. */
  day: Day,
  /** What it rested on besides the data: the version of the setup, and the measures. */
  grounds: z.string(),
  from: Day,
  to: Day,
  why: Both,
  reasons: z.array(Both),
});
export type BaselineRefusal = z.infer<typeof BaselineRefusal>;
