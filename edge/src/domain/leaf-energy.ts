import { metricKind, type Millis } from '@keepsite/edge-contract';
import { crossed, type Judge, type Judgement, type Truth } from './leaf.ts';
import type { LeafPlan } from './rule-slots.ts';
import type { RuleCell } from './rule-memory.ts';

/** One sample per slot; 48 slots of at most 36 characters stay below 2 kB. */
const SLOTS = 48;

type CounterWindow = {
  readonly last: number;
  /** A value below `last`: a reset only if the next one confirms it. */
  readonly doubtful: number | null;
  readonly total: number;
  /** Flat: time, total at that time. */
  readonly points: readonly number[];
};

/** How much a counter grew within a window. A drop counts as a reset once a second value confirms it. */
export const judgeIncrease: Judge<'increase'> = (plan, { value, now }, before) => {
  if (typeof value !== 'number') return null;
  const window = before.window as CounterWindow | undefined;
  if (!window) return weigh(plan, { last: value, doubtful: null, total: 0, points: [now, 0] }, now, before.truth);
  return weigh(plan, advance(window, value, now, plan.leaf.withinSeconds * 1000), now, before.truth);
};

/** The growth once old samples have left the window. */
export function expireIncrease(plan: LeafPlan<'increase'>, cell: RuleCell, now: Millis, was: Truth): Judgement {
  return weigh(plan, cell as CounterWindow, now, was);
}

function advance(window: CounterWindow, value: number, now: Millis, overMs: number): CounterWindow {
  if (value < window.last) {
    if (window.doubtful === null || value < window.doubtful) return { ...window, doubtful: value };
    const total = window.total + value - window.doubtful;
    return { last: value, doubtful: null, total, points: record(window.points, now, total, overMs) };
  }
  const total = window.total + value - window.last;
  return { last: value, doubtful: null, total, points: record(window.points, now, total, overMs) };
}

function record(points: readonly number[], now: Millis, total: number, overMs: number): readonly number[] {
  const slot = overMs / SLOTS;
  const before = points.at(-4);
  const same = before !== undefined && Math.floor((points.at(-2) ?? 0) / slot) === Math.floor(now / slot);
  return [...(same ? points.slice(0, -2) : points), now, total];
}

function weigh({ leaf, limits }: LeafPlan<'increase'>, window: CounterWindow, now: Millis, was: Truth): Judgement {
  const overMs = leaf.withinSeconds * 1000;
  let drop = 0;
  while (window.points.length - drop > 2 && (window.points[drop] ?? 0) <= now - overMs) drop += 2;
  const points = drop === 0 ? window.points : window.points.slice(drop);
  const stale = (points[0] ?? 0) <= now - overMs;
  const figure = stale ? 0 : window.total - (points[1] ?? 0);
  const { atLeast = 0, clearBelow = atLeast } = limits;
  const truth = figure >= (was === true ? clearBelow : atLeast);
  const until = truth && !stale ? (points[0] ?? now) + overMs : null;
  return { truth, figure, until, window: { ...window, points } };
}

const HOUR = 3_600_000;
/** Between two powers further apart than this nothing is known of the energy. */
const LONGEST_GAP = 5 * 60_000;
/** The load of the last minute tells what comes next better than the mean of the block. */
const MEMORY_MS = 60_000;
/** Before that much of the block has passed, a projection is mostly a guess. */
const FIRST_LOOK_SECONDS = 300;

type Block = {
  readonly start: Millis;
  /** Energy of the block so far, and how much of the block it covers. */
  readonly kwh: number;
  readonly coveredMs: number;
  readonly at: Millis;
  readonly value: number;
  /** Power lately, exponentially weighted. */
  readonly kw: number;
};

/**
 * Demand of the clock-aligned block, projected to its end: energy so far plus recent power for the
 * time that is left, over the block's length. A block of which less than half is covered says
 * nothing. Blocks start on the UTC quarter hour, which is the local one wherever offsets are whole
 * quarters.
 */
export const judgeDemand: Judge<'demand'> = ({ leaf, limits }, { value, at }, before) => {
  if (typeof value !== 'number') return null;
  const lengthMs = leaf.blockMinutes * 60_000;
  const was = before.window as Block | undefined;
  if (was && at <= was.at) return null;
  const counter = metricKind(leaf.metric)?.type === 'number' && leaf.metric.endsWith('_kwh');
  const block = was ? carry(was, value, at, lengthMs, counter) : fresh(value, at, lengthMs, counter);
  const elapsedMs = at - block.start;
  const figure = project(block, elapsedMs, lengthMs);
  const certain = settled((block.kwh * HOUR) / lengthMs) > (limits.above ?? Infinity);
  const early = elapsedMs < (leaf.minElapsedSeconds ?? FIRST_LOOK_SECONDS) * 1000 || block.coveredMs < elapsedMs / 2;
  const truth = certain || (early ? before.truth : crossed(limits, figure, before.truth));
  return { truth, figure, until: null, window: block };
};

function fresh(value: number, at: Millis, lengthMs: number, counter: boolean): Block {
  const start = Math.floor(at / lengthMs) * lengthMs;
  return { start, kwh: 0, coveredMs: 0, at, value, kw: counter ? 0 : value / 1000 };
}

function carry(was: Block, value: number, at: Millis, lengthMs: number, counter: boolean): Block {
  const dt = at - was.at;
  const lost = counter ? value < was.value || dt > lengthMs : dt > LONGEST_GAP;
  const next = fresh(value, at, lengthMs, counter);
  if (lost) return next.start === was.start ? { ...was, at, value, kw: counter ? was.kw : next.kw } : next;
  const mean = counter ? ((value - was.value) * HOUR) / dt : (was.value + value) / 2000;
  const inBlock = at - Math.max(was.at, next.start);
  const base = next.start === was.start ? was : next;
  const weight = was.coveredMs === 0 && counter ? 1 : 1 - Math.exp(-dt / MEMORY_MS);
  const latest = counter ? mean : value / 1000;
  return {
    ...next,
    kwh: base.kwh + (mean * inBlock) / HOUR,
    coveredMs: base.coveredMs + inBlock,
    kw: was.kw + (latest - was.kw) * weight,
  };
}

/** What the block does not cover is taken to be like what it does. */
function project(block: Block, elapsedMs: number, lengthMs: number): number {
  const sofar = block.coveredMs > 0 ? (block.kwh * elapsedMs) / block.coveredMs : 0;
  const left = (block.kw * (lengthMs - elapsedMs)) / HOUR;
  return settled(((sofar + left) * HOUR) / lengthMs);
}

/** To the milliwatt: a hundred sums of exactly the contract must not exceed it. */
function settled(kw: number): number {
  return Math.round(kw * 1e6) / 1e6;
}
