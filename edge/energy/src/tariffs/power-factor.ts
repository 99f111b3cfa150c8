/** The standards of the rule: large industry, other industry, agriculture. */
export type PowerFactorStandard = '0.90' | '0.85' | '0.80';

/** Rebates in hundredths of a percent per power factor in hundredths; the last one also above. */
const REBATES: Readonly<Record<PowerFactorStandard, readonly (readonly [hundredths: number, rebate: number])[]>> = {
  '0.90': [
    [91, 15],
    [92, 30],
    [93, 45],
    [94, 60],
    [95, 75],
  ],
  '0.85': [
    [86, 10],
    [87, 20],
    [88, 30],
    [89, 40],
    [90, 50],
    [91, 65],
    [92, 80],
    [93, 95],
    [94, 110],
  ],
  '0.80': [
    [81, 10],
    [82, 20],
    [83, 30],
    [84, 40],
    [85, 50],
    [86, 60],
    [87, 70],
    [88, 80],
    [89, 90],
    [90, 100],
    [91, 115],
    [92, 130],
  ],
};
const HALF_PERCENT = 50;
const ONE_PERCENT = 100;
const TWO_PERCENT = 200;
/** Hundredths below the standard up to which each costs 0.5 %, and then 1 %; beyond, 2 %. */
const GENTLE = 20;
const STEEP = 25;

/**
 * By how much the bill changes, in hundredths of a percent (75 is 0.75 %; below zero a rebate), from
 * the month's active and reactive energy: the tables of 《功率因数调整电费办法》((83) 水电财字第 215 号).
 * Power factor = kWh / √(kWh² + kvarh²), to two places. Null when nothing was drawn.
 */
export function powerFactorRate(standard: PowerFactorStandard, kwh: number, kvarh: number): PowerFactor | null {
  if (kwh === 0 && kvarh === 0) return null;
  // A hair is added: 0.895 is no binary number.
  const hundredths = Math.round((100 * Math.abs(kwh)) / Math.hypot(kwh, kvarh) + 1e-9);
  return { powerFactor: hundredths / 100, rate: rateOf(standard, hundredths) };
}

export interface PowerFactor {
  readonly powerFactor: number;
  /** Hundredths of a percent. */
  readonly rate: number;
}

function rateOf(standard: PowerFactorStandard, hundredths: number): number {
  const short = Math.round(100 * Number(standard)) - hundredths;
  if (short <= 0) return 0 - (REBATES[standard].findLast(([from]) => hundredths >= from)?.[1] ?? 0);
  if (short <= GENTLE) return short * HALF_PERCENT;
  const gentle = GENTLE * HALF_PERCENT;
  if (short <= STEEP) return gentle + (short - GENTLE) * ONE_PERCENT;
  return gentle + (STEEP - GENTLE) * ONE_PERCENT + (short - STEEP) * TWO_PERCENT;
}
