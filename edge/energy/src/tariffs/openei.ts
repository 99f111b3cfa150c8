import { z } from 'zod';
import { Tariff } from './tariff.ts';

/** A rate of the Utility Rate Database as its version 1.5 exports it; only energy rates of one tier are read. */
const Exported = z.object({
  items: z
    .array(
      z
        .object({
          label: z.string(),
          name: z.string(),
          startdate: z.iso.date().default('1970-01-01'),
          source: z.string().optional(),
          fixedmonthlycharge: z.number().optional(),
          energyweekdayschedule: z.string(),
          energyweekendschedule: z.string().optional(),
          energydrdayschedule: z.string().optional(),
        })
        .loose(),
    )
    .min(1),
});

const HOURS = 24;
const MONTHS = 12;

/**
 * A rate of OpenEI's Utility Rate Database (JSON, version 1.5: schedules of one digit per hour, a row
 * of 24 per month) as a tariff. The third, optional schedule is for demand-response days, which are
 * `event`s here. Throws a ZodError for anything else.
 */
export function tariffFromOpenEi(json: unknown, zone: string): Tariff {
  const item = Exported.parse(json).items[0];
  if (!item) throw new TypeError('the export holds no rate');
  const weekday = item.energyweekdayschedule;
  const weekend = item.energyweekendschedule ?? weekday;
  const rules = [
    ...(item.energydrdayschedule === undefined ? [] : rulesOf(item.energydrdayschedule, ['event'])),
    ...rulesOf(weekend, ['weekend', 'holiday']),
    ...rulesOf(weekday, undefined),
  ];
  const prices = pricesOf(item);
  return Tariff.parse({
    id: item.label,
    name: { en: item.name, zh: item.name },
    currency: 'USD',
    zone,
    versions: [
      {
        from: item.startdate,
        document: item.source ?? item.label,
        rules,
        otherwise: weekday[0] ?? '1',
        components: [{ name: 'energy', prices }],
        ...(item.fixedmonthlycharge !== undefined && { fixed: item.fixedmonthlycharge }),
      },
    ],
  });
}

/** `energyratestructure/period4/tier1rate` → the price of period 4. */
function pricesOf(item: Readonly<Record<string, unknown>>): Record<string, string> {
  const found = Object.entries(item).flatMap(([key, value]) => {
    const period = /^energyratestructure\/period(\d+)\/tier1rate$/.exec(key)?.[1];
    return period === undefined ? [] : [[period, String(value)] as const];
  });
  return Object.fromEntries(found);
}

function rulesOf(schedule: string, days: readonly string[] | undefined) {
  return Array.from({ length: MONTHS }, (_, month) => schedule.slice(month * HOURS, (month + 1) * HOURS)).flatMap(
    (row, month) => {
      const periods = Map.groupBy(
        row.split('').map((period, hour) => ({ period, hour })),
        ({ period }) => period,
      );
      return [...periods].map(([period, hours]) => ({
        period,
        months: [month + 1],
        ...(days && { days }),
        hours: hours.map(({ hour }) => [clock(hour), clock(hour + 1)]),
      }));
    },
  );
}

function clock(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}
