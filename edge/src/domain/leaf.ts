import type { Millis, Value } from '@keepsite/edge-contract';
import type { LeafKind } from './rule.ts';
import type { Limits } from './ready-rule.ts';
import type { LeafPlan } from './rule-slots.ts';
import type { RuleCell } from './rule-memory.ts';
import { addPoint, type Points, slope } from './window.ts';

/** True, false, or null: not known. */
export type Truth = boolean | null;

/** A good, live value. */
export interface Sample {
  readonly value: Value;
  /** What the value's changes are measured by: the device's clock while it is sane. */
  readonly at: Millis;
  /** The edge's time. Holds and counts go by it, so that a wrong device clock cannot shorten them. */
  readonly now: Millis;
}

/** What was known of a series before. */
export interface Before {
  readonly truth: Truth;
  readonly window: RuleCell | undefined;
  readonly archive: () => RuleCell | undefined;
}

/** What a sample says to a leaf. */
export interface Judgement {
  readonly truth: Truth;
  /** The number that was compared, where it is not the value itself. */
  readonly figure: number | null;
  /** When time alone will change the answer; null: never. */
  readonly until: Millis | null;
  readonly window?: RuleCell;
  readonly archive?: RuleCell;
}

/** Null: the value is not of the right type and says nothing. */
export type Judge<K extends LeafKind> = (plan: LeafPlan<K>, sample: Sample, before: Before) => Judgement | null;

/** What a value from the past adds to what a leaf compares with; it never changes what the leaf says now. Null: nothing. */
export type Learner<K extends LeafKind> = (
  plan: LeafPlan<K>,
  sample: Pick<Sample, 'value' | 'at'>,
  before: Pick<Before, 'window' | 'archive'>,
) => Pick<Judgement, 'window' | 'archive'> | null;

/** Beyond the limit, or not yet back at `clear`. */
export function crossed(limits: Limits, value: number, was: Truth): boolean {
  const { above, below } = limits;
  if (above !== undefined) return value > above || (was === true && value > (limits.clear ?? above));
  if (below !== undefined) return value < below || (was === true && value < (limits.clear ?? below));
  return false;
}

const SAID = {
  yes: { truth: true, figure: null, until: null },
  no: { truth: false, figure: null, until: null },
} as const satisfies Record<string, Judgement>;

/** A judgement that depends on this sample alone. Most readings get one without a figure, and none is made for them. */
export function plain(truth: boolean, figure: number | null = null): Judgement {
  if (figure !== null) return { truth, figure, until: null };
  return truth ? SAID.yes : SAID.no;
}

export const judgeThreshold: Judge<'threshold'> = ({ leaf, limits }, { value }, { truth }) => {
  if (typeof value !== 'number') return null;
  const size = leaf.absolute ? Math.abs(value) : value;
  return plain(crossed(limits, size, truth), leaf.absolute ? size : null);
};

export const judgeState: Judge<'state'> = ({ leaf }, { value }) => {
  if (value === null) return null;
  return plain(leaf.is === undefined ? !among(leaf.isNot, value) : among(leaf.is, value));
};

export const judgeRate: Judge<'rate'> = ({ leaf, limits }, sample, before) => {
  const risen = rise(leaf, sample, before);
  if (!risen) return null;
  const figure = risen.perMs === null ? null : risen.perMs * PER_MS[leaf.per];
  const truth = figure === null ? null : crossed(limits, figure, before.truth);
  return { truth, figure, until: null, window: risen.points };
};

/** True when the level will be critical within the time, at the rate of the window; or is so already. Tells the minutes left. */
export const judgeTimeTo: Judge<'time_to'> = ({ leaf, limits }, sample, before) => {
  const risen = rise(leaf, sample, before);
  if (!risen || typeof sample.value !== 'number') return null;
  const { level = 0, withinSeconds = 0, minRisePerHour = 0 } = limits;
  const left = level - sample.value;
  if (left <= 0) return { truth: true, figure: 0, until: null, window: risen.points };
  if (risen.perMs === null) return { truth: null, figure: null, until: null, window: risen.points };
  if (risen.perMs <= 0 || risen.perMs * PER_MS.hour < minRisePerHour)
    return { truth: false, figure: null, until: null, window: risen.points };
  const seconds = left / risen.perMs / 1000;
  const enough = before.truth === true ? (limits.clearSeconds ?? withinSeconds * 1.5) : withinSeconds;
  return { truth: seconds < enough, figure: seconds / 60, until: null, window: risen.points };
};

type CountWindow = { readonly last: Value; readonly events: readonly Millis[] };

/** Changes into `to` (out of `from`, when it is given). The first value ever heard is no change. */
export const judgeCount: Judge<'count'> = (plan, { value, now }, before) => {
  if (value === null) return null;
  const window = before.window as CountWindow | undefined;
  if (window?.last === value) return null;
  const happened = window !== undefined && among(plan.leaf.to, value) && !among(plan.leaf.to, window.last);
  const counts = happened && (plan.leaf.from === undefined || among(plan.leaf.from, window.last));
  const events = [...(window?.events ?? []), ...(counts ? [now] : [])];
  return recount(plan, value, events, now, before.truth);
};

/** The count once old changes have left the window. */
export function expireCount(plan: LeafPlan<'count'>, cell: RuleCell, now: Millis, truth: Truth): Judgement {
  const window = cell as CountWindow;
  return recount(plan, window.last, window.events, now, truth);
}

function recount({ leaf }: LeafPlan<'count'>, last: Value, all: readonly Millis[], now: Millis, was: Truth): Judgement {
  const overMs = leaf.withinSeconds * 1000;
  const events = all.filter((at) => at > now - overMs).slice(-KEPT_EVENTS);
  const enough = was === true ? (leaf.clearBelow ?? leaf.atLeast) : leaf.atLeast;
  const truth = events.length >= enough;
  const least = leaf.clearBelow ?? leaf.atLeast;
  // It stops being true when so many have left that one less than `least` remain.
  const until = truth ? (events[events.length - least] ?? now) + overMs : null;
  return { truth, figure: events.length, until, window: { last, events } };
}

/** 400 (the most a rule may ask for) and a few more: 512 times of 13 digits are 7 kB. */
const KEPT_EVENTS = 512;
const PER_MS = { minute: 60_000, hour: 3_600_000 } as const;

interface Slope {
  readonly overSeconds: number;
  readonly maxGapSeconds?: number | undefined;
}

/** A pause of three windows is a gap; for sensors that speak every 20 minutes a 10-minute window still works. */
function rise(leaf: Slope, sample: Sample, before: Before): { points: Points; perMs: number | null } | null {
  if (typeof sample.value !== 'number') return null;
  const overMs = leaf.overSeconds * 1000;
  const span = { overMs, maxGapMs: (leaf.maxGapSeconds ?? leaf.overSeconds * 3) * 1000 };
  const points = addPoint((before.window as Points | undefined) ?? [], sample.at, sample.value, span);
  return { points, perMs: slope(points, span) };
}

function among(words: unknown, value: Value): boolean {
  return Array.isArray(words) ? words.includes(value) : words === value;
}
