import type { Millis } from '@keepsite/edge-contract';

/** The rim's time. Pure rooms take time as an argument and never see this. */
export interface Clock {
  /** Edge time, epoch ms. Never steps back within a process. */
  now(): Millis;
  /** 1 outside the demo. */
  readonly scale: number;
  /** How far edge time is ahead of the machine's own clock just now; absent: not known. */
  readonly offsetMs?: Millis;
  /** Calls back once edge time reaches `at`; returns a way to cancel. Never early. */
  wake(at: Millis, callback: () => void): () => void;
}

/** Edge time beside a machine's clock that may be set while the edge runs. */
export interface FollowingClock extends Clock {
  readonly offsetMs: Millis;
  /** Steps forward to the machine's clock; nothing happens when that is not ahead. */
  follow(): void;
}

/** The demo's clock: edge time may run faster than the machine's, and never steps back. */
export interface ScalableClock extends Clock {
  readonly offsetMs: Millis;
  /** How fast edge time runs from now on, 1…60. */
  setScale(scale: number): void;
}
