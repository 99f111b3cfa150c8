const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
] as const;

/**
 * P(Z > z) of the standard normal distribution; relative error below 1.2e-7 however far out (Press et
 * al., Numerical Recipes §6.2, `erfcc`).
 */
export function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const exponent = COEFFICIENTS.reduceRight<number>((sum, coefficient) => sum * t + coefficient, 0);
  const tail = 0.5 * t * Math.exp(-x * x + exponent);
  return z >= 0 ? tail : 1 - tail;
}
