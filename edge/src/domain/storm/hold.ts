import {
  type Actor,
  type Clock,
  type Incident,
  type IncidentChange,
  instantMillis,
  instantText,
  type Millis,
} from '@keepsite/edge-contract';
import type { Decision } from '../draft.ts';
import { Draft, SYSTEM } from '../draft.ts';
import { climb, pageNews } from '../ladder.ts';
import type { Holding } from './scene.ts';

type Text = Holding['text'];

/** Holds an incident back from now on, or for another reason than until now. */
export function holdBack(incident: Incident, holding: Holding, now: Millis): Decision {
  const draft = new Draft(incident, incident.id, incident.edge);
  hold(draft, holding, now);
  return draft.decision();
}

/**
 * The same for an incident in the making. Pages that nobody has been sent are taken back. Its clocks run
 * on, because the promise to the client does; only announced maintenance excludes them.
 */
export function hold(draft: Draft, { until: ends, ...holding }: Holding, now: Millis): void {
  const { reason } = holding;
  const until = ends === null ? null : instantText(ends);
  draft.system({ kind: 'held', ...holding, until }, now);
  withdraw(draft, `held: ${reason}`, now);
  if (reason === 'maintenance') excludeClocks(draft, now);
}

/** Clocks that begin within announced maintenance promise nothing: they are excluded, never met. */
export function excludeClocks(draft: Draft, now: Millis): void {
  const { hold: held, clocks } = draft.incident;
  const reason = `maintenance ${held?.by ?? ''}`.trim();
  for (const { term } of clocks.filter(({ verdict }) => verdict === 'running'))
    draft.system({ kind: 'clock', term, verdict: 'excluded', metAt: null, proof: null, reason }, now);
}

/** Why an incident is let out, in a word and for the page. */
export interface Why {
  readonly reason: string;
  readonly text: Text;
}

/**
 * Lets an incident out: it pages for itself from now on, the highest step that is due, or again those whom
 * its ladder had reached. `tells`: what it says of those that follow it.
 */
export function letOut(incident: Incident, why: Why, now: Millis, tells: IncidentChange | null = null): Decision {
  const draft = new Draft(incident, incident.id, incident.edge);
  release(draft, why.reason, now);
  unhold(draft, why, now);
  if (tells) draft.system(tells, now);
  const before = draft.incident.pages.length;
  climb(draft, now);
  if (draft.incident.pages.length === before && draft.incident.response === 'open') pageNews(draft, now, why.reason);
  return draft.decision();
}

/** The same without the page, for whoever goes on with the incident. */
export function unhold(draft: Draft, { reason, text }: Why, now: Millis, by: Actor = SYSTEM): void {
  const excluded = draft.incident.hold?.reason === 'maintenance';
  const clocks = excluded ? restarted(draft.incident, now) : [];
  draft.add({ kind: 'unheld', reason, text, clocks }, by, now);
}

/** From what held it until now to an incident that leads it from now on. */
export function passOn(incident: Incident, why: Why, holding: Holding, now: Millis): Decision {
  const draft = new Draft(incident, incident.id, incident.edge);
  release(draft, why.reason, now);
  if (draft.incident.hold?.reason === 'maintenance') unhold(draft, why, now);
  hold(draft, holding, now);
  return draft.decision();
}

/** Nobody has to look at it any more: it was over before its maintenance was. */
export function closeHeld(incident: Incident, reason: string, now: Millis): Decision {
  const draft = new Draft(incident, incident.id, incident.edge);
  draft.system({ kind: 'closed', reason }, now);
  return draft.decision();
}

/** Takes a claim back that was made through another incident. */
export function releaseFrom(incident: Incident, reason: string, now: Millis): Decision {
  const draft = new Draft(incident, incident.id, incident.edge);
  release(draft, reason, now);
  return draft.decision();
}

/** Nobody has it any more who took it only because he had taken another one. */
function release(draft: Draft, reason: string, now: Millis): void {
  const claim = claimThrough(draft.incident);
  if (claim) draft.system({ kind: 'released', reason, ...claim }, now);
}

/** Who has an incident because he has taken another one, and which; null: nobody has it for that. */
export function claimThrough({ response, responder, timeline }: Incident): Claim | null {
  if ((response !== 'acknowledged' && response !== 'on_site') || responder === null) return null;
  const through = timeline.findLast(({ kind }) => kind === 'acknowledged')?.detail['through'];
  return typeof through === 'string' ? { responder, through } : null;
}

interface Claim {
  readonly responder: string;
  readonly through: string;
}

function withdraw(draft: Draft, reason: string, now: Millis): void {
  for (const { id } of draft.incident.pages.filter(({ state, about }) => state === 'queued' && !about))
    draft.system({ kind: 'page', page: id, state: 'withdrawn', reason, possibleDuplicate: false }, now);
}

/** What somebody has done meanwhile is done: only promises that are still owed begin anew. */
function restarted({ clocks, response, plan }: Incident, now: Millis) {
  const done = DONE[response] ?? [];
  return clocks.flatMap(({ term, verdict }) => {
    const seconds = plan?.terms[term];
    if (verdict !== 'excluded' || seconds === undefined || done.includes(term)) return [];
    const dueAt = instantText(now + seconds * 1000);
    return [{ term, startedAt: instantText(now), dueAt, metAt: null, verdict: 'running' as const, proof: null }];
  });
}

const DONE: Partial<Record<Incident['response'], readonly Clock['term'][]>> = {
  acknowledged: ['acknowledge'],
  on_site: ['acknowledge', 'on_site'],
};

/** When what explained others was over; null: it is not. */
export function overAt({ condition, response, resolvedAt, closedAt, timeline }: Incident): Millis | null {
  const cleared =
    condition === 'cleared'
      ? timeline.findLast(({ kind, detail }) => kind === 'condition' && detail['condition'] === 'cleared')?.at
      : undefined;
  const answered = response === 'resolved' ? resolvedAt : closedAt;
  const ends = [cleared, answered].flatMap((at) => (at === null || at === undefined ? [] : [instantMillis(at)]));
  return ends.length === 0 ? null : Math.min(...ends);
}
