import { instantText } from '@keepsite/edge-contract';
import { DAY } from '../calendar.ts';
import type { ClientFacts } from '../facts.ts';
import { chatNegativity } from './chat.ts';
import { incidentsAt, type SeenFacts } from './incident-load.ts';
import type { Indicator, Measurement } from './measurement.ts';
import {
  complaintClosedLoop,
  complaintResponseP90,
  contactGap,
  npsAdjusted,
  paymentDelay,
  plannedDoneOnTime,
} from './relation.ts';
import { pointsLost, score, staleWeight, unit } from './score.ts';
import { INDICATORS, SCORECARD, type IndicatorName, type Scorecard, type ScorecardLine } from './scorecard.ts';
import { assignP90, criticalDowntime, repeatFailure, resolvedOnTime, slaBreachLoad } from './service.ts';
import { number, type Words } from './words.ts';

const MEASURES: { readonly [name in IndicatorName]: (facts: SeenFacts, line: ScorecardLine) => Measurement } = {
  sla_breach_load: slaBreachLoad,
  assign_p90: assignP90,
  resolved_on_time: resolvedOnTime,
  critical_downtime: criticalDowntime,
  repeat_failure: repeatFailure,
  planned_done_on_time: plannedDoneOnTime,
  payment_delay: paymentDelay,
  complaint_response_p90: complaintResponseP90,
  complaint_closed_loop: complaintClosedLoop,
  nps_adj: npsAdjusted,
  chat_negativity: chatNegativity,
  contact_gap: contactGap,
};

/**
 * The twelve indicators of a client at `facts.asOf`, in the order of the table, each with the points
 * it takes from 100. `weight` is what the value weighs today: past its time to live it halves per
 * time to live. What is missing has value and points null and takes part in nothing but the coverage.
 */
export function indicators(facts: ClientFacts, scorecard: Scorecard = SCORECARD): Indicator[] {
  const seen = { ...facts, seen: incidentsAt(facts) };
  const measured = INDICATORS.map((name) => weigh(name, scorecard.lines[name], seen));
  const { observed } = score(measured);
  return measured.map((indicator) => ({ ...indicator, pointsLost: pointsLost(indicator, observed) }));
}

function weigh(name: IndicatorName, line: ScorecardLine, facts: SeenFacts): Indicator {
  const measurement = MEASURES[name](facts, line);
  const { value, asOf } = measurement;
  const age = asOf === null ? 0 : Math.max(0, facts.asOf - asOf) / DAY;
  const weight = staleWeight(line.weight, age, line.ttlDays);
  return {
    name,
    line,
    value,
    unit: line.unit,
    good: line.good,
    bad: line.bad,
    weight,
    fullWeight: line.weight,
    u: value === null ? null : unit(value, line.good, line.bad),
    pointsLost: null,
    asOf: asOf === null ? null : instantText(asOf),
    sentence: weight < line.weight ? stale(measurement.sentence, age, weight, line) : measurement.sentence,
    charges: measurement.charges ?? [],
    total: measurement.total ?? 0,
  };
}

function stale(sentence: Words, ageDays: number, weight: number, line: ScorecardLine): Words {
  const days = Math.floor(ageDays);
  const [now, full] = [number(weight, 2), number(line.weight, 2)];
  return {
    en: `${sentence.en} The newest fact is ${days} days old: it weighs ${now} instead of ${full}.`,
    zh: `${sentence.zh}最新数据已是 ${days} 天前：权重由 ${full} 降为 ${now}。`,
  };
}
