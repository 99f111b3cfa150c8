import { wallDay, wallWeekday, type WallMillis } from '../zone.ts';

/** What a {@link RunningReference} remembers; plain numbers, null for a slot that it never saw. */
export interface ReferenceState {
  rows: number;
  /** Wall time of the row before, and the usual distance of rows. */
  last: WallMillis | null;
  step: number;
  mean: number;
  /** Usual value per half hour of the day. */
  day: (number | null)[];
  /** Usual value per hour of the week. */
  week: (number | null)[];
  /** Mean absolute error of each predictor, and on how many rows it was judged. */
  errors: [mean: Judged, day: Judged, week: Judged];
}

interface Judged {
  rows: number;
  error: number;
}

const DAY_MS = 86_400_000;
const DAY_SLOTS = 48;
const WEEK_SLOTS = 168;
/** Rows until the overall mean and a predictor's error have half forgotten, roughly. */
const MEMORY_ROWS = 3000;
const ERROR_ROWS = 1000;
/** How much of a slot's newest day, or week, goes into its usual value. */
const DAY_WEIGHT = 0.2;
const WEEK_WEIGHT = 0.3;
/** A calendar is believed once it was tried for this many rows and errs this much less. */
const TRIED_ROWS = 50;
const ADVANTAGE = 0.7;

const UNTRIED: Judged = { rows: 0, error: 0 };
const UNTAUGHT: ReferenceState = {
  rows: 0,
  last: null,
  step: DAY_MS / DAY_SLOTS,
  mean: 0,
  day: Array.from({ length: DAY_SLOTS }, () => null),
  week: Array.from({ length: WEEK_SLOTS }, () => null),
  errors: [UNTRIED, UNTRIED, UNTRIED],
};

/**
 * What a series of unknown period usually shows at this time: its mean, the usual value of this half
 * hour of the day or of this hour of the week, whichever has erred clearly least. Learns as it goes.
 */
export class RunningReference {
  readonly state: ReferenceState;

  /** Goes on from a saved state, which stays as it is. */
  constructor(saved: ReferenceState = UNTAUGHT) {
    const [mean, day, week] = saved.errors;
    this.state = {
      ...saved,
      day: [...saved.day],
      week: [...saved.week],
      errors: [{ ...mean }, { ...day }, { ...week }],
    };
  }

  /** The usual value at a wall time, from all that was learned before. */
  expected(wall: WallMillis): number {
    const { mean, day, week, errors } = this.state;
    const candidates = [mean, day[daySlot(wall)] ?? null, week[weekSlot(wall)] ?? null];
    let best = 0;
    for (const index of [1, 2] as const)
      if (candidates[index] !== null && better(errors[index], errors[best as 0 | 1 | 2])) best = index;
    return candidates[best] as number;
  }

  learn(wall: WallMillis, value: number): void {
    const { state } = this;
    const slots = [daySlot(wall), weekSlot(wall)] as const;
    const before = [state.mean, state.day[slots[0]] ?? null, state.week[slots[1]] ?? null];
    state.rows += 1;
    if (state.rows > 1) before.forEach((guess, index) => judge(state.errors[index as 0 | 1 | 2], guess, value));
    this.#measureStep(wall);
    state.mean = towards(state.rows === 1 ? value : state.mean, value, Math.max(1 / MEMORY_ROWS, 1 / state.rows));
    state.day[slots[0]] = this.#slot(before[1] ?? null, value, DAY_WEIGHT, DAY_MS / DAY_SLOTS);
    state.week[slots[1]] = this.#slot(before[2] ?? null, value, WEEK_WEIGHT, (7 * DAY_MS) / WEEK_SLOTS);
  }

  /** All rows that fall into a slot on one day share that day's weight. */
  #slot(usual: number | null, value: number, weight: number, length: number): number {
    return usual === null ? value : towards(usual, value, weight / Math.max(1, length / this.state.step));
  }

  #measureStep(wall: WallMillis): void {
    const { state } = this;
    const step = state.last === null ? 0 : wall - state.last;
    // A pause is no step.
    if (step > 0) state.step = towards(state.step, Math.min(step, 4 * state.step), 0.05);
    state.last = wall;
  }
}

function judge(predictor: Judged, guess: number | null, value: number): void {
  if (guess === null) return;
  predictor.rows += 1;
  predictor.error = towards(predictor.error, Math.abs(value - guess), Math.max(1 / ERROR_ROWS, 1 / predictor.rows));
}

function better(one: Judged, other: Judged): boolean {
  return one.rows >= TRIED_ROWS && one.error < ADVANTAGE * other.error;
}

function towards(from: number, to: number, share: number): number {
  return from + share * (to - from);
}

function daySlot(wall: WallMillis): number {
  return Math.floor((wall - wallDay(wall) * DAY_MS) / (DAY_MS / DAY_SLOTS));
}

function weekSlot(wall: WallMillis): number {
  return wallWeekday(wall) * 24 + Math.floor((wall - wallDay(wall) * DAY_MS) / 3_600_000);
}
