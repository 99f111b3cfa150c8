import type { Format } from '../words/format.ts';

/** Numbers of an energy report on a page; `–` for what is not known. */
export interface EnergyNumbers {
  readonly kwh: (value: number | null) => string;
  readonly share: (value: number | null, digits?: number) => string;
  readonly number: (value: number | null, digits?: number) => string;
  readonly range: (range: { readonly low: number; readonly high: number } | null) => string;
  readonly money: (cents: number, currency: string) => string;
}

export function energyNumbers(format: Format): EnergyNumbers {
  const known = (show: (value: number) => string) => (value: number | null) => (value === null ? '–' : show(value));
  return {
    kwh: known(format.kwh),
    share: (value, digits = 1) => (value === null ? '–' : `${format.number(100 * value, digits)} %`),
    number: (value, digits = 0) => (value === null ? '–' : format.number(value, digits)),
    range: (range) => (range === null ? '–' : `[${format.number(range.low)} … ${format.number(range.high)}] kWh`),
    money: (cents, currency) => format.money(cents / 100, currency),
  };
}
