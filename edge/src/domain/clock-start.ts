import type { Millis } from '@keepsite/edge-contract';

/** What the machine's clocks say. */
export interface MachineTime {
  readonly wall: Millis;
  /** Tells one boot of the machine from the next; null: the machine does not say. */
  readonly boot: string | null;
  /** Since the machine was started, sleep included; only ever runs forward. */
  readonly uptime: Millis;
}

/** Edge time beside the machine's clocks, as it was last written down. */
export interface ClockMark extends MachineTime {
  readonly at: Millis;
}

/** What the store knows of time when the edge starts. */
export interface KnownTime {
  readonly mark: ClockMark | null;
  /** The newest instant that stands in the store; null: nothing does. */
  readonly newest: Millis | null;
  /** An incident is open: its deadlines are instants of edge time. */
  readonly open: boolean;
}

/** Elapsed time that nobody knows: what a running clock says of it cannot be believed. */
export interface Doubt {
  /** The last instant of edge time that is certain. */
  readonly since: Millis;
  readonly reason: string;
}

export interface ClockStart {
  readonly at: Millis;
  readonly doubt: Doubt | null;
  /** Edge time begins before instants that it has already written down. */
  readonly isBack: boolean;
}

/** A gateway that was off for longer is rarer than one whose clock is wrong. */
export const LONGEST_OUTAGE_MS = 24 * 3_600_000;
/** An edge this far ahead of its machine knows that the machine's clock was set back. */
const AHEAD_MS = 60_000;

/**
 * Where edge time goes on after a restart. Within one boot the time that passed is certain, whatever
 * became of the wall clock. After a reboot only the wall clock tells: where it contradicts what is
 * written down, or leaps, the time that passed is in doubt. While an incident is open, edge time never
 * steps back and no step of the wall clock is followed; with nothing open it is.
 */
export function startOfClock({ mark, newest, open }: KnownTime, machine: MachineTime): ClockStart {
  const { wall } = machine;
  const last = Math.max(mark?.at ?? -Infinity, newest ?? -Infinity);
  if (last === -Infinity) return { at: wall, doubt: null, isBack: false };
  if (mark && isSameBoot(mark, machine)) {
    const at = Math.max(last, mark.at + machine.uptime - mark.uptime);
    return open ? { at, doubt: null, isBack: false } : { at: wall, doubt: null, isBack: wall < last };
  }
  if (wall >= last && wall <= last + LONGEST_OUTAGE_MS) return { at: wall, doubt: null, isBack: false };
  const doubt = { since: last, reason: whyDoubtful(wall - last) };
  if (wall > last) return { at: wall, doubt, isBack: false };
  const wasAhead = mark !== null && mark.at - mark.wall > AHEAD_MS && wall >= mark.wall;
  return wasAhead && !open ? { at: wall, doubt, isBack: true } : { at: last, doubt, isBack: false };
}

function isSameBoot(mark: ClockMark, machine: MachineTime): boolean {
  return mark.boot !== null && mark.boot === machine.boot && machine.uptime >= mark.uptime;
}

function whyDoubtful(leap: Millis): string {
  const seconds = Math.round(Math.abs(leap) / 1000);
  const where = leap < 0 ? 'before' : 'after';
  return `after a reboot the machine’s clock stood ${seconds} s ${where} what was last written down: how much time had passed is not known`;
}
