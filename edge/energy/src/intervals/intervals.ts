import { isGap, type Stretch, type StretchRules } from '../stretches.ts';
import { type Slot, partsOf } from './parts.ts';

/**
 * How an interval's energy is known. `measured`: its course was. `estimated`: a reading within it was
 * an estimate. `filled`: the sum over a silence is known, not its course, and it is spread evenly; or
 * a smaller part is unknown and taken at the mean of the rest. `missing`: not known.
 */
export type IntervalQuality = 'measured' | 'estimated' | 'filled' | 'missing';

export interface Interval extends Slot {
  /** Null when missing: a gap is never zero, so never a saving. */
  readonly kwh: number | null;
  /** Share of the interval whose course was measured, 0 … 1. */
  readonly coverage: number;
  readonly quality: IntervalQuality;
}

export interface IntervalRules extends StretchRules {
  /** Times within which readings are the supplier's estimates. */
  readonly estimated?: readonly Slot[];
}

/** CalTRACK 2.0 §2.2.2.1: an interval of which less than half is known is missing. */
const ENOUGH = 0.5;
/** Rounded stamps leave slivers. */
const WHOLE = 0.999;

/**
 * Energy per slot of a grid, in rising order, from the stretches of a counter, a power or intervals.
 * Unlike a fine course, a known sum over a silence does not make an interval measured.
 */
export function intervalsOf(
  slots: readonly Slot[],
  stretches: readonly Stretch[],
  rules: IntervalRules = {},
): Interval[] {
  const fine = partsOf(
    slots,
    stretches.filter((stretch) => !isGap(stretch, rules)),
  );
  const all = partsOf(slots, stretches);
  return slots.map((slot, i) => {
    const length = slot.to - slot.from;
    const known = (all[i]?.ms ?? 0) / length;
    const coverage = Math.min(1, (fine[i]?.ms ?? 0) / length);
    if (known < ENOUGH) return { ...slot, kwh: null, coverage, quality: 'missing' };
    const kwh = (all[i]?.kwh ?? 0) / Math.min(1, known);
    return { ...slot, kwh, coverage, quality: qualityOf(slot, coverage, rules) };
  });
}

function qualityOf(slot: Slot, coverage: number, { estimated = [] }: IntervalRules): IntervalQuality {
  if (estimated.some(({ from, to }) => from < slot.to && to > slot.from)) return 'estimated';
  return coverage >= WHOLE ? 'measured' : 'filled';
}
