import { z } from 'zod';
import { isZone } from '../zone.ts';
import { DECIMAL } from './decimal.ts';

const Decimal = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((text) => DECIMAL.test(text), 'it is a decimal number of at most eight places');
const DayText = z.iso.date();
const Time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'it is a time such as 08:30');
const PeriodName = z.string().min(1).max(40);

/** From 23:00 to 07:00 runs over midnight. */
const Hours = z.tuple([Time, Time]);

const DayKind = z.enum(['workday', 'weekend', 'holiday', 'event']);

/** When a period applies. The first rule that fits decides; what is left out fits always. */
const PeriodRule = z
  .object({
    period: PeriodName,
    months: z.array(z.int().min(1).max(12)).min(1).optional(),
    /** `event`: a demand-response event, given with the meter's data. */
    days: z.array(DayKind).min(1).optional(),
    dates: z.array(DayText).min(1).optional(),
    hours: z.array(Hours).min(1).optional(),
  })
  .strict();

/** One part of the price of a kWh: the same always, times the period's multiplier, or one price per period. */
const Component = z
  .object({
    name: z.string().min(1),
    price: Decimal.optional(),
    multiplied: z.boolean().default(false),
    prices: z.record(PeriodName, Decimal).optional(),
    /** Government funds are outside of the power-factor adjustment. */
    adjusted: z.boolean().default(true),
  })
  .strict()
  .refine(({ price, prices }) => (price === undefined) !== (prices === undefined), 'it has either price or prices');

/**
 * A lower demand price for a month that uses much for its size. The defaults are those of 发改价格〔2023〕526号, in force
 * since 2023-06-01, as ccement.com reported it on 2023-05-15 (compare with the notice itself before billing by it): who
 * pays by demand and uses 260 kWh or more in a month for each kVA pays 90 % of the demand price that month; the kWh are
 * those of all metering points of the user, the kVA those of the contracted transformers.
 */
const WellUsed = z
  .object({
    kwhPerKva: Decimal.default('260'),
    share: Decimal.refine((share) => Number(share) > 0 && Number(share) < 1, 'it is a share, such as 0.9').default(
      '0.9',
    ),
    /** The first day of months that it holds for. */
    from: DayText.default('2023-06-01'),
    document: z.string().min(1).default('发改价格〔2023〕526号'),
  })
  .strict();

/**
 * What the highest quarter of an hour of a month costs. `measured`: by it; `contract`: by the
 * contracted kW, what exceeds it by more than `tolerance` times `excess`; `capacity`: by the kVA installed.
 */
const Demand = z
  .object({
    name: z.string().min(1).default('demand'),
    price: Decimal,
    basis: z.enum(['measured', 'contract', 'capacity']),
    tolerance: Decimal.default('1.05'),
    excess: Decimal.default('2'),
    wellUsed: WellUsed.optional(),
  })
  .strict()
  .refine(
    ({ basis, wellUsed }) => basis !== 'capacity' || !wellUsed,
    'wellUsed lowers the price of demand, and capacity is not charged by demand',
  );

const Version = z
  .object({
    /** First local day. The version before ends there. */
    from: DayText,
    document: z.string().min(1),
    rules: z.array(PeriodRule),
    otherwise: PeriodName,
    multipliers: z.record(PeriodName, Decimal).default({}),
    components: z.array(Component).min(1),
    demand: Demand.optional(),
    /** Per month. */
    fixed: Decimal.optional(),
    /** The standard that the power factor is held against; see {@link powerFactorRate}. */
    powerFactor: z.enum(['0.90', '0.85', '0.80']).optional(),
  })
  .strict()
  .superRefine((version, context) => {
    const periods = new Set([version.otherwise, ...version.rules.map(({ period }) => period)]);
    for (const period of periods) {
      const unpriced = version.components.find(({ prices }) => prices && !(period in prices));
      const unmultiplied = version.components.some(({ multiplied }) => multiplied) && !(period in version.multipliers);
      if (unpriced) context.addIssue({ code: 'custom', message: `${unpriced.name} has no price for ${period}` });
      if (unmultiplied) context.addIssue({ code: 'custom', message: `${period} has no multiplier` });
    }
  });

/** A price book: what electricity costs, since when, and by which document. */
export const Tariff = z
  .object({
    id: z.string().min(1),
    name: z.object({ en: z.string().min(1), zh: z.string().min(1) }),
    /** True for one that shows the form: do not bill anybody by it. */
    example: z.boolean().default(false),
    currency: z.string().length(3),
    /** The clock of its hours, days and months. */
    zone: z.string().refine(isZone, { error: ({ input }) => `${String(input)} is no time zone` }),
    /** Public holidays, and the weekend days that are worked for them. */
    holidays: z.array(DayText).default([]),
    workdays: z.array(DayText).default([]),
    versions: z.array(Version).min(1),
  })
  .strict()
  .refine(
    ({ versions }) => versions.every(({ from }, i) => i === 0 || from > (versions[i - 1]?.from ?? '')),
    'versions stand in order of time, each from another day',
  );

export type Tariff = z.infer<typeof Tariff>;
export type TariffVersion = z.infer<typeof Version>;
export type TariffComponent = z.infer<typeof Component>;
export type PeriodRule = z.infer<typeof PeriodRule>;
