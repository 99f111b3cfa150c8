import type { Millis } from '../day.ts';
import { type ZoneClock, zoneClock } from '../zone.ts';
import { Chart, type ChartState } from './chart.ts';
import { type ReferenceState, RunningReference } from './running-reference.ts';

/** What a watch says of one row. */
export interface Verdict {
  /** 0 … 1; from 0.5 on it is a warning. Below 0.5 while the watch is quiet after one. */
  readonly score: number;
  /** True on the row where a warning begins, not for as long as it lasts. */
  readonly warning: boolean;
}

/** All that a watch remembers: JSON of less than 10 kB, whatever the series. */
export interface WatchState {
  readonly version: 1;
  readonly reference: ReferenceState;
  readonly charts: readonly ChartState[];
  readonly level: number;
  readonly rows: number;
  /** Time of the first row. */
  readonly since: Millis | null;
  readonly quiet: number;
}

/** The newest row, the last dozen and the last four dozen: a spike, a shift, a slow change. */
const CHART_ROWS = [1, 12, 48] as const;
/**
 * The charts' mean surprise that is a warning, in decades: on (geometric) average they see one row in
 * a hundred. One number for every series; docs/energy-warnings.md shows what others do.
 */
const LIMIT = 2;
/** Rows after a warning until the slowest chart has forgotten what it warned of. */
const QUIET_ROWS = 100;
/** How much a row teaches of what is usual while the watch is quiet: a fault must not become the usual. */
const QUIET_TEACHING = 0.3;
/** Before both have passed too little is known of the series: how it scatters, and that days repeat. */
const LEARNING_ROWS = 150;
const LEARNING_MS = 2 * 86_400_000;
/** Spreads below this share of the level are rounding. */
const LEAST_SHARE = 1e-3;
const DIGITS = 7;

/**
 * Watches one series of any kind, step and period, row by row, knowing nothing but its past:
 * residuals against what is usual at this time, three control charts on them, and the mean of their
 * surprises as the evidence. Its limit suits the benchmark, where a miss costs as much as eighteen
 * false alarms: scatter alone makes 5 to 20 warnings per 10,000 rows. It is meant for any series
 * without a baseline; a meter that has one is watched by {@link MeterWatch}.
 */
export class Watch {
  readonly #clock: ZoneClock;
  readonly #reference: RunningReference;
  readonly #charts: readonly Chart[];
  #level: number;
  #rows: number;
  #since: Millis | null;
  #quiet: number;

  /** `zone`: whose days and weeks the series follows. Throws a RangeError for an unknown one. */
  constructor(zone: string, saved?: WatchState) {
    this.#clock = zoneClock(zone);
    this.#reference = new RunningReference(saved?.reference);
    this.#charts = CHART_ROWS.map(
      (rows, index) => new Chart(rows, saved && { ...(saved.charts[index] as ChartState) }),
    );
    this.#level = saved?.level ?? 0;
    this.#rows = saved?.rows ?? 0;
    this.#since = saved?.since ?? null;
    this.#quiet = saved?.quiet ?? 0;
  }

  /** Null for a gap: nothing is known of it. Rows may come unordered; each is judged by its wall time. */
  hear(at: Millis, value: number | null): Verdict | null {
    if (value === null || !Number.isFinite(value)) return null;
    this.#since ??= at;
    const evidence = this.#evidence(at, value) / LIMIT;
    const score = evidence / (evidence + 1);
    if (this.#quiet > 0) {
      this.#quiet -= 1;
      return { score: score / 2, warning: false };
    }
    const warning = score >= 0.5 && this.#rows > LEARNING_ROWS && at - this.#since >= LEARNING_MS;
    if (warning) this.#quiet = QUIET_ROWS;
    return { score, warning };
  }

  state(): WatchState {
    return rounded({
      version: 1 as const,
      reference: this.#reference.state,
      charts: this.#charts.map(({ state }) => state),
      level: this.#level,
      rows: this.#rows,
      since: this.#since,
      quiet: this.#quiet,
    });
  }

  #evidence(at: Millis, value: number): number {
    const wall = this.#clock.wall(at);
    this.#rows += 1;
    const residual = this.#rows === 1 ? 0 : value - this.#reference.expected(wall);
    this.#reference.learn(wall, value);
    this.#level += (Math.abs(value) - this.#level) / Math.min(this.#rows, 3000);
    const least = LEAST_SHARE * this.#level + Number.MIN_VALUE;
    const teaching = this.#quiet > 0 ? QUIET_TEACHING : 1;
    const surprises = this.#charts.map((chart) => chart.hear(residual, least, teaching));
    return surprises.reduce((sum, surprise) => sum + surprise, 0) / surprises.length;
  }
}

function rounded<T>(state: T): T {
  return JSON.parse(
    JSON.stringify(state, (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value,
    ),
  ) as T;
}
