import { z } from 'zod';

/** Money as decimal text with at most two places, `12000` or `38000.50`: read as cents, never as a float. */
export const Amount = z
  .string()
  .regex(/^(0|[1-9]\d{0,11})(\.\d{1,2})?$/, "money is text with at most two decimals, e.g. '50000' or '1250.50'");
export type Amount = z.infer<typeof Amount>;

/** What is left of a sum; below nought where more was taken than there was. */
export const Balance = z.string().regex(/^-?(0|[1-9]\d{0,11})\.\d{2}$/);

/** ISO 4217, `CNY`. */
export const Currency = z.string().regex(/^[A-Z]{3}$/);

export const Money = z.object({ amount: Amount, currency: Currency });
export type Money = z.infer<typeof Money>;

/** Whole cents (fen) of a decimal text; exact up to 90 million millions. A RangeError for anything else. */
export function centsOf(amount: string): number {
  const parts = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(amount);
  if (!parts) throw new RangeError(`${amount} is no amount of money`);
  const cents = Number(parts[2]) * 100 + Number((parts[3] ?? '').padEnd(2, '0'));
  if (!Number.isSafeInteger(cents)) throw new RangeError(`${amount} is more money than can be counted exactly`);
  return parts[1] === '-' && cents !== 0 ? -cents : cents;
}

/** Cents as decimal text with two places. */
export function amountText(cents: number): string {
  const whole = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
}
