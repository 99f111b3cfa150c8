import type { Command, Incident } from '@keepsite/edge-contract';
import { SYSTEM } from '../domain/draft.ts';
import { decide } from '../domain/incident.ts';
import { isOpen, openKey } from '../domain/incident-state.ts';
import { type Arrival, announced, arrive } from '../domain/storm/arrival.ts';
import { graceEndsAt, heldUntil, leftBehind } from '../domain/storm/due.ts';
import { EXPLAINED_BACK_MS, explainedNow, holdingBy, mayExplain, newcomerOf } from '../domain/storm/explain.ts';
import { summaryOf } from '../domain/storm/flapping.ts';
import { gathered, tellNews } from '../domain/storm/gather.ts';
import { byWeight, groupedBy } from '../domain/storm/group.ts';
import { closeHeld, holdBack, letOut, passOn, releaseFrom, type Why } from '../domain/storm/hold.ts';
import { through } from '../domain/storm/through.ts';
import type { Newcomer, Scene } from '../domain/storm/scene.ts';
import { membersOf } from '../domain/storm/standing.ts';
import { endOfMaintenance, lastsAfter, calmAgain } from '../domain/storm/words.ts';
import { isSameHold, maintenanceOf } from '../domain/storm/windows.ts';
import type { Desk } from './desk.ts';

/** Decides whether what sensors tell of pages for itself. */
export function arriving(newcomer: Newcomer, desk: Desk): Arrival {
  return arrive(newcomer, desk.tx.cells.raises.get(openKey(newcomer)) ?? [], sceneOf(desk));
}

/** The same for what a person reports. */
export function reported(newcomer: Newcomer, desk: Desk): Arrival {
  return { holding: announced(newcomer, sceneOf(desk)), joining: null };
}

/** What an incident that was just opened means for those that stand. */
export function settleIn(incident: Incident, { joining }: Arrival, desk: Desk): void {
  const scene = sceneOf(desk);
  for (const id of joining?.folded ?? []) {
    const lead = scene.standing.get(id);
    if (joining && lead) desk.tx.record(holdBack(lead, joining.holding, desk.now).facts, desk.now);
  }
  if (!mayExplain(incident.fault)) return;
  const before = scene.standing
    .leads(incident.site, desk.now - EXPLAINED_BACK_MS, desk.now)
    .flatMap((id) => scene.standing.get(id) ?? []);
  for (const explained of explainedNow(incident, before, scene))
    desk.tx.record(holdBack(explained, holdingBy(incident, scene), desk.now).facts, desk.now);
}

/** Time has come for an incident because of others, or for what holds it. */
export function lookAfter(id: string, desk: Desk): void {
  const { live, incidents } = desk.tx.cells;
  const incident = incidents.get(id);
  if (!incident) return;
  if ((heldUntil(incident, live) ?? Infinity) <= desk.now) holdIsOver(incident, desk);
  if ((graceEndsAt(incident, live) ?? Infinity) <= desk.now) letGo(incident, leftBehind(incident, live), desk);
  const head = incidents.get(id);
  if (head && !head.hold) desk.tx.record(tellNews(head, sceneOf(desk)).facts, desk.now);
}

/** Windows were made, ended or moved: what they hold is looked at anew. */
export function windowsChanged(desk: Desk): void {
  for (const { id } of desk.tx.cells.windows()) lookAtHeld([...desk.tx.cells.live.followers(id)], desk);
}

/**
 * An order to an incident that leads others is one to all of them, each by an event of its own. Answers how
 * many it reached. Whoever resolves the one resolves those that are over; what lasts is let out, or has its
 * grace. What was cancelled explains nothing.
 */
export function followOrder(command: Command, head: Incident, desk: Desk): number {
  const { live } = desk.tx.cells;
  switch (command.verb) {
    case 'acknowledge':
    case 'arrive':
    case 'release':
    case 'handover':
      return membersOf(head.id, live).filter((member) => orderThrough(command, member, head, desk)).length;
    case 'resolve': {
      const behind = resolveBehind(command, head, desk);
      goOn(behind.lasting, lastsAfter(head, desk.directory), desk);
      return behind.reached;
    }
    case 'cancel': {
      const behind = cancelBehind(command, head, desk);
      goOn(behind.lasting, lastsAfter(head, desk.directory), desk);
      return behind.reached;
    }
    case 'close':
      letGo(head, leftBehind(head, live), desk);
      return 0;
    default:
      return 0;
  }
}

/** The ladder has taken the claim on an incident back: it has taken it back from what was claimed through it. */
export function releasedWith(head: Incident, desk: Desk): void {
  for (const member of membersOf(head.id, desk.tx.cells.live))
    desk.tx.record(releaseFrom(member, 'released with its group', desk.now).facts, desk.now);
}

// ------------------------------------------------------------------------------------ letting out

function holdIsOver(incident: Incident, desk: Desk): void {
  const { hold } = incident;
  if (hold?.reason === 'maintenance') lookAtHeld([...desk.tx.cells.live.followers(hold.by)], desk);
  else if (hold?.reason === 'flapping') {
    const why = calmAgain(summaryOf(incident, desk));
    desk.tx.record(letOut(incident, why, desk.now).facts, desk.now);
  } else goOn([incident], lastsAfter(null, desk.directory), desk);
}

/** What maintenance still covers stays held; of the rest what is over is closed, and what lasts begins now. */
function lookAtHeld(ids: readonly string[], desk: Desk): void {
  const { tx, now } = desk;
  const windows = tx.cells.windows();
  const lasting: Incident[] = [];
  for (const id of ids) {
    const incident = tx.cells.incidents.get(id);
    if (incident?.hold?.reason !== 'maintenance') continue;
    const holding = maintenanceOf(newcomerOf(incident), windows, now);
    if (holding) {
      if (!isSameHold(incident.hold, holding)) tx.record(holdBack(incident, holding, now).facts, now);
    } else if (incident.condition === 'cleared') {
      tx.record(closeHeld(incident, 'over before its maintenance was', now).facts, now);
    } else lasting.push(incident);
  }
  goOn(lasting, endOfMaintenance(), desk);
}

/** What an incident had explained and explains no longer: what is over is resolved with it, what lasts is let out. */
function letGo(cause: Incident, left: readonly Incident[], desk: Desk): void {
  const mayEnd = cause.response !== 'cancelled';
  const lasting = left.filter((one) => one.condition !== 'cleared' || !mayEnd || !resolveWith(cause, one, desk));
  goOn(lasting, lastsAfter(cause, desk.directory), desk);
}

/** What is left of a group goes on under the worst of it; one page says how many there are. */
function goOn(left: readonly Incident[], why: Why, desk: Desk): void {
  const { tx, now } = desk;
  for (const samePeople of Map.groupBy(left, ({ plan }) => plan?.id ?? null).values()) {
    const [head, ...others] = samePeople.toSorted(byWeight);
    if (!head) continue;
    const scene = sceneOf(desk);
    for (const other of others) tx.record(passOn(other, why, groupedBy(head, scene), now).facts, now);
    const members = membersOf(head.id, scene.standing);
    const tells = members.length > 0 ? gathered(head, members, scene) : null;
    tx.record(letOut(head, why, now, tells).facts, now);
  }
}

// ------------------------------------------------------------------------------------ orders

interface Behind {
  readonly reached: number;
  readonly lasting: readonly Incident[];
}

function resolveBehind(command: Command, head: Incident, desk: Desk): Behind {
  const behind = followersOf(head, desk).map((member): Behind => {
    if (member.condition !== 'cleared')
      return { reached: 0, lasting: member.hold?.reason === 'grouped' ? [member] : [] };
    const done = orderThrough(command, member, head, desk);
    const below = resolveBehind(command, member, desk);
    return { reached: Number(done) + below.reached, lasting: below.lasting };
  });
  return together(behind);
}

function cancelBehind(command: Command, head: Incident, desk: Desk): Behind {
  const behind = followersOf(head, desk).map((member): Behind => {
    if (member.hold?.reason !== 'grouped') return { reached: 0, lasting: [member] };
    const done = orderThrough(command, member, head, desk);
    const below = cancelBehind(command, member, desk);
    return { reached: Number(done) + below.reached, lasting: below.lasting };
  });
  return together(behind);
}

function together(all: readonly Behind[]): Behind {
  return {
    reached: all.reduce((sum, { reached }) => sum + reached, 0),
    lasting: all.flatMap(({ lasting }) => lasting),
  };
}

/** True when the order meant something for it. */
function orderThrough(command: Command, member: Incident, head: Incident, { tx, now }: Desk): boolean {
  if (!isOpen(member)) return false;
  const own = { ...command, incident: member.id, ...presenceAt(member, command, head) };
  const { facts, refused } = decide(member, { kind: 'command', command: own }, now);
  tx.record(through(facts, head.id), now);
  return refused === null;
}

/** The code on one asset proves nothing of another. */
function presenceAt(member: Incident, { proofBy }: Command, head: Incident): Partial<Command> {
  return proofBy === 'code' && member.asset !== head.asset ? { proof: 'declared', proofBy: undefined } : {};
}

/** Nobody gave this order: it follows from the one to the cause, and the edge says so. */
function resolveWith(cause: Incident, incident: Incident, { tx, now }: Desk): boolean {
  const command: Command = {
    commandId: `with-${cause.id}`,
    incident: incident.id,
    verb: 'resolve',
    responder: cause.responder ?? SYSTEM.id,
    receivedAt: new Date(now).toISOString(),
    via: 'edge',
    note: 'over with its cause',
    proof: 'declared',
    to: null,
  };
  const { facts, refused } = decide(incident, { kind: 'command', command }, now);
  const bySystem = facts.map((fact) => ({ ...fact, by: SYSTEM }));
  tx.record(through(bySystem, cause.id), now);
  return refused === null;
}

function followersOf(head: Incident, { tx }: Desk): Incident[] {
  return [...tx.cells.live.followers(head.id)].flatMap((id) => tx.cells.incidents.get(id) ?? []);
}

function sceneOf({ directory, tx, now }: Desk): Scene {
  return { directory, standing: tx.cells.live, windows: tx.cells.windows(), now };
}
