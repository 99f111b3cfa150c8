import type { Clock, Millis } from '@keepsite/edge-contract';

/** What a clock shows: it still runs, it has run out and nobody has met it, or it is settled. */
export type ClockPhase = 'running' | 'overdue' | 'met' | 'missed' | 'excluded' | 'unknown';

export interface ClockReading {
  readonly phase: ClockPhase;
  /** Milliseconds to the deadline, negative past it; null once the clock is settled. */
  readonly remainingMs: number | null;
  /** Milliseconds from start to the act that stopped it; null when nothing did. */
  readonly takenMs: number | null;
  /** 0…1 of the promised time that is used up. */
  readonly used: number;
}

/**
 * Reads one clock at server time `now`. Being on time at exactly the deadline is on time. `stoppedAt`
 * is when the act came that the clock waits for: a broken promise keeps `metAt` null, and still stops.
 */
export function readClock(clock: Clock, now: Millis, stoppedAt: string | null = null): ClockReading {
  const started = Date.parse(clock.startedAt);
  const due = Date.parse(clock.dueAt);
  const stop = clock.metAt ?? stoppedAt;
  const met = stop === null ? null : Date.parse(stop);
  const phase = phaseOf(clock, { due, now, stopped: met !== null });
  const open = phase === 'running' || phase === 'overdue';
  const until = open ? now : (met ?? due);
  return {
    phase,
    remainingMs: open ? due - Math.max(now, started) : null,
    takenMs: met === null ? null : met - started,
    used: due > started ? Math.min(1, Math.max(0, (until - started) / (due - started))) : 1,
  };
}

function phaseOf(clock: Clock, { due, now, stopped }: { due: Millis; now: Millis; stopped: boolean }): ClockPhase {
  switch (clock.verdict) {
    case 'running':
      return now > due ? 'overdue' : 'running';
    case 'breached':
      return stopped ? 'missed' : 'overdue';
    default:
      return clock.verdict;
  }
}

/**
 * `07:00` down to `00:00`, then `−00:00` upwards. Time that is left is rounded up and time that is
 * overdrawn down, so that 07:00 stands at T0 and 00:00 is never shown while a second is left.
 */
export function countdownText(remainingMs: number): string {
  if (remainingMs >= 0) return clockText(Math.ceil(remainingMs / 1000));
  return `−${clockText(Math.floor(-remainingMs / 1000))}`;
}

/** A duration as MM:SS (H:MM:SS from one hour), rounded down to the second. */
export function durationText(ms: number): string {
  return clockText(Math.floor(Math.max(0, ms) / 1000));
}

function clockText(seconds: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${two(minutes)}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
