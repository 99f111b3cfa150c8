import { InstantText } from '@keepsite/edge-contract';
import { z } from 'zod';
import { METER_USES, EVENT_DECISIONS } from './energy.ts';
import { Both, Coefficient, Day, Figure, Id, Range } from './energy-shapes.ts';

/** What may be said of avoided energy: by its 90 % interval, which lies above zero, reaches it, or lies below. */
export const VERDICTS = ['savings demonstrated', 'no savings demonstrated', 'use has risen'] as const;

/** Avoided energy of a period, kWh. */
export const EnergyFigures = z.object({
  from: Day,
  to: Day,
  adjustedBaseline: z.number(),
  actual: z.number(),
  savings: z.number(),
  fraction: Figure,
  interval90: Range.nullable(),
  interval90By: z.enum(['fsu', 'bootstrap', 'tested']),
  fsu90: Figure,
  verdict: z.enum(VERDICTS),
  compared: z.int(),
  missing: z.int(),
});
export type EnergyFigures = z.infer<typeof EnergyFigures>;

const QualityMonth = z.object({
  month: z.string(),
  hours: z.int(),
  measured: z.int(),
  filled: z.int(),
  estimated: z.int(),
  missing: z.int(),
  weatherMissing: z.int(),
});
const Gate = z.object({ name: z.string(), limit: z.number(), value: Figure, passed: z.boolean() });

const ReportModel = z.object({
  method: z.string(),
  formula: z.string(),
  coefficients: z.array(Coefficient),
  knotsF: z.array(z.number()),
  n: z.int(),
  parameters: z.int(),
  intercepts: z.int(),
  r2: Figure,
  cvrmse: Figure,
  nmbe: Figure,
  rho: Figure,
  nEffective: Figure,
  gates: z.array(Gate),
  /** What the model got wrong of each fifth of the baseline that it had not seen. */
  tested: z.array(z.number()).nullable(),
});

const ReportMonth = z.object({
  month: z.string(),
  /** Not all of its days belong to the report, or not all of them are known. */
  partial: z.boolean(),
  actual: z.number(),
  adjustedBaseline: z.number(),
  savings: z.number(),
  interval90: Range.nullable(),
  compared: z.int(),
  missing: z.int(),
});

/** A version of the baseline that was learned, or was to be. */
const BaselineVersion = z.object({
  version: z.int(),
  method: z.string(),
  from: Day,
  to: Day,
  learnedAt: InstantText,
  /** `system`: nobody asked for it, and `why` says what made it due. */
  by: z.string(),
  why: Both.optional(),
  usable: z.boolean(),
});

const ChartDay = z.object({ day: Day, actual: Figure, expected: Figure, celsius: Figure });
const BaselineDay = ChartDay.extend({ residual: Figure });

const ReportEvent = z.object({
  id: Id,
  from: Day,
  to: Day,
  state: z.enum(['proposed', ...EVENT_DECISIONS]),
  /** kWh by which its days save more (below zero: less) than is usual. */
  effect: Figure,
  by: z.string().nullable(),
  reason: z.string().nullable(),
  /** From this day on use is usual at another level; the days after `to` are in the sums. */
  newLevelFrom: Day.optional(),
});

/** A part that could not be filled says why not. */
const WhyNot = z.object({ ok: z.literal(false), reason: Both });

/** A month's demand charge (需量电费). The highest quarter of an hour is measured; what it would have been is not known. */
const DemandPart = z.object({
  /** By what the charge is reckoned: the measured demand, the agreed one, or the kVA that are installed. */
  basis: z.enum(['measured', 'contract', 'capacity']),
  kw: Figure,
  at: InstantText.nullable(),
  /** Quarters of an hour of the month, and of how many the demand is known. */
  quarters: z.int(),
  known: z.int(),
  /** What it cost, hundredths of the currency; null: it is not on the bill, and a note says why. */
  cents: z.int().nullable(),
  /** `none`: the charge does not follow use. */
  avoided: z.enum(['not demonstrated', 'none']),
  /** A lower price for a month that uses much for its kVA (发改价格〔2023〕526号). Absent: the price book has no such rule. */
  wellUsed: z
    .object({
      /** Null: the kVA are not known. */
      kwhPerKva: Figure,
      limit: z.number(),
      /** How much of the price is paid from the limit on. */
      share: z.number(),
      /** Null: not known, and the full price is billed. */
      reached: z.boolean().nullable(),
      /** What it took off the bill, below zero. */
      cents: z.int(),
      document: z.string(),
    })
    .optional(),
});

const CostPart = z.object({
  ok: z.literal(true),
  currency: z.string(),
  tariff: Both,
  documents: z.array(z.string()),
  example: z.boolean(),
  /** Hundredths of the currency. */
  expected: z.int(),
  actual: z.int(),
  avoided: z.int(),
  kwh: z.number(),
  /** What a kWh costs on average, all charges in it. */
  blendedRate: Figure,
  lines: z.array(
    z.object({
      month: z.string(),
      name: z.string(),
      period: z.string().nullable(),
      quantity: z.number(),
      /** Absent: kWh of energy; of what is no energy nobody told. */
      unit: z.string().optional(),
      cents: z.int(),
      document: z.string(),
    }),
  ),
  skippedHours: z.number(),
  notes: z.array(Both),
  /** Absent: no demand is charged, or the report is a day's. */
  demand: DemandPart.optional(),
});
const CarbonPart = z.object({
  ok: z.literal(true),
  kgCo2: z.number(),
  lines: z.array(
    z.object({
      year: z.int(),
      kwh: z.number(),
      kgCo2: z.number(),
      kgPerKwh: z.number(),
      factorYear: z.int(),
      region: z.string(),
      scope: z.string(),
      document: z.string(),
      provisional: z.boolean(),
    }),
  ),
});
const PuePart = z.object({ ok: z.literal(true), value: z.number(), interim: z.boolean(), coverage: z.number() });

/**
 * An energy report, frozen: the same inputs give the same report to the digit. Energy in kWh, shares as
 * fractions of one, days local, `to` excluded. A part that cannot be filled says why not.
 */
export const EnergyReport = z.object({
  format: z.literal('keepsite-energy-report/1'),
  client: z.object({ id: Id, name: Both }),
  kind: z.enum(['day', 'month']),
  period: z.string(),
  from: Day,
  to: Day,
  zone: z.string(),
  madeAt: InstantText,
  /** 1 */
  headline: z.object({
    sentence: Both,
    verdict: z.enum([...VERDICTS, 'refused']),
    /** Why no saving is given; empty when one is. */
    refusal: z.array(Both),
    figures: EnergyFigures.nullable(),
    /** Since the last measure (or the baseline) ended, up to the end of the period. */
    sinceMeasure: EnergyFigures.nullable(),
  }),
  /** 2 */
  boundary: z.object({
    option: z.literal('C'),
    meters: z.array(
      z.object({
        asset: Id,
        device: z.string(),
        name: Both,
        parent: z.string().nullable(),
        share: z.number(),
        use: z.enum(METER_USES),
        counted: z.boolean(),
      }),
    ),
    baseline: z
      .object({
        version: z.int(),
        method: z.string(),
        from: Day,
        to: Day,
        learnedAt: InstantText,
        dataHash: z.string(),
      })
      .nullable(),
    /** All versions that were known, oldest first. Absent: the report was made before they were told. */
    baselines: z.array(BaselineVersion).optional(),
    measures: z.array(z.object({ id: Id, what: Both, from: Day, to: Day, by: z.string() })),
  }),
  /** 3 */
  quality: z.object({
    months: z.array(QualityMonth),
    gaps: z.array(z.object({ from: InstantText, to: InstantText, hours: z.number() })),
    flagged: z.array(z.object({ kind: z.string(), from: InstantText, to: InstantText, rows: z.int() })),
    weather: z.array(z.object({ source: z.string(), version: z.int(), document: z.string(), hours: z.int() })),
    zone: z.string(),
  }),
  /** 4 */
  model: ReportModel.nullable(),
  /** 5 */
  months: z.array(ReportMonth),
  /** 6 */
  charts: z.object({
    days: z.array(ChartDay),
    baseline: z.array(BaselineDay),
    /** Autocorrelation of the residuals by days, from lag 1 on. */
    acf: z.array(z.number()),
    /** Mean kW by weekday (Monday first) and hour, in the period. */
    heatmap: z.array(z.array(Figure)),
  }),
  /** 7 */
  events: z.object({
    items: z.array(ReportEvent),
    /** The figures since the measure with the approved events left in; null: none is approved. */
    unadjusted: EnergyFigures.nullable(),
  }),
  /** 8 */
  coverage: z
    .object({
      baselineC: Range,
      reportingC: Range,
      below: z.int(),
      within: z.int(),
      above: z.int(),
      savingsWithin: z.number(),
      savingsOutside: z.number(),
      unseenTimes: z.int(),
    })
    .nullable(),
  /** 9 */
  cost: z.discriminatedUnion('ok', [CostPart, WhyNot]),
  carbon: z.discriminatedUnion('ok', [CarbonPart, WhyNot]),
  pue: z.discriminatedUnion('ok', [PuePart, WhyNot]),
  /** 10 */
  limitations: z.array(Both),
  /** 11 */
  evidence: z.object({
    inputsHash: z.string(),
    software: z.string(),
    command: z.string(),
    bootstrap: z.object({ draws: z.int(), seed: z.int() }),
    signatures: z.array(z.object({ role: Both, name: z.string().nullable() })),
  }),
});
export type EnergyReport = z.infer<typeof EnergyReport>;
