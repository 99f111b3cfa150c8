import { type DecimalText, product, sumOf } from './decimal.ts';
import type { TariffComponent, TariffVersion } from './tariff.ts';

/** What a component of the price costs per kWh in a period. */
export function componentPrice(component: TariffComponent, period: string, version: TariffVersion): DecimalText {
  const price = component.prices?.[period] ?? component.price ?? '0';
  return component.multiplied ? product(price, version.multipliers[period] ?? '1') : price;
}

/** What a kWh costs in a period, all components together. */
export function priceOf(version: TariffVersion, period: string): DecimalText {
  return sumOf(version.components.map((component) => componentPrice(component, period, version)));
}
