import type { RetentionReport } from '@keepsite/cloud-contract';
import type { Indicator } from './measurement.ts';
import { score } from './score.ts';
import type { IndicatorName } from './scorecard.ts';
import { number, type Words } from './words.ts';
import { COLOUR_RULES } from './colour.ts';
import { NAMES } from './names.ts';

/** Where an indicator would have to stand. */
export interface Change {
  readonly name: IndicatorName;
  /** 0…1 */
  readonly u: number;
}

/**
 * What would bring the score to `target` (default: green), by points to be won. Only what better
 * service can mend is asked for; what people say of us follows. An indicator that suffices alone is
 * asked for no more than the target needs: `u* = u + (T−S)·Σw/(100·w)`. Where none suffices, the
 * dearest are taken until the target is reached, the last one only as far as needed. At or above the
 * target every loss is listed with all of its points.
 */
export function mend(
  indicators: readonly Indicator[],
  target: number = COLOUR_RULES.greenFrom.score,
): RetentionReport['mend'] {
  const { score: now, observed } = score(indicators);
  if (now === null) return [];
  const losing = indicators
    .filter(({ pointsLost, line }) => line.actionable && (pointsLost ?? 0) > 0)
    .toSorted((a, b) => (b.pointsLost ?? 0) - (a.pointsLost ?? 0));
  if (now >= target) return losing.map((each) => proposal(each, 1, each.pointsLost ?? 0, { en: '', zh: '' }));
  const plan = greedy(losing, target - now, observed);
  const reached = replay(indicators, plan) ?? now;
  return losing.flatMap((each) => {
    const needed = neededUnit(each, target - now, observed);
    const step = plan.find(({ name }) => name === each.name);
    if (step === undefined && needed > 1) return [];
    const u = step === undefined ? needed : step.u;
    const points = (100 * each.weight * (u - (each.u ?? 0))) / observed;
    return [proposal(each, u, points, role(needed <= 1, step === undefined ? null : plan.length, reached, target))];
  });
}

/** The score if some indicators stood elsewhere and all else stayed: the same pipeline, run again. */
export function replay(indicators: readonly Indicator[], changes: readonly Change[]): number | null {
  const changed = indicators.map((each) => {
    const change = changes.find(({ name }) => name === each.name);
    return change === undefined || each.u === null ? each : { ...each, u: change.u };
  });
  return score(changed).score;
}

/** The `u` that alone lifts the score by `points`; above 1 it cannot. */
export function neededUnit({ u, weight }: Indicator, points: number, observed: number): number {
  return (u ?? 0) + (points * observed) / (100 * weight);
}

function greedy(losing: readonly Indicator[], points: number, observed: number): Change[] {
  const plan: Change[] = [];
  let owed = points;
  for (const each of losing) {
    if (owed <= 0) break;
    const u = Math.min(1, neededUnit(each, owed, observed));
    owed -= (100 * each.weight * (u - (each.u ?? 0))) / observed;
    // Rounding must not leave a thousandth of a point to be asked of yet another indicator.
    if (owed < 1e-9) owed = 0;
    plan.push({ name: each.name, u });
  }
  return plan;
}

function role(alone: boolean, together: number | null, reached: number, target: number): Words {
  const goal = number(target);
  if (alone) return { en: ` Alone enough for ${goal}.`, zh: `仅此一项即可达到 ${goal} 分。` };
  if (reached >= target - 1e-6) {
    return {
      en: ` Together (${together} indicators) enough for ${goal}.`,
      zh: `${together} 项合计可达到 ${goal} 分。`,
    };
  }
  return {
    en: ` All of them together reach ${number(reached)}, not ${goal}.`,
    zh: `全部改善后为 ${number(reached)} 分，仍不足 ${goal} 分。`,
  };
}

function proposal(indicator: Indicator, u: number, points: number, tail: Words): RetentionReport['mend'][number] {
  const { good, bad, value, unit, name } = indicator;
  const wanted = bad + u * (good - bad);
  const measure = unit === 'points' || unit === 'ratio' || unit === 'z' ? '' : ` ${unit}`;
  const from = `${number(value ?? 0, 2)}${measure}`;
  const to = `${number(wanted, 2)}${measure}`;
  const label = NAMES[name];
  return {
    name,
    points,
    sentence: {
      en: `${label.en}: from ${from} to ${to} wins ${points.toFixed(2)} points.${tail.en}`,
      zh: `${label.zh}：由 ${from} 改善到 ${to}，可挽回 ${points.toFixed(2)} 分。${tail.zh}`,
    },
  };
}
