import type { Millis } from '../day.ts';
import type { StretchRules } from '../stretches.ts';

/** What is sampled more often is taken as it comes, and holds for half an hour. */
const REGULAR_MS = 10 * 60_000;

/** In a recording of regular intervals a row that is missing is a gap; an hourly one is not all gap. */
export function regularGap(step: Millis | null): Pick<StretchRules, 'maxGapMs'> {
  return step !== null && step >= REGULAR_MS ? { maxGapMs: 1.5 * step } : {};
}
