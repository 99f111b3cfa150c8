import type { FrozenPlan, Recipient, Repair, RepairSettings, ResponseBook } from '@keepsite/edge-contract';
import { hasSkills } from './addresses.ts';
import { freezePlan, type Occasion, servingAll } from './freeze.ts';

/** The published standard: urgent water and power answered within half an hour, the rest arranged within a day. */
const ANSWER_MINUTES = 30;
const ARRANGE_HOURS = 24;
/** What a ladder without a promise to answer is measured by. */
const USUAL_ANSWER_SECONDS = 120;

/** Seconds until a repair must be answered (urgent) or arranged (ordinary). */
export function answerSeconds({ urgency }: Pick<Repair, 'urgency'>, settings: RepairSettings | undefined): number {
  if (urgency === 'urgent') return (settings?.urgentAnswerMinutes ?? ANSWER_MINUTES) * 60;
  return (settings?.ordinaryArrangeHours ?? ARRANGE_HOURS) * 3_600;
}

/**
 * Who answers a repair, and by when. The people are those of a major fault of that asset, or of the plan that
 * the settings name; the ladder is theirs, stretched so that its promise to answer becomes the repair's, and
 * it climbs until that promise is kept. Nothing of it releases a claim or orders by itself. A category's skill
 * narrows whom it pages, as long as somebody is left. Null where no plan serves.
 */
export function freezeRepairPlan(
  book: ResponseBook,
  occasion: Omit<Occasion, 'severity'>,
  repair: Pick<Repair, 'urgency' | 'category'>,
  settings: RepairSettings | undefined,
): FrozenPlan | null {
  const named = book.plans.find(({ id }) => id === settings?.plan);
  const plans = named ? [servingAll(named, 'major')] : book.plans;
  const plan = freezePlan({ ...book, plans }, { ...occasion, severity: 'major' });
  if (!plan) return null;
  const { repeatEverySeconds: _repeats, ...kept } = plan;
  const answer = answerSeconds(repair, settings);
  const stretch = answer / (plan.terms.acknowledge ?? USUAL_ANSWER_SECONDS);
  const skill = settings?.categories[repair.category]?.skill;
  return {
    ...kept,
    terms: { acknowledge: answer },
    steps: plan.steps
      .filter(({ page }) => page.length > 0)
      .map(({ dispatch: _orders, ...step }) => ({
        ...step,
        afterSeconds: Math.round(step.afterSeconds * stretch),
        when: 'not_answered' as const,
        release: false,
        to: skilled(step.to, skill, book),
      })),
  };
}

function skilled(to: readonly Recipient[], skill: string | undefined, { people }: ResponseBook): Recipient[] {
  if (skill === undefined) return [...to];
  const able = new Set(people.filter((person) => hasSkills(person, [skill])).map(({ id }) => id));
  const chosen = to.filter(({ person }) => able.has(person));
  return chosen.length > 0 ? chosen : [...to];
}
