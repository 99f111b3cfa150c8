/** A decimal number as it is written, such as `0.389702`. */
export type DecimalText = string;

/** Money without rounding: units of 10⁻¹⁴ of the currency. */
export type Exact = bigint;

/** Hundredths of the currency: fen, cents. */
export type Cents = number;

const PRICE_DIGITS = 8;
const ENERGY_DIGITS = 6;
/** 10⁻⁸ of a price × 10⁻⁶ of a quantity. */
const CENT: Exact = 10n ** BigInt(PRICE_DIGITS + ENERGY_DIGITS - 2);

/** What a decimal text of at most eight places looks like. */
export const DECIMAL = /^-?\d+(?:\.\d{1,8})?$/;

/** A price times a quantity (kWh, kW, months), the quantity to a millionth; exact, in binary nothing is lost. */
export function times(price: DecimalText, quantity: number): Exact {
  return scaled(price) * BigInt(Math.round(quantity * 10 ** ENERGY_DIGITS));
}

/** One price times another, such as a price and the multiplier of its period, to eight places. */
export function product(price: DecimalText, factor: DecimalText): DecimalText {
  const exact = scaled(price) * scaled(factor);
  return text(halfUp(exact, 10n ** BigInt(PRICE_DIGITS)));
}

export function sumOf(prices: readonly DecimalText[]): DecimalText {
  return text(prices.reduce((sum, price) => sum + scaled(price), 0n));
}

/** What the first is more than the second. */
export function differenceOf(price: DecimalText, less: DecimalText): DecimalText {
  return text(scaled(price) - scaled(less));
}

/** To whole cents, half away from zero, as bills are. */
export function cents(exact: Exact): Cents {
  return Number(halfUp(exact, CENT));
}

/** To whole cents that are surely owed: what was rounded down never adds up to more than the whole. */
export function wholeCents(exact: Exact): Cents {
  const rest = ((exact % CENT) + CENT) % CENT;
  return Number((exact - rest) / CENT);
}

/** A share, in units of 10⁻⁴ of it, of an amount; rounded to the cent. */
export function shareOf(amount: Cents, tenThousandths: number): Cents {
  return Number(halfUp(BigInt(amount) * BigInt(tenThousandths), 10_000n));
}

/** `1234` → `12.34`. */
export function moneyText(amount: Cents): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

function scaled(decimal: DecimalText): bigint {
  const [whole = '0', fraction = ''] = decimal.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(PRICE_DIGITS, '0'));
  return decimal.startsWith('-') ? -value : value;
}

function text(value: bigint): DecimalText {
  const digits = String(value < 0n ? -value : value).padStart(PRICE_DIGITS + 1, '0');
  const fraction = digits.slice(-PRICE_DIGITS).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -PRICE_DIGITS)}${fraction === '' ? '' : `.${fraction}`}`;
}

function halfUp(value: bigint, unit: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const rounded = (magnitude + unit / 2n) / unit;
  return value < 0n ? -rounded : rounded;
}
