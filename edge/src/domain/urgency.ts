import { type Incident, type Page, SEVERITIES } from '@keepsite/edge-contract';

/** More than any ladder has steps. */
const STEPS = 1_000;

/**
 * How long a page may wait behind others: what has the smaller number leaves first. The worse incident
 * before the milder one; of one incident's ladder the newest step, which reaches those who have not
 * heard yet; and what only says again what somebody was told before, behind everything that is new.
 */
export function urgencyOf(incident: Pick<Incident, 'severity' | 'timeline'>, page: Pick<Page, 'step'>): number {
  const again = isRepeat(incident, page.step) ? SEVERITIES.length : 0;
  return (again + SEVERITIES.indexOf(incident.severity)) * STEPS + (STEPS - 1 - Math.min(page.step, STEPS - 1));
}

/** The ladder's end, told once more. A step that is taken anew because somebody gave the incident back is news. */
function isRepeat({ timeline }: Pick<Incident, 'timeline'>, step: number): boolean {
  const taken = timeline.filter(({ kind, detail }) => kind === 'step' && detail['step'] === step);
  return taken.length > 1 && taken.at(-1)?.detail['reason'] === null;
}
