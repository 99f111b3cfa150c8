import type { Millis } from '@keepsite/edge-contract';

export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

const LOCALE: Record<Language, string> = { en: 'en-GB', zh: 'zh-CN' };

/** Numbers and dates in one language. Instants are shown in the zone given, else in the browser's. */
export interface Format {
  readonly time: (at: Millis | string, zone?: string) => string;
  readonly dateTime: (at: Millis | string, zone?: string) => string;
  /** A calendar day `YYYY-MM-DD`, without any zone. */
  readonly day: (day: string) => string;
  readonly shortDay: (day: string) => string;
  readonly month: (period: string) => string;
  readonly number: (value: number, digits?: number) => string;
  readonly percent: (share: number, digits?: number) => string;
  /** With its sign, for differences. */
  readonly signedPercent: (share: number) => string;
  readonly money: (amount: number, currency: string) => string;
  readonly kwh: (value: number) => string;
  readonly ago: (ms: number) => string;
  /** A length of time in its largest fitting unit: `5 minutes`. */
  readonly span: (seconds: number) => string;
}

/** Builds the formatter of a language; `Intl` objects are kept, because they are slow to build. */
export function formatOf(language: Language): Format {
  const locale = LOCALE[language];
  const dates = keep((key: string) => new Intl.DateTimeFormat(locale, JSON.parse(key) as Intl.DateTimeFormatOptions));
  const numbers = keep((key: string) => new Intl.NumberFormat(locale, JSON.parse(key) as Intl.NumberFormatOptions));
  const date = (options: Intl.DateTimeFormatOptions, at: Millis | string, zone?: string): string =>
    dates(JSON.stringify(zone ? { ...options, timeZone: zone } : options)).format(new Date(at));
  const number = (options: Intl.NumberFormatOptions, value: number): string =>
    numbers(JSON.stringify(options)).format(value);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  return {
    time: (at, zone) => date(CLOCK, at, zone),
    dateTime: (at, zone) => date({ ...CLOCK, month: 'short', day: 'numeric' }, at, zone),
    day: (day) => date({ year: 'numeric', month: 'short', day: 'numeric' }, day, 'UTC'),
    shortDay: (day) => date({ month: 'short', day: 'numeric' }, day, 'UTC'),
    month: (period) => date({ year: 'numeric', month: 'long' }, `${period}-01`, 'UTC'),
    number: (value, digits = 0) => number({ maximumFractionDigits: digits, minimumFractionDigits: digits }, value),
    percent: (share, digits = 0) => number({ style: 'percent', maximumFractionDigits: digits }, share),
    signedPercent: (share) => number({ style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' }, share),
    money: (amount, currency) =>
      number({ style: 'currency', currency, currencyDisplay: 'narrowSymbol', maximumFractionDigits: 0 }, amount),
    // Intl does not know the unit kilowatt-hour.
    kwh: (value) => `${number({ maximumFractionDigits: value < 100 ? 1 : 0 }, value)} kWh`,
    ago: (ms) => relative.format(...agoParts(ms)),
    span: (seconds) => {
      const [amount, unit] = agoParts(seconds * 1000);
      return number({ style: 'unit', unit, unitDisplay: 'long' }, -amount);
    },
  };
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };

function agoParts(ms: number): [number, Intl.RelativeTimeFormatUnit] {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return [-seconds, 'second'];
  if (seconds < 5400) return [-Math.round(seconds / 60), 'minute'];
  if (seconds < 129_600) return [-Math.round(seconds / 3600), 'hour'];
  return [-Math.round(seconds / 86_400), 'day'];
}

function keep<T>(build: (key: string) => T): (key: string) => T {
  const kept = new Map<string, T>();
  return (key) => {
    const found = kept.get(key) ?? build(key);
    kept.set(key, found);
    return found;
  };
}
