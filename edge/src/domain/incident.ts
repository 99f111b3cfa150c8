import {
  type Actor,
  type Command,
  type FrozenPlan,
  type Incident,
  type IncidentChange,
  instantMillis,
  type Millis,
  type PageState,
} from '@keepsite/edge-contract';
import type { Breach } from './breach.ts';
import type { Doubt } from './clock-start.ts';
import { carryOut } from './commands.ts';
import { type Decision, Draft } from './draft.ts';
import { isOpen, isOver, isWorse } from './incident-state.ts';
import { climb } from './ladder.ts';
import { clocksFrom, type Opening, openedChange } from './opening.ts';
import { excludeClocks, hold, unhold } from './storm/hold.ts';
import { ordersDueAt, ordersTick } from './spending/settle-orders.ts';
import { expire, isRunning } from './verdicts.ts';

/** What may happen to an incident that exists. */
export type Input =
  | {
      readonly kind: 'breach';
      readonly breach: Breach;
      /** The plan for the breach's severity; looked at when that is worse than the incident's. */
      readonly plan?: FrozenPlan | null;
    }
  | { readonly kind: 'command'; readonly command: Command }
  | {
      readonly kind: 'page';
      readonly page: string;
      readonly state: PageState;
      readonly reason: string | null;
      readonly possibleDuplicate: boolean;
    }
  /** Nobody knows how much time has passed since the edge last wrote something down. */
  | { readonly kind: 'doubt'; readonly doubt: Doubt }
  | { readonly kind: 'tick' };

/** A resolved incident whose condition has cleared is closed this long after it was resolved. */
export const CLOSE_AFTER_MS = 10 * 60_000;

/** The first facts of an incident: that it was opened, and the first step of its ladder. */
export function open(opening: Opening, now: Millis): Decision {
  const draft = new Draft(null, opening.id, opening.edge);
  draft.add(openedChange(opening), opening.by, opening.at);
  if (opening.holding) hold(draft, opening.holding, now);
  climb(draft, now);
  return draft.decision();
}

/**
 * Decides what an input means for an incident. Pure: the same incident, input and `now` give the
 * same facts; folding them in order gives the next incident. Promises of it: a breach of a term
 * stands for ever; the first acknowledgement wins; sensors move the condition, never the response.
 */
export function decide(incident: Incident, input: Input, now: Millis): Decision {
  const draft = new Draft(incident, incident.id, incident.edge);
  if (input.kind === 'command') return carryOut(draft, input.command, now);
  if (input.kind === 'breach') state(draft, input, now);
  if (input.kind === 'page') pageMoved(draft, input, now);
  if (input.kind === 'doubt') doubtful(draft, input.doubt, now);
  if (input.kind === 'tick') tick(draft, now);
  return draft.decision();
}

/** When the incident next needs a tick; null: never again. */
export function dueAt(incident: Incident): Millis | null {
  if (isOver(incident)) return null;
  const running = incident.clocks
    .filter((clock) => clock.verdict === 'running')
    .map((clock) => instantMillis(clock.dueAt) + 1);
  const close = closesAt(incident);
  const order = ordersDueAt(incident);
  const all = [
    ...running,
    ...(order === null ? [] : [order]),
    ...(incident.next ? [instantMillis(incident.next.at)] : []),
    ...(close === null ? [] : [close]),
  ];
  return all.length === 0 ? null : Math.min(...all);
}

// ------------------------------------------------------------------------------------ sensors

function state(draft: Draft, { breach, plan = null }: Input & { kind: 'breach' }, now: Millis): void {
  if (breach.state === 'raised') upgrade(draft, breach, plan, now);
  const { incident } = draft;
  const by: Actor = { kind: 'sensor', id: breach.device ?? breach.source };
  const known = incident.activeSources.includes(breach.source);
  if (breach.state === 'raised') {
    if (known && incident.condition === 'active') return;
    if (known) return draft.add(condition('active', breach), by, now);
    const occurrences = incident.occurrences + (incident.condition === 'active' ? 0 : 1);
    return draft.add({ kind: 'occurred', source: breach.source, occurrences }, by, now);
  }
  if (!known) return;
  if (breach.state === 'no_data') {
    if (incident.condition !== 'no_data') draft.add(condition('no_data', breach), by, now);
    return;
  }
  const last = incident.activeSources.length === 1;
  draft.add(condition(last ? 'cleared' : incident.condition, breach), by, now);
}

/** A test that turns real, a warning that turns into an alarm: the clocks start now, not at the harmless beginning. */
function upgrade(draft: Draft, breach: Breach, plan: FrozenPlan | null, now: Millis): void {
  if (!isWorse(breach.severity, draft.incident.severity) || !isOpen(draft.incident)) return;
  const { severity, source } = breach;
  const by: Actor = { kind: 'sensor', id: breach.device ?? source };
  draft.add({ kind: 'upgraded', severity, source, plan, clocks: clocksFrom(now, plan?.terms ?? {}) }, by, now);
  stayHeldOnlyByMaintenance(draft, now);
  climb(draft, now);
}

/** What it was held for was something milder; announced maintenance covers whatever becomes of it. */
function stayHeldOnlyByMaintenance(draft: Draft, now: Millis): void {
  const { hold: held } = draft.incident;
  if (held?.reason === 'maintenance') excludeClocks(draft, now);
  else if (held) unhold(draft, { reason: 'worse', text: WORSE }, now);
}

const WORSE = { en: 'It has become worse', zh: '情况加重' };

function condition(after: Incident['condition'], breach: Breach): IncidentChange {
  return { kind: 'condition', condition: after, source: breach.source, sourceState: breach.state };
}

// ------------------------------------------------------------------------------------ time

/** Breaches before steps: a step's page must already say that the promise is broken. */
function tick(draft: Draft, now: Millis): void {
  expire(draft, now);
  climb(draft, now);
  ordersTick(draft, now);
  const close = closesAt(draft.incident);
  if (close !== null && close <= now) draft.system({ kind: 'closed', reason: 'resolved and cleared' }, close);
}

/** A term that was certainly over before is breached all the same. */
function doubtful(draft: Draft, { since, reason }: Doubt, now: Millis): void {
  for (const { term, verdict, dueAt } of draft.incident.clocks) {
    if (verdict !== 'running' || instantMillis(dueAt) < since) continue;
    draft.system({ kind: 'clock', term, verdict: 'unknown', metAt: null, proof: null, reason }, now);
  }
}

/** What is closed is over: a promise that could still be kept or broken is waited for. */
function closesAt(incident: Incident): Millis | null {
  if (incident.response !== 'resolved' || incident.condition !== 'cleared' || !incident.resolvedAt) return null;
  if (incident.clocks.some(isRunning)) return null;
  return instantMillis(incident.resolvedAt) + CLOSE_AFTER_MS;
}

// ------------------------------------------------------------------------------------ pages

const SETTLED: readonly PageState[] = ['failed', 'withdrawn', 'seen'];

function pageMoved(draft: Draft, input: Input & { kind: 'page' }, now: Millis): void {
  const page = draft.incident.pages.find((candidate) => candidate.id === input.page);
  if (!page || page.state === input.state) return;
  const { state, reason, possibleDuplicate } = input;
  // It was on its way when it was withdrawn, and the person has it.
  const hadLeft = page.state === 'withdrawn' && state === 'accepted';
  if (SETTLED.includes(page.state) && !hadLeft) return;
  draft.system({ kind: 'page', page: page.id, state, reason, possibleDuplicate }, now);
}
