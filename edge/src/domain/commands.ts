import {
  type Actor,
  type Command,
  type Incident,
  instantMillis,
  type Millis,
  type Page,
  type Presence,
} from '@keepsite/edge-contract';
import type { CommandInHand } from './command-in-hand.ts';
import type { Decision, Draft } from './draft.ts';
import { isOpen, isOver } from './incident-state.ts';
import { climb, escalate, pageAnew } from './ladder.ts';
import { answersAppointment, arrange, fixedWord } from './repair/repair-commands.ts';
import { refusedToContractor } from './spending/contractor-word.ts';
import { ORDER_COMMANDS } from './spending/order-commands.ts';
import { unhold } from './storm/hold.ts';
import { adjust, expire, isRunning, meet } from './verdicts.ts';

const ORDERED = { en: 'Taken out of what held it', zh: '已人工恢复通知' };

/** A command counts from the instant that edge or cloud first had it, never before T0 nor after now. */
export function carryOut(draft: Draft, command: Command, now: Millis): Decision {
  const at = Math.max(instantMillis(draft.incident.openedAt), Math.min(instantMillis(command.receivedAt), now));
  const by: Actor = { kind: 'person', id: command.responder, via: command.via };
  const { response } = draft.incident;
  const refused =
    refusedToContractor(draft.incident, command) ?? COMMANDS[command.verb]({ draft, command, at, now, by });
  withdrawAnswered(draft, response, now);
  return draft.decision(refused);
}

/** One function a verb; it answers why it refuses, or null. */
const COMMANDS: Record<Command['verb'], (inHand: CommandInHand) => string | null> = {
  acknowledge(inHand) {
    const { draft, command, by, at } = inHand;
    if (draft.incident.response !== 'open') {
      adjust(inHand, 'acknowledge');
      return draft.incident.responder ? refusal(draft, `${draft.incident.responder} has it already`) : over(draft);
    }
    draft.add({ kind: 'acknowledged', responder: command.responder, ...said(command, draft.incident) }, by, at);
    if (!answersAppointment(draft.incident)) meet(inHand, 'acknowledge');
    return null;
  },
  arrive(inHand) {
    const { draft, command, by, at } = inHand;
    const there = draft.incident.response === 'on_site' && (command.proof === 'declared' || isProved(draft.incident));
    if (there || !isOpen(draft.incident)) {
      if (command.proof === 'verified' || draft.incident.plan?.proof !== 'verified') meet(inHand, 'on_site');
      return there ? refusal(draft, 'somebody is already on site') : over(draft);
    }
    if (draft.incident.response === 'open') COMMANDS.acknowledge(inHand);
    // Who is there needs no appointment any more.
    if (answersAppointment(draft.incident)) meet(inHand, 'acknowledge');
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
    if (draft.incident.plan?.proof !== 'verified' || command.proof === 'verified') meet(inHand, 'on_site');
    return null;
  },
  resolve(inHand) {
    const { draft, command, by, at } = inHand;
    if (!isOpen(draft.incident)) return over(draft);
    // Who resolves it says that he is there: without this a repair from the chair would run out the clock.
    if (draft.incident.response !== 'on_site' || command.proof === 'verified') COMMANDS.arrive(inHand);
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
    meet(inHand, 'resolve');
    clearReports(inHand);
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
    // What was broken before it was cancelled stays broken, though nobody has looked since.
    expire(draft, at);
    draft.add({ kind: 'cancelled', reason: command.note }, by, at);
    for (const { term } of draft.incident.clocks.filter(isRunning))
      draft.add({ kind: 'clock', term, verdict: 'excluded', metAt: null, proof: null }, by, at);
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
  arrange(inHand) {
    const refused = arrange(inHand);
    if (refused === null) meet(inHand, 'acknowledge');
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

/** What a person reported ends when a person resolves it: no sensor will ever clear it. */
function clearReports({ draft, by, at }: CommandInHand): void {
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
