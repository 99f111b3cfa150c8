import { instantText } from '@keepsite/edge-contract';
import { createSystemClock, MACHINE } from './adapters/system-clock.ts';
import { type Doubt, type MachineTime, startOfClock } from './domain/clock-start.ts';
import type { Log } from './events.ts';
import { knownTime } from './jobs/clock-keeper.ts';
import { withoutWindows } from './pipeline/recall.ts';
import type { FollowingClock, Store } from './ports.ts';

/** What the machine says of time just now. */
export function machineTime(): MachineTime {
  return { wall: MACHINE.wall(), boot: MACHINE.boot, uptime: MACHINE.uptime() };
}

/** Edge time goes on where the store says that it stood; `doubt`: nobody knows how much time has passed. */
export function startClock(store: Store, log: Log): { readonly clock: FollowingClock; readonly doubt: Doubt | null } {
  const { at, doubt, isBack } = startOfClock(knownTime(store), machineTime());
  if (doubt) log.warn({ at: instantText(at), reason: doubt.reason }, 'the time that passed is in doubt');
  const checkpoint = isBack ? store.bearings().checkpoint : null;
  if (checkpoint) store.saveCheckpoint(checkpoint.block, withoutWindows(checkpoint.state));
  return { clock: createSystemClock(MACHINE, at), doubt };
}
