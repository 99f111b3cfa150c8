import { instantText } from '@keepsite/edge-contract';
import { createSystemClock, MACHINE } from './adapters/system-clock.ts';
import { type Doubt, type MachineTime, startOfClock } from './domain/clock-start.ts';
import type { Log } from './events.ts';
import { knownTime } from './jobs/clock-keeper.ts';
import { piecesOf, withoutWindows } from './pipeline/checkpoints.ts';
import type { FollowingClock, Store } from './ports.ts';

/** What the machine says of time just now. */
export function machineTime(): MachineTime {
  return { wall: MACHINE.wall(), boot: MACHINE.boot, uptime: MACHINE.uptime() };
}

function saveAnew(pieces: readonly string[], block: number, store: Store): void {
  for (const [number, state] of pieces.entries())
    store.saveCheckpoint({ number, state, block: number === pieces.length - 1 ? block : null });
}

/** Edge time goes on where the store says that it stood; `doubt`: nobody knows how much time has passed. */
export function startClock(store: Store, log: Log): { readonly clock: FollowingClock; readonly doubt: Doubt | null } {
  const { at, doubt, isBack } = startOfClock(knownTime(store), machineTime());
  if (doubt) log.warn({ at: instantText(at), reason: doubt.reason }, 'the time that passed is in doubt');
  const checkpoint = isBack ? store.bearings().checkpoint : null;
  if (checkpoint) saveAnew([...piecesOf(store)].map(withoutWindows), checkpoint.block, store);
  return { clock: createSystemClock(MACHINE, at), doubt };
}
