import type { Command, Incident } from '@keepsite/edge-contract';
import { SYSTEM } from '../domain/draft.ts';
import { decide } from '../domain/incident.ts';
import { isOpen } from '../domain/incident-state.ts';
import { newcomerOf } from '../domain/storm/explain.ts';
import { gathered } from '../domain/storm/gather.ts';
import { byWeight, groupedBy } from '../domain/storm/group.ts';
import { claimThrough, closeHeld, holdBack, letOut, passOn, releaseFrom, type Why } from '../domain/storm/hold.ts';
import type { Scene } from '../domain/storm/scene.ts';
import { membersOf } from '../domain/storm/standing.ts';
import { through } from '../domain/storm/through.ts';
import { isSameHold, maintenanceOf } from '../domain/storm/windows.ts';
import { endOfMaintenance } from '../domain/storm/words.ts';
import type { Desk } from './desk.ts';
import type { Sweep, Task } from './sweep.ts';

/** What came of an incident's turn. */
export interface Turn {
  /** The answer meant something for it. */
  readonly reached: boolean;
  /** Ids of those behind it, whose turn comes because of its own. */
  readonly behind: readonly string[];
}

/** A task that begins, and for whom. */
export interface Begun {
  readonly task: Task;
  readonly ids: readonly string[];
}

type TaskOf<K extends Task['kind']> = Extract<Task, { kind: K }>;
type TakeTurn<T> = (task: T, member: Incident, desk: Desk, from: Sweep['from']) => Turn;

const NOTHING: Turn = { reached: false, behind: [] };

const TURNS: { readonly [K in Task['kind']]: TakeTurn<TaskOf<K>> } = {
  answer: answered,
  release(_, member, { tx, now }) {
    tx.record(releaseFrom(member, 'released with its group', now).facts, now);
    return NOTHING;
  },
  follow({ head, holding, why }, member, { tx, now }, from) {
    const leads = tx.cells.incidents.get(head);
    const waits = isOpen(member) && member.hold !== null && !isHeldAnew(member, from);
    if (leads && isOpen(leads) && waits) tx.record(passOn(member, why, holding, now).facts, now);
    return NOTHING;
  },
  window: lookedAt,
  cause(task, member, desk) {
    if (task.mayEnd && member.condition === 'cleared') resolveWith(task, member, desk);
    return NOTHING;
  },
};

/** Does the task for one incident. What has been done for it already means nothing more. */
export function takeTurn({ task, from }: Sweep, member: Incident, desk: Desk): Turn {
  return (TURNS[task.kind] as TakeTurn<Task>)(task, member, desk, from);
}

/** Whether an incident that has had its turn is left without anybody who pages in its place. */
const IS_LEFT: { readonly [K in Task['kind']]: (task: TaskOf<K>, member: Incident, desk: Desk) => boolean } = {
  answer: ({ command: { verb } }, { hold }) =>
    (verb === 'resolve' && hold?.reason === 'grouped') ||
    (verb === 'cancel' && hold !== null && hold.reason !== 'grouped'),
  release: () => false,
  follow: ({ head }, { hold }) => hold?.by !== head,
  window: (_, member, desk) => member.hold?.reason === 'maintenance' && coveredBy(member, desk) === null,
  cause: ({ head }, { hold }) => hold?.reason === 'explained' && hold.by === head,
};

/** Who goes on by itself once all have had their turn. What is over by then has its turn again and is done with. */
export function leftBy(sweep: Sweep, desk: Desk): Incident[] {
  const { task, ids, from } = sweep;
  const isLeft = IS_LEFT[task.kind] as (task: Task, member: Incident, desk: Desk) => boolean;
  const left = (id: string) => {
    const member = desk.tx.cells.incidents.get(id);
    const waits = member && isOpen(member) && member.hold && !isHeldAnew(member, from);
    return waits && isLeft(task, member, desk) ? member : undefined;
  };
  return ids.flatMap((id) => {
    const member = left(id);
    if (member?.condition !== 'cleared') return member ?? [];
    takeTurn(sweep, member, desk);
    return left(id) ?? [];
  });
}

/** Something else holds it since. */
function isHeldAnew({ timeline }: Incident, from: Sweep['from']): boolean {
  return (timeline.findLast(({ kind }) => kind === 'held')?.seq ?? 0) > from;
}

/** Why those go on that a task leaves behind. */
export function whyLeft(task: Task): Why {
  return 'why' in task ? task.why : endOfMaintenance();
}

/**
 * What is left of a group goes on under the worst of it, which is let out with one page that says how many
 * there are. Answers who is to follow it from now on.
 */
export function goOn(left: readonly Incident[], why: Why, desk: Desk): Begun[] {
  const { tx, now } = desk;
  const scene = sceneOf(desk);
  return [...Map.groupBy(left, ({ plan }) => plan?.id ?? null).values()].flatMap((samePeople) => {
    const [head, ...others] = samePeople.toSorted(byWeight);
    if (!head) return [];
    const behind = [head, ...others].flatMap(({ id }) => membersOf(id, scene.standing));
    const untaken = others.filter(claimThrough);
    const members = [...new Map([...others, ...behind].map((one) => [one.id, one])).values()];
    const tells = members.length > 0 ? gathered(head, members, scene) : null;
    const after = tx.record(letOut(head, why, now, tells).facts, now);
    if (head.responder !== null && after?.response === 'open') untaken.push(head);
    const follow = { kind: 'follow', head: head.id, holding: groupedBy(head, scene), why } as const;
    return [
      { task: follow, ids: others.map(({ id }) => id) },
      // Nobody has any more what was taken with those whom nobody has any more.
      {
        task: { kind: 'release', head: head.id },
        ids: untaken.flatMap((one) => membersOf(one.id, scene.standing).map(({ id }) => id)),
      },
    ];
  });
}

/** What is there for the storm's rules to look at. */
export function sceneOf({ directory, tx, now }: Desk): Scene {
  return { directory, standing: tx.cells.live, windows: tx.cells.windows(), now };
}

/** Whoever resolves the one resolves those that are over; what was cancelled explains nothing. */
const IS_MEANT: Partial<Record<Command['verb'], (member: Incident) => boolean>> = {
  resolve: ({ condition }) => condition === 'cleared',
  cancel: ({ hold }) => hold?.reason === 'grouped',
};

function answered({ command, head, asset }: TaskOf<'answer'>, member: Incident, desk: Desk): Turn {
  const { tx, now } = desk;
  const isMeant = IS_MEANT[command.verb];
  if (!isOpen(member) || isMeant?.(member) === false) return NOTHING;
  const behind = isMeant ? [...tx.cells.live.followers(member.id)] : [];
  const own = { ...command, incident: member.id, ...presenceAt(member, command, asset) };
  const { facts, refused } = decide(member, { kind: 'command', command: own }, now);
  tx.record(through(facts, head), now);
  return { reached: refused === null, behind };
}

/** The code on one asset proves nothing of another. */
function presenceAt(member: Incident, { proofBy }: Command, asset: string): Partial<Command> {
  return proofBy === 'code' && member.asset !== asset ? { proof: 'declared', proofBy: undefined } : {};
}

/** What maintenance still covers stays held; of the rest what is over is closed. */
function lookedAt(_: TaskOf<'window'>, member: Incident, desk: Desk): Turn {
  const { tx, now } = desk;
  if (member.hold?.reason !== 'maintenance') return NOTHING;
  const holding = coveredBy(member, desk);
  if (holding && !isSameHold(member.hold, holding)) tx.record(holdBack(member, holding, now).facts, now);
  if (!holding && member.condition === 'cleared')
    tx.record(closeHeld(member, 'over before its maintenance was', now).facts, now);
  return NOTHING;
}

function coveredBy(member: Incident, { tx, now }: Desk) {
  return maintenanceOf(newcomerOf(member), tx.cells.windows(), now);
}

/** Nobody gave this order: it follows from the one to the cause, and the edge says so. */
function resolveWith({ head, responder }: TaskOf<'cause'>, incident: Incident, { tx, now }: Desk): void {
  const command: Command = {
    commandId: `with-${head}`,
    incident: incident.id,
    verb: 'resolve',
    responder: responder ?? SYSTEM.id,
    receivedAt: new Date(now).toISOString(),
    via: 'edge',
    note: 'over with its cause',
    proof: 'declared',
    to: null,
  };
  const { facts } = decide(incident, { kind: 'command', command }, now);
  const bySystem = facts.map((fact) => ({ ...fact, by: SYSTEM }));
  tx.record(through(bySystem, head), now);
}
