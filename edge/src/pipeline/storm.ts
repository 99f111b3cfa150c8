import type { Command, Incident } from '@keepsite/edge-contract';
import { openKey } from '../domain/incident-state.ts';
import { type Arrival, announced, arrive } from '../domain/storm/arrival.ts';
import { graceEndsAt, heldUntil, isLeftAlone, leftBehind } from '../domain/storm/due.ts';
import { EXPLAINED_BACK_MS, explainedNow, holdingBy, mayExplain } from '../domain/storm/explain.ts';
import { summaryOf } from '../domain/storm/flapping.ts';
import { tellNews } from '../domain/storm/gather.ts';
import { holdBack, letOut } from '../domain/storm/hold.ts';
import type { Newcomer } from '../domain/storm/scene.ts';
import { membersOf, type Standing } from '../domain/storm/standing.ts';
import { lastsAfter, calmAgain } from '../domain/storm/words.ts';
import type { Desk } from './desk.ts';
import { goOn, sceneOf } from './sweep-turns.ts';
import { begin } from './sweeps.ts';

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
  // Others decide about it just now.
  if (isLeftAlone(incident, live)) return live.reconsider(id);
  if ((heldUntil(incident, live) ?? Infinity) <= desk.now) holdIsOver(incident, desk);
  if ((graceEndsAt(incident, live) ?? Infinity) <= desk.now) letGo(incident, leftBehind(incident, live), desk);
  const head = incidents.get(id);
  if (head && !head.hold) desk.tx.record(tellNews(head, sceneOf(desk)).facts, desk.now);
}

/** Windows were made, ended or moved: what they hold is looked at anew. */
export function windowsChanged(desk: Desk): void {
  for (const { id } of desk.tx.cells.windows()) lookAtHeld(id, desk);
}

/**
 * An order to an incident that leads others is one to all of them, each by an event of its own. Answers how
 * many it reached at once; the others have their turn in the next transactions. Whoever resolves the one
 * resolves those that are over; what lasts is let out, or has its grace. What was cancelled explains nothing.
 */
export function followOrder(command: Command, head: Incident, desk: Desk): number {
  if (command.verb === 'close') return letGo(head, leftBehind(head, desk.tx.cells.live), desk);
  const whom = WHOM[command.verb]?.(head, desk) ?? [];
  const task = {
    kind: 'answer',
    head: head.id,
    asset: head.asset,
    command,
    why: lastsAfter(head, desk.directory),
  } as const;
  return begin({ task, ids: whom.map(({ id }) => id) }, desk);
}

/** The ladder has taken the claim on an incident back: it has taken it back from what was claimed through it. */
export function releasedWith(head: Incident, desk: Desk): void {
  begin({ task: { kind: 'release', head: head.id }, ids: everybody(head, desk).map(({ id }) => id) }, desk);
}

type Whom = (head: Incident, desk: Desk) => Incident[];

const RESPONSES: readonly Incident['response'][] = ['open', 'acknowledged', 'on_site'];

/** All that it holds, through others too; those first that have got no answer yet, so that the first turns tell whether there are any. */
const everybody: Whom = ({ id }, desk) =>
  membersOf(id, around(desk)).toSorted((a, b) => RESPONSES.indexOf(a.response) - RESPONSES.indexOf(b.response));

/** Those next to it, what is over first. */
const followers: Whom = ({ id }, desk) =>
  [...around(desk).followers(id)]
    .flatMap((one) => desk.tx.cells.incidents.get(one) ?? [])
    .toSorted((a, b) => Number(b.condition === 'cleared') - Number(a.condition === 'cleared'));

const WHOM: Partial<Record<Command['verb'], Whom>> = {
  acknowledge: everybody,
  arrive: everybody,
  release: everybody,
  handover: everybody,
  resolve: followers,
  cancel: followers,
};

/** Who is on the way to follow an incident is told of with it, and answered with it. */
function around({ tx }: Desk): Pick<Standing, 'get' | 'followers'> {
  const { live, inHand, sweeps } = tx.cells;
  const toCome = (by: string) =>
    inHand.of(by).flatMap((key) => {
      const sweep = sweeps.get(key);
      return sweep?.task.kind === 'follow' && sweep.task.head === by ? sweep.ids.slice(sweep.done) : [];
    });
  return { get: (id) => live.get(id), followers: (by) => [...live.followers(by), ...toCome(by)] };
}

// ------------------------------------------------------------------------------------ letting out

function holdIsOver(incident: Incident, desk: Desk): void {
  const { hold } = incident;
  if (hold?.reason === 'maintenance') lookAtHeld(hold.by, desk);
  else if (hold?.reason === 'flapping') {
    const why = calmAgain(summaryOf(incident, desk));
    desk.tx.record(letOut(incident, why, desk.now).facts, desk.now);
  } else for (const begun of goOn([incident], lastsAfter(null, desk.directory), desk)) begin(begun, desk);
}

/** What maintenance held is looked at anew, once. */
function lookAtHeld(window: string, desk: Desk): void {
  begin({ task: { kind: 'window', head: window }, ids: [...desk.tx.cells.live.followers(window)] }, desk);
}

/** What an incident had explained and explains no longer: what is over is resolved with it, what lasts is let out. */
function letGo(cause: Incident, left: readonly Incident[], desk: Desk): number {
  const { id: head, responder, response } = cause;
  const why = lastsAfter(cause, desk.directory);
  const task = { kind: 'cause', head, responder, mayEnd: response !== 'cancelled', why } as const;
  return begin({ task, ids: left.map(({ id }) => id) }, desk);
}
