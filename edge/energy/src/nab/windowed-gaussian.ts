import { upperTail } from '../statistics/normal.ts';
import type { Verdict } from '../warnings/watch.ts';

const WINDOW_ROWS = 6400;
const STEP_ROWS = 100;
/** The benchmark's files hold 12 digits, and its optimal limit is a score printed as 1. */
const SURE = 5e-13;

/**
 * The benchmark's own simple detector, for comparison: how improbable the value is under a normal
 * distribution fitted to the last 6400 values, which slide by 100 (numenta/NAB `windowedGaussian`,
 * its window tuned for the benchmark). Every row beyond the limit warns. It remembers 51 kB.
 */
export class WindowedGaussian {
  #window: number[] = [];
  #waiting: number[] = [];
  #mean = 0;
  #squares = 0;
  #spread = 1;

  hear(value: number): Verdict {
    const tail = this.#window.length === 0 ? 1 : upperTail(Math.abs(value - this.#mean) / this.#spread);
    this.#learn(value);
    return { score: 1 - tail, warning: tail < SURE };
  }

  #learn(value: number): void {
    if (this.#window.length < WINDOW_ROWS) return this.#grow(value);
    this.#waiting.push(value);
    if (this.#waiting.length < STEP_ROWS) return;
    const slid = [...this.#window.slice(STEP_ROWS), ...this.#waiting];
    this.#window = [];
    this.#waiting = [];
    slid.forEach((known) => this.#grow(known));
  }

  /** Mean and squares are carried on (Welford 1962): the window is not summed again for every row. */
  #grow(value: number): void {
    this.#window.push(value);
    const { length } = this.#window;
    if (length === 1) [this.#mean, this.#squares] = [0, 0];
    const off = value - this.#mean;
    this.#mean += off / length;
    this.#squares += off * (value - this.#mean);
    this.#spread = Math.sqrt(this.#squares / length) || 1e-6;
  }
}
