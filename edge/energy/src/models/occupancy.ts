import { factor } from '../statistics/least-squares.ts';

/** CalTRACK hourly, LBNL and nmecr alike: occupied when more than this share of the residuals is positive. */
const OCCUPIED_SHARE = 0.65;
const HEATING_BELOW_F = 50;
const COOLING_ABOVE_F = 65;

/** What is judged: usage at a temperature (°F) in a slot of the week, with a weight. */
export interface SlotUse {
  readonly slot: number;
  readonly usage: number;
  readonly temperature: number;
  readonly weight: number;
}

/**
 * The slots of the week in which a building is in use: those where a plain fit of usage on degrees below
 * 50 °F and above 65 °F says too little more than 65 % of the time (Mathieu et al. 2011; CalTRACK 3.8.3–4).
 */
export function occupiedSlots(uses: readonly SlotUse[]): Set<number> {
  const roots = uses.map(({ weight }) => Math.sqrt(weight));
  const weighted = (value: (use: SlotUse) => number) =>
    Float64Array.from(uses, (use, i) => value(use) * (roots[i] as number));
  const terms: readonly ((use: SlotUse) => number)[] = [
    () => 1,
    ({ temperature }) => Math.max(0, HEATING_BELOW_F - temperature),
    ({ temperature }) => Math.max(0, temperature - COOLING_ABOVE_F),
  ];
  const coefficients = factor(terms.map(weighted)).solve(weighted(({ usage }) => usage));
  const tally = new Map<number, { above: number; all: number }>();
  for (const use of uses) {
    const expected = terms.reduce((sum, term, j) => sum + term(use) * (coefficients[j] ?? 0), 0);
    const count = tally.get(use.slot) ?? { above: 0, all: 0 };
    tally.set(use.slot, { above: count.above + (use.usage - expected > 0 ? 1 : 0), all: count.all + 1 });
  }
  const occupied = [...tally].filter(([, { above, all }]) => above > OCCUPIED_SHARE * all);
  return new Set(occupied.map(([slot]) => slot));
}
