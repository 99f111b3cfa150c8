import {
  type Clock,
  type FrozenPlan,
  type Incident,
  instantMillis,
  instantText,
  type Millis,
  type Page,
  type PlanStep,
  type Recipient,
} from '@keepsite/edge-contract';
import type { Draft } from './draft.ts';

type Step = FrozenPlan['steps'][number];

/** A step this late is only taken when it is the highest that is due: nobody is paged for the ones below. */
const GRACE_MS = 5_000;

const ACCEPTED = new Set(['accepted', 'delivered', 'seen']);

/** Does the step still apply? */
const HOLDS: Record<PlanStep['when'], (incident: Incident) => boolean> = {
  always: () => true,
  open: (incident) => incident.response === 'open',
  not_on_site: (incident) => incident.response === 'open' || incident.response === 'acknowledged',
  not_answered: (incident) => HOLDS.not_on_site(incident) && incident.clocks.some(isUnanswered),
  not_accepted: (incident) => incident.response === 'open' && !incident.pages.some(isAccepted),
};

function isUnanswered({ term, metAt, verdict }: Clock): boolean {
  return term === 'acknowledge' && metAt === null && (verdict === 'running' || verdict === 'breached');
}

/** A contractor who takes an order is nobody who answers the alarm. */
function isAccepted({ state, about }: Page): boolean {
  return about === undefined && ACCEPTED.has(state);
}

/**
 * Takes every step of the ladder that is due. After an outage only the highest overdue step pages;
 * the ones below it are written down as skipped. A step with nobody to page is skipped aloud, whom the
 * plan alerts hears of it, and the next one is taken at once.
 */
export function climb(draft: Draft, now: Millis): void {
  const highest = highestDue(draft.incident, now);
  for (let next = draft.incident.next; next && instantMillis(next.at) <= now; next = draft.incident.next) {
    if (!take(draft, next.step, { at: instantMillis(next.at), now, highest })) escalate(draft, now);
  }
}

/** Takes the next step before its time; false when the plan has none left that can page somebody. */
export function escalate(draft: Draft, now: Millis): boolean {
  const steps = draft.incident.plan?.steps ?? [];
  while (draft.incident.stepsDone < steps.length) {
    const index = draft.incident.stepsDone;
    if (take(draft, index, { at: now, now, highest: index })) return true;
  }
  return false;
}

/** Pages everybody again whom the ladder had reached: nobody has it any more. `except` gave it back. */
export function pageAnew(draft: Draft, now: Millis, except: string): void {
  const reached = draft.incident.plan?.steps.slice(0, draft.incident.stepsDone) ?? [];
  const index = reached.findLastIndex((step) => step.to.length > 0);
  if (index < 0) return;
  const all = reached.flatMap((step) => step.to);
  const others = all.filter((to) => to.person !== except);
  draft.system({ kind: 'step', step: index, skipped: false, reason: 'released' }, now);
  page(draft, index, others.length > 0 ? others : all, now);
}

/** Tells those whom the ladder had reached, or of them only who has it, that there is more to it than they know. */
export function pageNews(draft: Draft, now: Millis, reason: string): void {
  const { plan, responder, stepsDone } = draft.incident;
  const reached = plan?.steps.slice(0, stepsDone) ?? [];
  const index = reached.findLastIndex((step) => step.to.length > 0);
  if (index < 0) return;
  const all = reached.flatMap((step) => step.to);
  const whoHasIt = all.filter(({ person }) => person === responder);
  draft.system({ kind: 'step', step: index, skipped: false, reason }, now);
  page(draft, index, whoHasIt.length > 0 ? whoHasIt : all, now);
}

interface When {
  /** When the step was due. */
  readonly at: Millis;
  readonly now: Millis;
  /** The highest step that is due. */
  readonly highest: number;
}

/** True unless the step should have paged somebody and there is nobody. */
function take(draft: Draft, index: number, { at, now, highest }: When): boolean {
  const step = draft.incident.plan?.steps[index];
  if (!step) return true;
  const holds = HOLDS[step.when](draft.incident);
  const nobody = holds && step.page.length > 0 && step.to.length === 0;
  const overdue = index < highest && now - at > GRACE_MS;
  const reason = nobody ? (step.nobody ?? 'nobody to page') : whyNot({ holds, overdue }, draft.incident);
  draft.system({ kind: 'step', step: index, skipped: reason !== null, reason }, now);
  if (holds && step.release) release(draft, step, now);
  if (reason === null) page(draft, index, step.to, now);
  if (nobody) page(draft, index, draft.incident.plan?.alert ?? [], now);
  return !nobody;
}

function whyNot(is: { holds: boolean; overdue: boolean }, incident: Incident): string | null {
  if (!is.holds) return incident.response === 'open' ? 'a channel accepted a page' : incident.response;
  return is.overdue ? 'overdue' : null;
}

/** Takes the claim, not the history: somebody else may acknowledge now. */
function release(draft: Draft, step: Step, now: Millis): void {
  const { responder, response } = draft.incident;
  if (response !== 'acknowledged' || !responder) return;
  draft.system({ kind: 'released', responder, reason: releasedBecause(step) }, now);
}

/** The evidence holds one sentence: of a note in two languages neither would do for everybody, and every page knows this one. */
function releasedBecause({ note }: Step): string {
  return typeof note === 'string' ? note : 'not on site in time';
}

function page(draft: Draft, step: number, to: readonly Recipient[], now: Millis): void {
  const { id, rounds } = draft.incident;
  const unique = new Map(
    to.map((recipient) => [`${id}.${step}.${rounds}.${recipient.person}.${recipient.channel}`, recipient]),
  );
  for (const [pageId, recipient] of unique) {
    draft.system(
      {
        kind: 'paged',
        page: {
          id: pageId,
          step,
          to: recipient,
          channel: recipient.channel,
          state: 'queued',
          at: instantText(now),
          possibleDuplicate: false,
          reason: null,
        },
      },
      now,
    );
  }
}

/** Judged before any of them is taken: a step that releases does not make the ones below it hold again. */
function highestDue(incident: Incident, now: Millis): number {
  const t0 = instantMillis(incident.ladderFrom);
  const steps = incident.plan?.steps ?? [];
  return steps.findLastIndex((step) => t0 + step.afterSeconds * 1000 <= now && HOLDS[step.when](incident));
}
