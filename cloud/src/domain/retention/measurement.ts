import type { IndicatorValue } from '@keepsite/cloud-contract';
import type { Millis } from '@keepsite/edge-contract';
import type { IndicatorName, ScorecardLine } from './scorecard.ts';
import type { Weighed } from './score.ts';
import type { Words } from './words.ts';

/** What one incident did to one indicator. */
export interface Charge {
  readonly incident: string;
  /** Its part of the indicator's loss, in any unit that the indicator's charges share; ≥ 0. */
  readonly part: number;
  /** True when the parts are leave-one-out estimates, false when they add up by construction. */
  readonly approximate: boolean;
  /** What was promised and what happened, without full stop and without points. */
  readonly why: Words;
}

/** One indicator, measured. A missing one has value and asOf null, and a sentence that says why. */
export interface Measurement {
  readonly value: number | null;
  /** Newest fact behind the value. */
  readonly asOf: Millis | null;
  readonly sentence: Words;
  /**
   * Incidents that share the loss. Parts are taken against `total`: what `total` holds beyond them
   * was lost without any promise being broken and is charged to nobody.
   */
  readonly charges?: readonly Charge[];
  readonly total?: number;
}

/** An indicator as it goes into the score: the surface's shape and what stands behind it. */
export interface Indicator extends Omit<IndicatorValue, 'name' | 'weight'>, Weighed {
  readonly name: IndicatorName;
  readonly line: ScorecardLine;
  readonly charges: readonly Charge[];
  readonly total: number;
}

export function missing(en: string, zh: string): Measurement {
  return { value: null, asOf: null, sentence: { en, zh } };
}
