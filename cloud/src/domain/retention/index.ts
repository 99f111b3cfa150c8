/**
 * The retention score of a client: twelve indicators, their score, its colour, what each incident
 * took from it, and what would mend it. Pure; `docs/retention-score.md` explains it with numbers.
 */
import type { RetentionReport } from '@keepsite/cloud-contract';
import { instantText } from '@keepsite/edge-contract';
import type { ClientFacts } from '../facts.ts';
import { attribution } from './attribution.ts';
import { nextColour, type ColourState } from './colour.ts';
import { indicators } from './indicators.ts';
import type { Indicator } from './measurement.ts';
import { mend } from './mend.ts';
import { score } from './score.ts';
import { SCORECARD, type Scorecard } from './scorecard.ts';
import { vetoesInForce } from './vetoes.ts';

export { attribution } from './attribution.ts';
export { careTasks, type CareTaskDraft } from './care.ts';
export { COLOUR_RULES, nextColour, type ColourDay, type ColourState, type NextColour } from './colour.ts';
export { indicators } from './indicators.ts';
export type { Charge, Indicator } from './measurement.ts';
export { mend, replay } from './mend.ts';
export { npsInterval } from './nps.ts';
export { pointsLost, score, unit, type Score } from './score.ts';
export { INDICATORS, rankSum, SCORECARD, type IndicatorName, type Scorecard } from './scorecard.ts';
export { overdueVetoes, vetoesInForce } from './vetoes.ts';

/** The days before: the machine's state after the last of them, and what was shown, oldest first. */
export interface RetentionHistory {
  readonly state: ColourState | null;
  readonly entries: RetentionReport['history'];
}

/**
 * Today's report and the state to keep for tomorrow. Store both with the day, together: screens read
 * the report and never compute it anew. Called again on one day, it must be given the history of the
 * day before, and gives the same for the same facts.
 */
export function retentionReport(
  facts: ClientFacts,
  history: RetentionHistory,
  scorecard: Scorecard = SCORECARD,
): { report: RetentionReport; state: ColourState } {
  const measured = indicators(facts, scorecard);
  const total = score(measured);
  const vetoes = vetoesInForce(facts);
  const { state, colour, reason } = nextColour(history.state, { ...total, at: facts.asOf, vetoes });
  const at = instantText(facts.asOf);
  const today = { at, score: total.score, smoothed: state.smoothed, colour, reason };
  const report: RetentionReport = {
    client: facts.client.id,
    score: total.score,
    smoothed: state.smoothed,
    colour,
    colourReason: reason,
    coverage: total.coverage,
    low: total.low,
    high: total.high,
    asOf: at,
    weightsVersion: scorecard.version,
    indicators: measured.map(surface),
    incidents: attribution(facts, measured),
    mend: mend(measured),
    history: [...history.entries, today],
  };
  return { report, state };
}

/** An indicator without what only the formulas need. */
function surface(indicator: Indicator): RetentionReport['indicators'][number] {
  const { name, value, unit, good, bad, weight, pointsLost, asOf, sentence } = indicator;
  return { name, value, unit, good, bad, weight, pointsLost, asOf, sentence };
}
