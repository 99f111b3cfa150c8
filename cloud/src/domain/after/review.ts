import type { ActionLine, IncidentReview, ReviewVersion } from '@keepsite/cloud-contract';
import type { IncidentFacts } from '../facts.ts';

/** Whether an incident has to be reviewed: it was critical, or broke a promise, and was nobody's exercise. */
export function isReviewRequired(
  incident: Pick<IncidentFacts, 'severity' | 'clocks' | 'response' | 'simulated'> & {
    readonly drill?: boolean | undefined;
  },
): boolean {
  if (incident.response === 'cancelled' || incident.simulated || incident.drill === true) return false;
  return incident.severity === 'critical' || hasBreached(incident);
}

export function hasBreached({ clocks }: Pick<IncidentFacts, 'clocks'>): boolean {
  return clocks.some(({ verdict }) => verdict === 'breached');
}

/** The state of a review is that of its newest version. */
export function reviewState(newest: Pick<ReviewVersion, 'state'> | undefined): IncidentReview['state'] {
  return newest?.state ?? 'missing';
}

/** An action is overdue when its day has passed and it is not done; `today` is a civil date. */
export function actionLines(incident: string, review: Pick<ReviewVersion, 'actions'>, today: string): ActionLine[] {
  return review.actions.map((action) => ({
    ...action,
    incident,
    overdue: action.doneAt === null && action.due < today,
  }));
}
