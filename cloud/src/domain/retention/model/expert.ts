import { logitOfProbability } from './logit.ts';

/** What experts say of a score: how many of the clients who stand there are lost within three months. */
export interface Anchors {
  readonly at80: number;
  readonly at40: number;
}

/** For a contract inside its decision window. */
export const ANCHORS: Anchors = { at80: 0.1, at40: 0.6 };

/** A score as a probability: `logit p = intercept + steepness·(1 − S/100)`. */
export interface ExpertModel {
  readonly intercept: number;
  readonly steepness: number;
}

/**
 * `κ = (logit p40 − logit p80)/0.4` and `α = logit p80 − 0.2·κ`. A row that looks ahead over `quarters` of three months has
 * its anchors converted first, `1 − (1 − p)^quarters`: a third for a month.
 */
export function expertModel({ at80, at40 }: Anchors, quarters: number): ExpertModel {
  const [good, bad] = [at80, at40].map((p) => logitOfProbability(1 - (1 - p) ** quarters)) as [number, number];
  const steepness = (bad - good) / 0.4;
  return { intercept: good - 0.2 * steepness, steepness };
}
