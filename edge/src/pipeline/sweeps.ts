import type { Incident } from '@keepsite/edge-contract';
import { holdDueAt } from '../domain/storm/due.ts';
import type { Desk } from './desk.ts';
import { drawnForward, nextKey, type Sweep } from './sweep.ts';
import { type Begun, goOn, leftBy, takeTurn, type Turn, whyLeft } from './sweep-turns.ts';

/**
 * Begins a task for many and takes as many turns as this transaction may, one at least; the rest is on disk
 * with it and goes on in the next ones, after a restart too. Until its turn comes an incident is left alone:
 * it neither pages nor is let out; whatever else would happen to it, its turn is taken first ({@link inTurn}).
 * Answers how many of those turns meant something.
 */
export function begin({ task, ids }: Begun, desk: Desk): number {
  if (ids.length === 0) return 0;
  const { sweeps } = desk.tx.cells;
  const key = nextKey(sweeps);
  sweeps.set(key, { task, ids, done: 0, from: desk.tx.head.seq });
  desk.tx.sweepsChanged('who');
  return work(key, Math.max(1, desk.tx.turnsLeft), desk);
}

/** Takes the turns that come next, at most `limit` of them and no more than the transaction may. */
export function goOnSweeping(limit: number, desk: Desk): void {
  const { tx } = desk;
  tx.turnsLeft = Math.min(limit, tx.turnsLeft);
  for (const key of tx.cells.sweeps.keys()) {
    if (tx.turnsLeft <= 0) return;
    work(key, tx.turnsLeft, desk);
  }
}

/** The turn that comes next cannot be taken: the others shall not wait for it. */
export function skipTurn({ tx }: Desk): void {
  const { sweeps, live } = tx.cells;
  const [key = ''] = sweeps.keys();
  const sweep = sweeps.get(key);
  if (!sweep) return;
  tx.sweepsChanged('who');
  if (sweep.done < sweep.ids.length) return sweeps.set(key, { ...sweep, done: sweep.done + 1 });
  // Its end cannot be reached: who is left without anybody is let out alone.
  sweeps.delete(key);
  for (const id of sweep.ids) live.reconsider(id);
}

/** An incident to which something is about to happen: what an answer has taken is taken before. */
export function inTurn(incident: Incident, desk: Desk): Incident {
  for (const key of desk.tx.cells.inHand.of(incident.id)) drawForward(key, incident.id, desk);
  return desk.tx.cells.incidents.get(incident.id) ?? incident;
}

function work(key: string, turns: number, desk: Desk): number {
  const { tx } = desk;
  const sweep = tx.cells.sweeps.get(key);
  if (!sweep || turns <= 0) return 0;
  const taken = sweep.ids.slice(sweep.done, sweep.done + turns).map((id) => turnOf(key, sweep, id, desk));
  const behind = taken.flatMap((turn) => turn.behind);
  tx.turnsLeft -= taken.length;
  took(key, { ...sweep, ids: [...sweep.ids, ...behind], done: sweep.done + taken.length }, desk);
  if (behind.length > 0) tx.sweepsChanged('who');
  const reached = taken.filter((turn) => turn.reached).length;
  return reached + work(key, Math.min(turns - taken.length, tx.turnsLeft), desk);
}

/** What began before comes before. */
function turnOf(key: string, sweep: Sweep, id: string, desk: Desk): Turn {
  const { inHand, incidents } = desk.tx.cells;
  for (const earlier of inHand.of(id)) {
    if (earlier === key) break;
    drawForward(earlier, id, desk);
  }
  const member = incidents.get(id);
  return member ? takeTurn(sweep, member, desk) : { reached: false, behind: [] };
}

function drawForward(key: string, id: string, desk: Desk): void {
  const sweep = desk.tx.cells.sweeps.get(key);
  const index = sweep?.ids.indexOf(id, sweep.done) ?? -1;
  if (!sweep || index < 0) return;
  const { behind } = turnOf(key, sweep, id, desk);
  desk.tx.turnsLeft -= 1;
  took(key, { ...sweep, ids: [...drawnForward(sweep, index), ...behind], done: sweep.done + 1 }, desk);
  desk.tx.sweepsChanged('who');
}

/** After the last turn those go on by themselves whom nobody leads any more. */
function took(key: string, sweep: Sweep, desk: Desk): void {
  const { tx } = desk;
  tx.cells.sweeps.set(key, sweep);
  tx.sweepsChanged('how far');
  if (sweep.done < sweep.ids.length) return;
  const { task, ids } = sweep;
  const left = leftBy(sweep, desk);
  tx.cells.sweeps.delete(key);
  tx.sweepsChanged('who');
  for (const begun of goOn(left, whyLeft(task), desk)) begin(begun, desk);
  for (const id of [task.head, ...ids]) {
    const incident = tx.cells.incidents.get(id);
    if (incident && holdDueAt(incident, tx.cells.live) !== null) tx.cells.live.reconsider(id);
  }
}
