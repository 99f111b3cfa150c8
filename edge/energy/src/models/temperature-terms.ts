/**
 * A temperature cut at knots into pieces that add up to it, so that each piece can have a slope of its
 * own (Mathieu et al. 2011, "Quantifying changes in building electricity use", IEEE Trans. Smart Grid 2(3)):
 * all below the first knot, then what lies between each knot and the next.
 */
export function temperatureTerms(temperature: number, knots: readonly number[]): number[] {
  const bounds = [...knots, Number.POSITIVE_INFINITY];
  return bounds.map((upper, i) => {
    const lower = i === 0 ? 0 : (bounds[i - 1] as number);
    return i === 0 ? Math.min(temperature, upper) : Math.max(0, Math.min(temperature, upper) - lower);
  });
}
