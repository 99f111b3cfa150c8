import {
  type Actor,
  type Clock,
  type Command,
  type FrozenPlan,
  type Incident,
  type IncidentChange,
  instantMillis,
  instantText,
  type Millis,
  type Page,
  type PageState,
  type Presence,
  SEVERITIES,
  type Severity,
  type Term,
} from '@keepsite/edge-contract';
import type { Breach } from './breach.ts';
import type { Doubt } from './clock-start.ts';
import { climb, escalate, pageAnew } from './ladder.ts';
import { type Decision, Draft } from './draft.ts';
import { clocksFrom, type Opening, openedChange } from './opening.ts';
import { excludeClocks, hold, unhold } from './storm/hold.ts';
import { answersAppointment, arrange, fixedWord } from './repair/repair-commands.ts';
import { ORDER_COMMANDS } from './spending/order-commands.ts';
import { ordersDueAt, ordersTick } from './spending/settle-orders.ts';

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

/** One incident at most may be open for an asset and fault, and one drill beside it: this is its key. */
export function openKey({
  asset,
  fault,
  drill,
}: Pick<Incident, 'asset' | 'fault'> & { readonly drill?: boolean | undefined }): string {
  return `${drill ? 'drill\n' : ''}${asset}\n${fault}`;
}

/** People still have to do something about it: this holds the open key. */
export function isOpen(incident: Incident): boolean {
  return incident.response === 'open' || incident.response === 'acknowledged' || incident.response === 'on_site';
}

/** Nothing can change it any more but a late command's adjustment. */
export function isOver(incident: Incident): boolean {
  return incident.response === 'closed' || incident.response === 'cancelled';
}

/** Somebody is still to get this page. */
export function isOwed({ pages }: Pick<Incident, 'pages'>, page: string): boolean {
  return pages.some(({ id, state }) => id === page && state === 'queued');
}

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
  if (input.kind === 'command') return order(draft, input.command, now);
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
const ORDERED = { en: 'Taken out of what held it', zh: '已人工恢复通知' };

/** Whether one severity is worse than another. */
export function isWorse(severity: Severity, than: Severity): boolean {
  return SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(than);
}

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

/** On site at exactly the due instant is met, so a term is breached only after it. */
function expire(draft: Draft, now: Millis): void {
  for (const clock of draft.incident.clocks) {
    const due = instantMillis(clock.dueAt);
    if (clock.verdict === 'running' && now > due) {
      draft.system({ kind: 'clock', term: clock.term, verdict: 'breached', metAt: null, proof: null }, due);
    }
  }
}

function isRunning({ verdict }: Clock): boolean {
  return verdict === 'running';
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

// ------------------------------------------------------------------------------------ people

/** A command counts from the instant that edge or cloud first had it, never before T0 nor after now. */
function order(draft: Draft, command: Command, now: Millis): Decision {
  const at = Math.max(instantMillis(draft.incident.openedAt), Math.min(instantMillis(command.receivedAt), now));
  const by: Actor = { kind: 'person', id: command.responder, via: command.via };
  const { response } = draft.incident;
  const refused = ORDERS[command.verb]({ draft, command, at, now, by });
  withdrawAnswered(draft, response, now);
  return draft.decision(refused);
}

interface Order {
  readonly draft: Draft;
  readonly command: Command;
  readonly at: Millis;
  readonly now: Millis;
  readonly by: Actor;
}

/** One function a verb; it answers why it refuses, or null. */
const ORDERS: Record<Command['verb'], (order: Order) => string | null> = {
  acknowledge(order) {
    const { draft, command, by, at } = order;
    if (draft.incident.response !== 'open') {
      adjust(order, 'acknowledge');
      return draft.incident.responder ? refusal(draft, `${draft.incident.responder} has it already`) : over(draft);
    }
    draft.add({ kind: 'acknowledged', responder: command.responder, ...said(command, draft.incident) }, by, at);
    if (!answersAppointment(draft.incident)) meet(order, 'acknowledge');
    return null;
  },
  arrive(order) {
    const { draft, command, by, at } = order;
    const there = draft.incident.response === 'on_site' && (command.proof === 'declared' || isProved(draft.incident));
    if (there || !isOpen(draft.incident)) {
      if (command.proof === 'verified' || draft.incident.plan?.proof !== 'verified') meet(order, 'on_site');
      return there ? refusal(draft, 'somebody is already on site') : over(draft);
    }
    if (draft.incident.response === 'open') ORDERS.acknowledge(order);
    // Who is there needs no appointment any more.
    if (answersAppointment(draft.incident)) meet(order, 'acknowledge');
    draft.add(
      {
        kind: 'on_site',
        responder: command.responder,
        proof: command.proof,
        ...presence(command),
        ...said(command, draft.incident),
      },
      by,
      at,
    );
    if (draft.incident.plan?.proof !== 'verified' || command.proof === 'verified') meet(order, 'on_site');
    return null;
  },
  resolve(order) {
    const { draft, command, by, at } = order;
    if (!isOpen(draft.incident)) return over(draft);
    // Who resolves it says that he is there: without this a repair from the chair would run out the clock.
    if (draft.incident.response !== 'on_site' || command.proof === 'verified') ORDERS.arrive(order);
    draft.add(
      {
        kind: 'resolved',
        responder: command.responder,
        note: command.note,
        ...fixedWord(command),
        ...said(command, draft.incident),
      },
      by,
      at,
    );
    meet(order, 'resolve');
    clearReports(order);
    return null;
  },
  close({ draft, command, by, at }) {
    if (draft.incident.response !== 'resolved') return refusal(draft, 'only a resolved incident can be closed');
    if (draft.incident.clocks.some(isRunning)) return 'a promise is not decided yet: nobody has proved to be on site';
    draft.add({ kind: 'closed', reason: command.note }, by, at);
    return null;
  },
  cancel({ draft, command, by, at }) {
    if (isOver(draft.incident)) return over(draft);
    if (!command.note) return 'a reason is needed to cancel';
    draft.add({ kind: 'cancelled', reason: command.note }, by, at);
    for (const clock of draft.incident.clocks) {
      if (clock.verdict === 'running') {
        draft.add({ kind: 'clock', term: clock.term, verdict: 'excluded', metAt: null, proof: null }, by, at);
      }
    }
    return null;
  },
  note({ draft, command, by, at }) {
    if (command.photo) {
      const { photo, commandId: id, note: caption } = command;
      draft.add({ kind: 'photo', id, ...photo, caption, ...said(command, draft.incident) }, by, at);
      return null;
    }
    if (!command.note) return 'a note needs a text';
    draft.add({ kind: 'noted', text: command.note, ...said(command, draft.incident) }, by, at);
    return null;
  },
  release({ draft, command, by, at, now }) {
    if (draft.incident.response !== 'acknowledged') return refusal(draft, 'only an acknowledgement can be released');
    draft.add(
      {
        kind: 'released',
        responder: draft.incident.responder ?? command.responder,
        reason: command.note ?? 'released',
      },
      by,
      at,
    );
    if (!draft.incident.hold) pageAnew(draft, now, command.responder);
    return null;
  },
  handover({ draft, command, by, at }) {
    if (!command.to) return 'a handover needs somebody to hand over to';
    if (!isOpen(draft.incident)) return over(draft);
    draft.add(
      { kind: 'handed_over', from: draft.incident.responder, responder: command.to, reason: command.note },
      by,
      at,
    );
    return null;
  },
  escalate({ draft, now, by }) {
    if (!isOpen(draft.incident)) return over(draft);
    if (draft.incident.hold) return takeOut(draft, by, now);
    return escalate(draft, now) ? null : 'the plan has no further step';
  },
  arrange(order) {
    const refused = arrange(order);
    if (refused === null) meet(order, 'acknowledge');
    return refused;
  },
  ...ORDER_COMMANDS,
};

/** Nobody has said anything of an incident before there was one, whatever a phone's clock has it. */
function said({ saidAt }: Command, { openedAt }: Incident): Pick<Command, 'saidAt'> {
  return saidAt === undefined ? {} : { saidAt: saidAt < openedAt ? openedAt : saidAt };
}

function presence({ proofBy, proofNote }: Command): Presence {
  return { ...(proofBy && { proofBy }), ...(proofNote && { proofNote }) };
}

/** Somebody was there, and it was verified. */
function isProved({ timeline }: Incident): boolean {
  return timeline.some(({ kind, detail }) => kind === 'on_site' && detail['proof'] === 'verified');
}

/** Somebody says that what was held is a matter of its own: it is paged at once. */
function takeOut(draft: Draft, by: Actor, now: Millis): null {
  const before = draft.incident.pages.length;
  unhold(draft, { reason: 'escalated', text: ORDERED }, now, by);
  climb(draft, now);
  if (draft.incident.pages.length === before) escalate(draft, now);
  return null;
}

function refusal(draft: Draft, reason: string): string {
  return `${reason} (${draft.incident.response})`;
}

function over(draft: Draft): string {
  return `the incident is already ${draft.incident.response}`;
}

/** Stops a clock: met in time, or breached with the time noted; a verdict that stands is only adjusted. */
function meet(order: Order, term: Term): void {
  const { draft, command, at, by } = order;
  const clock = clockOf(draft.incident, term);
  if (!clock || (clock.verdict !== 'running' && clock.verdict !== 'breached')) return;
  const inTime = at <= instantMillis(clock.dueAt);
  if (clock.verdict === 'breached' && inTime) return adjust(order, term);
  if (clock.metAt) return;
  if (clock.verdict === 'running') expireFirst(draft, clock, at);
  const verdict = inTime ? 'met' : 'breached';
  draft.add({ kind: 'clock', term, verdict, metAt: instantText(at), proof: command.proof }, by, at);
}

/** An order that was in time but arrived after the breach: the breach event stands, the verdict changes. */
function adjust({ draft, at, by }: Order, term: Term): void {
  const clock = clockOf(draft.incident, term);
  if (clock?.verdict !== 'breached' || at > instantMillis(clock.dueAt)) return;
  const metAt = instantText(at);
  const reason = `ordered in time at ${metAt}, heard of after the breach had been recorded`;
  draft.add({ kind: 'adjusted', term, verdict: 'met', metAt, reason }, by, at);
}

function clockOf(incident: Incident, term: Term): Clock | undefined {
  return incident.clocks.find((candidate) => candidate.term === term);
}

/** The breach is written at its own instant even when nobody ticked between it and this order. */
function expireFirst(draft: Draft, clock: Clock, at: Millis): void {
  const due = instantMillis(clock.dueAt);
  if (at > due) draft.system({ kind: 'clock', term: clock.term, verdict: 'breached', metAt: null, proof: null }, due);
}

/** What a person reported ends when a person resolves it: no sensor will ever clear it. */
function clearReports({ draft, by, at }: Order): void {
  for (const source of draft.incident.activeSources.filter((candidate) => candidate.startsWith('person:'))) {
    const last = draft.incident.activeSources.length === 1;
    const condition = last ? 'cleared' : draft.incident.condition;
    draft.add({ kind: 'condition', condition, source, sourceState: 'cleared' }, by, at);
  }
}

/** How far an answer goes: a further one makes the ladder's pages that have not left yet needless. */
const ANSWERS: readonly Incident['response'][] = ['open', 'acknowledged', 'on_site', 'resolved', 'closed', 'cancelled'];

/** Nobody is paged any more for a step that somebody has answered. */
function withdrawAnswered(draft: Draft, before: Incident['response'], now: Millis): void {
  const { response, pages } = draft.incident;
  if (ANSWERS.indexOf(response) <= ANSWERS.indexOf(before)) return;
  for (const page of pages.filter(isLaddersAndQueued)) {
    draft.system({ kind: 'page', page: page.id, state: 'withdrawn', reason: response, possibleDuplicate: false }, now);
  }
}

/** What is ordered of a contractor is owed all the same. */
function isLaddersAndQueued({ state, about }: Page): boolean {
  return state === 'queued' && about === undefined;
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
