/** What a {@link Chart} remembers. */
export interface ChartState {
  rows: number;
  smooth: number;
  centre: number;
  variance: number;
  /** What 3 % of the distances exceed, the mean excess of those, and how many there were. */
  limit: number;
  excess: number;
  beyond: number;
}

/** Rows that a chart's centre, spread and tail are learned from, roughly. */
const MEMORY_ROWS = 3000;
const FIRST_ROWS = 10;
const TAIL_SHARE = 0.03;
const TAIL_ROWS = 50;
/** One excess counts for at most this many mean excesses, or one fault would blind the chart. */
const EXCESS_AT_MOST = 6;

/**
 * An EWMA control chart (Roberts 1959) with limits of its own: how far the mean of the last rows is
 * from where it usually is, in spreads, and how improbable such a distance is in this very series.
 * Beyond the 97th percentile the tail is taken to be exponential (peaks over threshold, as in
 * Siffer et al. 2017), so that one limit means the same for calm and for wild series.
 */
export class Chart {
  readonly state: ChartState;
  readonly #weight: number;

  /** `rows`: how many rows the mean is over, about. */
  constructor(rows: number, state?: ChartState) {
    this.#weight = 2 / (rows + 1);
    this.state = state ?? { rows: 0, smooth: 0, centre: 0, variance: 0, limit: 1, excess: 1, beyond: 0 };
  }

  /**
   * Takes the next residual; answers how surprising the mean now is, in decades: 3 is one row in a
   * thousand, 0 anything within the usual 97 %. `least`: spreads below it are not told apart from none;
   * `teaching`: how much the row teaches of what is usual, 1 on ordinary days.
   */
  hear(residual: number, least: number, teaching: number): number {
    const { state } = this;
    state.rows += 1;
    state.smooth += Math.max(this.#weight, 1 / state.rows) * (residual - state.smooth);
    const off = state.smooth - state.centre;
    const known = state.rows > FIRST_ROWS;
    const distance = known ? Math.abs(off) / (Math.sqrt(state.variance) + least) : 0;
    const surprise = this.#surprise(distance);
    if (known) this.#learnTail(distance, teaching);
    const share = Math.max(1 / MEMORY_ROWS, 1 / state.rows);
    state.centre += share * off;
    state.variance = (1 - share) * (state.variance + share * off * off);
    return surprise;
  }

  #surprise(distance: number): number {
    const { limit, excess } = this.state;
    return distance > limit ? -Math.log10(TAIL_SHARE) + (distance - limit) / excess / Math.LN10 : 0;
  }

  /** The limit follows the percentile by small steps (Robbins & Monro): 32 down-steps undo one up. */
  #learnTail(distance: number, teaching: number): void {
    const { state } = this;
    const step = teaching * state.excess * Math.max(9 / state.rows, 0.015);
    const above = distance > state.limit;
    state.limit = Math.max(0, state.limit + step * (above ? 1 - TAIL_SHARE : -TAIL_SHARE));
    if (!above || distance <= state.limit) return;
    state.beyond += 1;
    const excess = Math.min(distance - state.limit, EXCESS_AT_MOST * state.excess);
    state.excess += teaching * Math.max(1 / TAIL_ROWS, 1 / (state.beyond + 1)) * (excess - state.excess);
  }
}
