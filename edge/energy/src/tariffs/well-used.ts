import type { BillLine } from './bill.ts';
import { cents, differenceOf, product, times } from './decimal.ts';
import type { MonthUse } from './month-use.ts';
import type { TariffVersion } from './tariff.ts';

type Demand = NonNullable<TariffVersion['demand']>;
type Rule = NonNullable<Demand['wellUsed']>;

/** Whether a month used so much for its kVA that its demand price is lower; null: the month's use is not known. */
export type WellUsed =
  | { readonly rule: Rule; readonly kwhPerKva: number; readonly reached: boolean | null }
  | { readonly rule: Rule; readonly kwhPerKva: null; readonly reached: null };

/** A quantity is told to a millionth, as on bills; sums of hours err less. */
const DUST = 5e-7;

/**
 * A month's use of all metering points against the contracted kVA. What is known may be enough; that it is too little only a
 * whole month shows. Null: the price book has no such rule, or not yet in this month.
 */
export function wellUsedOf(
  { wellUsed: rule }: Demand,
  month: string,
  use: MonthUse,
  capacityKva: number | undefined,
): WellUsed | null {
  if (!rule || `${month}-01` < rule.from) return null;
  if (capacityKva === undefined) return { rule, kwhPerKva: null, reached: null };
  const enough = use.kwh + DUST >= Number(rule.kwhPerKva) * capacityKva;
  return { rule, kwhPerKva: use.kwh / capacityKva, reached: enough || (use.whole ? false : null) };
}

/**
 * A line for each demand line, of what the lower price takes off: the two together cost the lower price, to the cent.
 * What exceeds the contract is charged by the month's demand price as well.
 */
export function reductionsOf(lines: readonly BillLine[], { share, kwhPerKva, document }: Rule): BillLine[] {
  return lines.map((line) => {
    const full = line.price ?? '0';
    const price = product(full, share);
    const percent = Number((100 * Number(share)).toFixed(6));
    return {
      ...line,
      name: `${line.name} ${percent} % (≥ ${kwhPerKva} kWh/kVA)`,
      document,
      price: differenceOf(price, full),
      cents: cents(times(price, line.quantity)) - line.cents,
    };
  });
}
