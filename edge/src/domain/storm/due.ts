import { type HoldReason, type Incident, instantMillis, type Millis } from '@keepsite/edge-contract';
import { GRACE_MS } from './explain.ts';
import { calmAt } from './flapping.ts';
import { newsDueAt } from './gather.ts';
import { overAt } from './hold.ts';
import type { Standing } from './standing.ts';

type Around = Pick<Standing, 'get' | 'followers'>;

/** What is being done to many, and has not come to its end, decides about each of them; a fault that flaps calms down all the same. */
export function isLeftAlone({ id, hold }: Incident, { inHand }: Pick<Standing, 'inHand'>): boolean {
  return hold?.reason !== 'flapping' && inHand(id);
}

/** When an incident must be looked at because of others, or because of what holds it; null: it need not. */
export function holdDueAt(incident: Incident, around: Around & Pick<Standing, 'inHand'>): Millis | null {
  if (isLeftAlone(incident, around)) return null;
  const dues = [heldUntil(incident, around), graceEndsAt(incident, around), newsDueAt(incident, around)];
  const known = dues.filter((due) => due !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** When what holds an incident ends by itself; null: others decide. */
export function heldUntil(incident: Incident, around: Pick<Around, 'get'>): Millis | null {
  const { hold } = incident;
  if (!hold || !isOpen(incident)) return null;
  if (hold.reason === 'maintenance') return hold.until === null ? null : instantMillis(hold.until);
  if (hold.reason === 'flapping') return calmAt(incident);
  return isAlive(hold.reason, around.get(hold.by)) ? null : instantMillis(hold.since);
}

/** When those that an incident had explained are asked whether they last; null: it goes on, or none is left. */
export function graceEndsAt(cause: Incident, around: Around): Millis | null {
  const over = overAt(cause);
  return over !== null && leftBehind(cause, around).length > 0 ? over + GRACE_MS : null;
}

/** What an incident explained and no longer does: what lasts, and once people are done with the cause, all of it. */
export function leftBehind(cause: Incident, around: Around): Incident[] {
  const done = !isOpen(cause);
  return [...around.followers(cause.id)]
    .flatMap((id) => around.get(id) ?? [])
    .filter(({ hold, condition }) => hold?.reason === 'explained' && (done || condition !== 'cleared'));
}

/** A group lives while people are at its head; what a cause had explained waits out its grace behind it. */
function isAlive(reason: HoldReason, above: Incident | undefined): boolean {
  if (!above) return false;
  return isOpen(above) || (reason === 'explained' && above.response === 'resolved');
}

function isOpen({ response }: Incident): boolean {
  return response === 'open' || response === 'acknowledged' || response === 'on_site';
}
