import { type Clock, type Incident, instantMillis, instantText, type Millis, type Term } from '@keepsite/edge-contract';
import type { CommandInHand } from './command-in-hand.ts';
import type { Draft } from './draft.ts';

/** On site at exactly the due instant is met, so a term is breached only after it. */
export function expire(draft: Draft, now: Millis): void {
  for (const clock of draft.incident.clocks) {
    const due = instantMillis(clock.dueAt);
    if (clock.verdict === 'running' && now > due) {
      draft.system({ kind: 'clock', term: clock.term, verdict: 'breached', metAt: null, proof: null }, due);
    }
  }
}

export function isRunning({ verdict }: Clock): boolean {
  return verdict === 'running';
}

/** Stops a clock: met in time, or breached with the time noted; a verdict that stands is only adjusted. */
export function meet(inHand: CommandInHand, term: Term): void {
  const { draft, command, at, by } = inHand;
  const clock = clockOf(draft.incident, term);
  if (!clock || (clock.verdict !== 'running' && clock.verdict !== 'breached')) return;
  const inTime = at <= instantMillis(clock.dueAt);
  if (clock.verdict === 'breached' && inTime) return adjust(inHand, term);
  if (clock.metAt) return;
  if (clock.verdict === 'running') expireFirst(draft, clock, at);
  const verdict = inTime ? 'met' : 'breached';
  draft.add({ kind: 'clock', term, verdict, metAt: instantText(at), proof: command.proof }, by, at);
}

/** An order that was in time but arrived after the breach: the breach event stands, the verdict changes. */
export function adjust({ draft, at, by }: CommandInHand, term: Term): void {
  const clock = clockOf(draft.incident, term);
  if (clock?.verdict !== 'breached' || at > instantMillis(clock.dueAt)) return;
  const metAt = instantText(at);
  const reason = `ordered in time at ${metAt}, heard of after the breach had been recorded`;
  draft.add({ kind: 'adjusted', term, verdict: 'met', metAt, reason }, by, at);
}

function clockOf(incident: Incident, term: Term): Clock | undefined {
  return incident.clocks.find((candidate) => candidate.term === term);
}

/** The breach is written at its own instant even when nobody ticked between it and this command. */
function expireFirst(draft: Draft, clock: Clock, at: Millis): void {
  const due = instantMillis(clock.dueAt);
  if (at > due) draft.system({ kind: 'clock', term: clock.term, verdict: 'breached', metAt: null, proof: null }, due);
}
