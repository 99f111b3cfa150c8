import type { RetentionReport } from '@keepsite/cloud-contract';
import type { ClientFacts, IncidentFacts } from '../facts.ts';
import { headlineClock, incidentsAt, openedWithin, secondsSoFar, targetSeconds } from './incident-load.ts';
import type { Charge, Indicator } from './measurement.ts';
import { SCORECARD, type IndicatorName } from './scorecard.ts';
import { sentences, stopwatch, TERM_WORDS, type Words } from './words.ts';

type Line = RetentionReport['incidents'][number];

/** One charge in points of the score. */
interface Cost {
  readonly indicator: IndicatorName;
  readonly points: number;
  readonly charge: Charge;
}

/**
 * What each incident took from the score: those that cost something first, the dearest on top, then
 * those of the last 90 days whose promise was kept, which cost nothing. An indicator's costs add up
 * to its points lost at most: exactly when all of its loss comes from broken promises. An indicator
 * beyond its bad bound shares its (full) loss pro rata. `approximate` marks shares of a percentile.
 * It is an association, not a cause.
 */
export function attribution(
  facts: Pick<ClientFacts, 'client' | 'asOf' | 'incidents'>,
  indicators: readonly Indicator[],
): RetentionReport['incidents'] {
  const costs = costsByIncident(indicators);
  const charged = [...costs].map(([id, each]) => chargedLine(id, each));
  const kept = openedWithin(incidentsAt(facts), facts.asOf, SCORECARD.lines.sla_breach_load.windowDays ?? 90)
    .filter(({ id }) => !costs.has(id))
    .flatMap((incident) => keptLine(incident, facts.asOf));
  return [...charged.toSorted((a, b) => b.pointsLost - a.pointsLost || (a.id < b.id ? -1 : 1)), ...kept.toReversed()];
}

function costsByIncident(indicators: readonly Indicator[]): Map<string, Cost[]> {
  const costs = new Map<string, Cost[]>();
  for (const { name, pointsLost, charges, total } of indicators) {
    if (pointsLost === null || pointsLost <= 0 || total <= 0) continue;
    for (const charge of charges) {
      const points = (pointsLost * charge.part) / total;
      costs.set(charge.incident, [...(costs.get(charge.incident) ?? []), { indicator: name, points, charge }]);
    }
  }
  return costs;
}

function chargedLine(id: string, costs: readonly Cost[]): Line {
  return {
    id,
    pointsLost: costs.reduce((sum, { points }) => sum + points, 0),
    approximate: costs.some(({ charge }) => charge.approximate),
    byIndicator: Object.fromEntries(costs.map(({ indicator, points }) => [indicator, points])),
    sentence: sentences(costs.map(costSentence)),
  };
}

function costSentence({ points, charge }: Cost): Words {
  const about = charge.approximate ? { en: 'about ', zh: '约 ' } : { en: '', zh: '' };
  const { en, zh } = charge.why;
  return {
    en: `${en}: ${about.en}−${points.toFixed(2)} points.`,
    zh: `${zh}：${about.zh}−${points.toFixed(2)} 分。`,
  };
}

/** Says of a kept promise how it was kept; nothing of one that is running, excluded or unknown. */
function keptLine(incident: IncidentFacts, asOf: number): Line[] {
  const clock = headlineClock(incident);
  if (clock?.verdict !== 'met') return [];
  const taken = stopwatch(secondsSoFar(incident, clock, asOf));
  const target = stopwatch(targetSeconds(clock));
  const { en, zh } = TERM_WORDS[clock.term];
  const sentence = {
    en: `${en} after ${taken} of ${target}: promise kept, no points lost.`,
    zh: `${taken} 内${zh}（承诺 ${target}）：履约，不扣分。`,
  };
  return [{ id: incident.id, pointsLost: 0, approximate: false, byIndicator: {}, sentence }];
}
