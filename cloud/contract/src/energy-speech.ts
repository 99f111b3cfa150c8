import { ENERGY_WORDS, type EnergyLanguage, type EnergyWords } from './energy-words.ts';

/** Numbers as a report prints them: kWh, shares of one, hundredths of a currency; `–` for what is not known. */
export interface EnergyNumbers {
  readonly kwh: (value: number | null) => string;
  readonly share: (value: number | null, digits?: number) => string;
  readonly number: (value: number | null, digits?: number) => string;
  readonly range: (range: { readonly low: number; readonly high: number } | null) => string;
  readonly money: (cents: number, currency: string) => string;
}

/** What a report is put into words with. */
export interface EnergySpeech {
  readonly language: EnergyLanguage;
  readonly words: EnergyWords;
  readonly format: EnergyNumbers;
}

/** How a report is said in a language. */
export function energySpeech(language: EnergyLanguage): EnergySpeech {
  return { language, words: ENERGY_WORDS[language], format: numbersIn(language) };
}

const MANNERS = {
  en: { locale: 'en-GB', to: 'to', percent: ' %' },
  zh: { locale: 'zh-CN', to: '至', percent: '%' },
} as const;
const UNKNOWN = '–';

function numbersIn(language: EnergyLanguage): EnergyNumbers {
  const { locale, to, percent } = MANNERS[language];
  const plain = (value: number, digits = 0) =>
    value.toLocaleString(locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      // What rounds to nought is nought, and not one below zero.
      signDisplay: 'negative',
    });
  const energy = (value: number) => plain(value, Math.abs(value) < 100 ? 1 : 0);
  const known = <T, More extends unknown[]>(say: (value: T, ...more: More) => string) => {
    return (value: T | null, ...more: More) => (value === null ? UNKNOWN : say(value, ...more));
  };
  return {
    number: known(plain),
    kwh: known((value: number) => `${energy(value)} kWh`),
    share: known((value: number, digits = 1) => `${plain(100 * value, digits)}${percent}`),
    range: known(({ low, high }: { low: number; high: number }) => `${energy(low)} ${to} ${energy(high)} kWh`),
    money: (cents, currency) => `${plain(cents / 100, 2)} ${currency}`,
  };
}
