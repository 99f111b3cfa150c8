import type { Millis } from '@keepsite/edge-contract';
import { allEdges, blindEdges, enlist, newsFor, tend, type Alarm } from '../domain/alarm/alarm.ts';
import type { Duty } from '../domain/alarm/duty.ts';
import { type AlarmLadder, fileLadder, merged } from '../domain/alarm/ladder.ts';
import type { AlarmStore, AlarmTransaction } from '../ports/alarms.ts';

/** An edge that missed two heartbeats and is not blind yet is probably part of what is happening. */
const LATE_AFTER_MS = 20_000;

export interface AlarmPorts {
  readonly alarms: AlarmStore;
  /** For edges without a ladder of their own. */
  readonly duty: Duty;
  /** By edge: whom the plans of its sites would page now; absent: nobody has rosters. */
  readonly rosters?: ReadonlyMap<string, AlarmLadder>;
}

/**
 * Brings all alarms up to `now`: new spells find their alarm, ladders are climbed, alarms whose edges
 * are back end. One transaction for all replicas, so each of them may ask as often as it likes.
 * Answers the alarms that are not what they were.
 */
export async function tendAlarms({ alarms, duty, rosters }: AlarmPorts, now: Millis): Promise<Alarm[]> {
  return await alarms.change(async (tx) => {
    const before = await tx.open();
    const joined = enlist(before, await tx.unattended(), await tx.late(now - LATE_AFTER_MS), now);
    const open = new Map([...before, ...joined].map((alarm) => [alarm.id, alarm]));
    const changed: Alarm[] = [];
    for (const alarm of open.values()) {
      const { alarm: after, owed } = tend(alarm, ladderOf(alarm, duty, rosters), now);
      if (after === alarm && !joined.includes(alarm)) continue;
      await tx.save(after);
      await tx.owe(after.id, owed, now);
      if (after.endedAt !== null) await tell(tx, after, 'back', now);
      changed.push(after);
    }
    return changed;
  });
}

/**
 * The ladders of all its edges in one, so that a step stays the step that it was while edges come and
 * go; of those that are heard again nobody is paged.
 */
function ladderOf(alarm: Alarm, duty: Duty, rosters: AlarmPorts['rosters']): AlarmLadder {
  const blind = new Set(blindEdges(alarm));
  const file = fileLadder(duty);
  return merged(
    allEdges(alarm).map((edge) => {
      const { steps, repeatEverySeconds } = rosters?.get(edge) ?? file;
      return { repeatEverySeconds, steps: steps.map((step) => (blind.has(edge) ? step : { ...step, to: [] })) };
    }),
  );
}

/** Somebody takes care of it: the ladder stops. The first to say so stands; null when there is no such alarm. */
export async function acknowledgeAlarm(
  { alarms }: Pick<AlarmPorts, 'alarms'>,
  id: string,
  { by, note }: { readonly by: string; readonly note: string | null },
  now: Millis,
): Promise<Alarm | null> {
  return await alarms.change(async (tx) => {
    const alarm = await tx.get(id);
    if (!alarm || alarm.acknowledgedAt !== null || alarm.endedAt !== null) return alarm;
    const taken = { ...alarm, acknowledgedAt: now, acknowledgedBy: by, note };
    await tx.save(taken);
    await tell(tx, taken, 'acknowledged', now);
    return taken;
  });
}

/** What nobody has got yet is taken back; whoever got something learns how it went on. */
async function tell(tx: AlarmTransaction, alarm: Alarm, kind: 'acknowledged' | 'back', now: Millis): Promise<void> {
  await tx.withdraw(alarm.id, now);
  const sent = await tx.pages(alarm.id);
  const reached = sent.filter(
    (page) => page.kind === 'blind' && (MAY_HAVE_REACHED.has(page.state) || page.possibleDuplicate),
  );
  await tx.owe(
    alarm.id,
    newsFor(
      alarm,
      kind,
      reached.map(({ to }) => to),
    ),
    now,
  );
}

const MAY_HAVE_REACHED = new Set(['sending', 'accepted', 'delivered', 'seen']);
