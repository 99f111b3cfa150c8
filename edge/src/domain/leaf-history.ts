import { crossed, type Judge, type Judgement, type Learner, type Truth } from './leaf.ts';
import type { LeafPlan } from './rule-slots.ts';
import { median, type Points, rounded, slopeOfAllPairs, spread } from './window.ts';

const HOURS_A_WEEK = 168;
const HOUR = 3_600_000;
/** Half an hour of samples, three at least, may speak for the hour. */
const FEWEST_SAMPLES = 3;
const LEAST_COVER = HOUR / 2;

/** Samples of the period that is running: a local hour or a local day. */
type Gathering = {
  readonly period: number;
  readonly n: number;
  readonly sum: number;
  readonly first: number;
  readonly last: number;
};

/** For each hour of the week: the week of its newest value, then values, newest last; null: that week had none. */
type Weeks = readonly (readonly (number | null)[] | null)[];

/**
 * Compares the mean of each local hour, once it is over, with the median of the same hour of the
 * weeks before, in units of their median absolute deviation. The median shrugs off an odd week and
 * follows a lasting change after half of the weeks. Hours with too few samples are neither judged
 * nor remembered. The scale is never smaller than 5 % of the median: four equal weeks would
 * otherwise make a watt a surprise. 168 × 6 values of four digits: 7 kB.
 */
export const judgeUnusual: Judge<'unusual'> = (plan, { value, at }, before) => {
  if (typeof value !== 'number') return null;
  const hour = plan.clock.hour(at);
  const was = before.window as Gathering | undefined;
  if (was && hour < was.period) return null;
  const window = gather(was, hour, value, at);
  if (!was || hour === was.period || was.n < FEWEST_SAMPLES || was.last - was.first < LEAST_COVER)
    return { truth: before.truth, figure: null, until: null, window };
  const weeks = (before.archive() as Weeks | undefined) ?? [];
  const slot = was.period % HOURS_A_WEEK;
  const mean = was.sum / was.n;
  const judged = compare(plan, slot, mean, usual(weeks[slot], Math.floor(was.period / HOURS_A_WEEK), plan.leaf.weeks));
  return { ...judged, window, archive: remember(weeks, was.period, mean, plan.leaf.weeks) };
};

/** Hours that are reported late, oldest first, become part of what is usual; an hour that was heard live stays as it was. */
export const learnUnusual: Learner<'unusual'> = ({ leaf, clock }, { value, at }, before) => {
  if (typeof value !== 'number') return null;
  const hour = clock.hour(at);
  const was = before.window as Gathering | undefined;
  if (was && hour < was.period) return { window: gather(undefined, hour, value, at) };
  const window = gather(was, hour, value, at);
  if (!was || hour === was.period || was.n < FEWEST_SAMPLES || was.last - was.first < LEAST_COVER) return { window };
  const weeks = (before.archive() as Weeks | undefined) ?? [];
  return { window, archive: remember(weeks, was.period, was.sum / was.n, leaf.weeks) };
};

function compare({ leaf, limits }: LeafPlan<'unusual'>, slot: number, mean: number, past: number[]): Judgement {
  if (!within(leaf.hours, slot % 24)) return { truth: false, figure: null, until: null };
  if (past.length < leaf.minWeeks) return { truth: null, figure: null, until: null };
  const middle = median(past);
  const difference = leaf.direction === 'above' ? mean - middle : middle - mean;
  const scale = Math.max(spread(past, middle), 0.05 * Math.abs(middle));
  const least = Math.max(limits.minDifference ?? 0, (leaf.minShare ?? 0) * Math.abs(middle));
  return { truth: difference > leaf.scale * scale && difference > least, figure: difference, until: null };
}

function within(hours: { from: number; to: number } | undefined, hour: number): boolean {
  if (!hours) return true;
  return hours.from < hours.to ? hour >= hours.from && hour < hours.to : hour >= hours.from || hour < hours.to;
}

/** Values of the `weeks` weeks before this one. */
function usual(row: Weeks[number] | undefined, week: number, weeks: number): number[] {
  if (!row) return [];
  const newest = row[0] ?? week;
  const values = row.slice(1);
  return values.filter((it, i): it is number => it !== null && week - (newest - (values.length - 1 - i)) <= weeks);
}

function remember(weeks: Weeks, hour: number, mean: number, kept: number): Weeks {
  const slot = hour % HOURS_A_WEEK;
  const row = placed(weeks[slot] ?? null, Math.floor(hour / HOURS_A_WEEK), rounded(mean), kept);
  return Array.from({ length: HOURS_A_WEEK }, (_, i) => (i === slot ? row : (weeks[i] ?? null)));
}

/** The row with the value in its week's place; weeks between that nobody heard are null. */
function placed(row: Weeks[number], week: number, value: number, kept: number): Weeks[number] {
  if (!row) return [week, value];
  const newest = row[0] ?? week;
  const values = row.slice(1);
  const late = newest - week;
  if (late < 0) return [week, ...[...values, ...Array<null>(Math.min(-late - 1, kept)).fill(null), value].slice(-kept)];
  if (late >= kept) return row;
  const long = [...Array<null>(Math.max(late + 1 - values.length, 0)).fill(null), ...values];
  const index = long.length - 1 - late;
  return [newest, ...long.with(index, long[index] ?? value)];
}

/**
 * Slope of the daily means over days, by the median of all pairs; per day, or with `relative` in
 * percent of their median per day. Judged when a local day is over.
 */
export const judgeTrend: Judge<'trend'> = ({ leaf, limits, clock }, { value, at }, before) => {
  if (typeof value !== 'number') return null;
  const day = clock.day(at);
  const was = before.window as Gathering | undefined;
  if (was && day < was.period) return null;
  const window = gather(was, day, leaf.absolute ? Math.abs(value) : value, at);
  if (!was || day === was.period || was.n < FEWEST_SAMPLES)
    return { truth: before.truth, figure: null, until: null, window };
  const past = ((before.archive() as Points | undefined) ?? []).filter(recent(was.period - leaf.overDays));
  const days = [...past, was.period, rounded(was.sum / was.n)];
  return { ...steepness(days, leaf, limits, before.truth), until: null, window, archive: days };
};

/** Days that are reported late join the days before; a day that is known stays as it was. */
export const learnTrend: Learner<'trend'> = ({ leaf, clock }, { value, at }, before) => {
  if (typeof value !== 'number') return null;
  const day = clock.day(at);
  const was = before.window as Gathering | undefined;
  const size = leaf.absolute ? Math.abs(value) : value;
  if (was && day < was.period) return { window: gather(undefined, day, size, at) };
  const window = gather(was, day, size, at);
  if (!was || day === was.period || was.n < FEWEST_SAMPLES) return { window };
  const days = (before.archive() as Points | undefined) ?? [];
  const later = days.findIndex((it, i) => i % 2 === 0 && it >= was.period);
  if (days[later] === was.period) return { window };
  const place = later < 0 ? days.length : later;
  const all = days.toSpliced(place, 0, was.period, rounded(was.sum / was.n));
  return { window, archive: all.filter(recent((all.at(-2) ?? 0) - leaf.overDays)) };
};

function steepness(
  days: Points,
  leaf: LeafPlan<'trend'>['leaf'],
  limits: LeafPlan['limits'],
  was: Truth,
): Pick<Judgement, 'truth' | 'figure'> {
  if (days.length / 2 < leaf.minDays) return { truth: null, figure: null };
  const perDay = slopeOfAllPairs(days);
  const middle = median(days.filter((_, i) => i % 2 === 1));
  if (leaf.relative && middle === 0) return { truth: null, figure: null };
  const figure = leaf.relative ? (100 * perDay) / Math.abs(middle) : perDay;
  return { truth: crossed(limits, figure, was), figure };
}

/** Keeps both numbers of a point whose day is later than `oldest`. */
function recent(oldest: number): (value: number, index: number, points: readonly number[]) => boolean {
  return (_, index, points) => (points[index - (index % 2)] ?? 0) > oldest;
}

function gather(was: Gathering | undefined, period: number, value: number, at: number): Gathering {
  if (!was || was.period !== period) return { period, n: 1, sum: value, first: at, last: at };
  return { period, n: was.n + 1, sum: was.sum + value, first: was.first, last: Math.max(at, was.last) };
}
