import type { Language } from './language.ts';

const TO = { en: 'to', zh: '至' } as const;
const LOCALES = { en: 'en-GB', zh: 'zh-CN' } as const;

/** Numbers as a report prints them; `–` for what is not known. */
export interface NumberFormat {
  readonly kwh: (value: number | null) => string;
  readonly share: (value: number | null, digits?: number) => string;
  readonly number: (value: number | null, digits?: number) => string;
  readonly range: (range: { readonly low: number; readonly high: number } | null) => string;
  readonly money: (cents: number, currency: string) => string;
}

export function numberFormat(language: Language): NumberFormat {
  const locale = LOCALES[language];
  const number = (value: number | null, digits = 0) =>
    value === null
      ? '–'
      : value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const bare = (value: number) => number(value, Math.abs(value) < 100 ? 1 : 0);
  return {
    number,
    kwh: (value) => (value === null ? '–' : `${bare(value)} kWh`),
    share: (value, digits = 1) =>
      value === null ? '–' : `${number(100 * value, digits)}${language === 'zh' ? '%' : ' %'}`,
    range: (range) => (range === null ? '–' : `${bare(range.low)} ${TO[language]} ${bare(range.high)} kWh`),
    money: (cents, currency) => `${number(cents / 100, 2)} ${currency}`,
  };
}
