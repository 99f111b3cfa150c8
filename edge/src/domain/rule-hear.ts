import type { Reading } from '@keepsite/edge-contract';
import {
  judgeCount,
  judgeRate,
  judgeState,
  judgeThreshold,
  judgeTimeTo,
  type Judge,
  type Judgement,
  type Learner,
  type Sample,
} from './leaf.ts';
import { judgeDemand, judgeIncrease } from './leaf-energy.ts';
import { judgeTrend, judgeUnusual, learnTrend, learnUnusual } from './leaf-history.ts';
import type { LeafKind } from './rule.ts';
import type { RuleMemory } from './rule-memory.ts';
import type { Binding, Instance, LeafPlan, Listener } from './rule-plan.ts';
import { type LeafCell, type SeriesCell, windowKey } from './rule-state.ts';

/** Series that one leaf of one asset remembers at most. */
const MAX_SERIES = 64;

const JUDGES: { readonly [K in Exclude<LeafKind, 'silence'>]: Judge<K> } = {
  threshold: judgeThreshold,
  state: judgeState,
  rate: judgeRate,
  count: judgeCount,
  unusual: judgeUnusual,
  trend: judgeTrend,
  increase: judgeIncrease,
  demand: judgeDemand,
  time_to: judgeTimeTo,
};
/** What compares with the past can learn from a past that comes late. */
const LEARNERS: { readonly [K in LeafKind]?: Learner<K> } = { unusual: learnUnusual, trend: learnTrend };
/** These two look at one value alone and keep no window. */
const WINDOWLESS: ReadonlySet<LeafKind> = new Set(['threshold', 'state']);

/** Where the readings of one series go. */
export interface Route {
  readonly series: string;
  readonly targets: readonly Target[];
}

export interface Target {
  readonly instance: Instance;
  readonly leaf: LeafPlan;
  readonly window: string;
  readonly archive: string;
}

/** Where a device's readings go; derived from the plan alone and filled as series appear. */
export class Routes {
  readonly #known = new Map<Binding, Map<string, Map<string | null, Route>>>();

  of(binding: Binding, { metric, part }: Reading): Route | undefined {
    const known = this.#known.get(binding)?.get(metric)?.get(part);
    if (known) return known;
    const listeners = binding.place.listeners.get(metric);
    if (!listeners) return undefined;
    const route = routeOf(binding, part, listeners);
    this.#keep(binding, metric, part, route);
    return route;
  }

  #keep(binding: Binding, metric: string, part: string | null, route: Route): void {
    let metrics = this.#known.get(binding);
    if (!metrics) this.#known.set(binding, (metrics = new Map()));
    let parts = metrics.get(metric);
    if (!parts) metrics.set(metric, (parts = new Map()));
    // A device that invents parts without end costs time, not memory.
    if (parts.size < MAX_SERIES) parts.set(part, route);
  }
}

/** Lets a leaf hear a value; true when its answer changed, or the time at which it will. */
export function hearValue(target: Target, key: string, reading: Reading, sample: Sample, memory: RuleMemory): boolean {
  const { leaf } = target;
  const cell = memory.get(leaf.key) as LeafCell | undefined;
  const before = cell?.[key];
  if (!before && cell && Object.keys(cell).length >= MAX_SERIES) return false;
  const judged = judgement(target, sample, before, memory);
  if (!judged) return false;
  if (judged.window !== undefined) memory.set(target.window, judged.window);
  if (judged.archive !== undefined) memory.set(target.archive, judged.archive);
  const { truth, figure, until } = judged;
  const same = before !== undefined && before.truth === truth;
  // A value that goes on being harmless, or the same, leaves no trace: this is most of all readings.
  const told = truth !== true || (before?.value === reading.value && before.figure === figure);
  if (same && told && before.until === until) return false;
  const { device, part, value, at: deviceAt } = reading;
  const since = same ? before.since : sample.now;
  const series: SeriesCell = { device, part, truth, value, deviceAt, at: sample.at, since, figure, until };
  memory.set(leaf.key, { ...cell, [key]: series });
  return !same || before.until !== until;
}

/** Lets a leaf hear a value of the past. It is gathered beside the running hour or day, which goes on as it was. */
export function hearPast({ leaf, window, archive }: Target, sample: Pick<Sample, 'value' | 'at'>, memory: RuleMemory) {
  const learn = LEARNERS[leaf.leaf.kind] as Learner<LeafKind> | undefined;
  if (!learn) return;
  const past = `${window}:past`;
  const learnt = learn(leaf, sample, { window: memory.get(past), archive: () => memory.get(archive) });
  if (learnt?.window !== undefined) memory.set(past, learnt.window);
  if (learnt?.archive !== undefined) memory.set(archive, learnt.archive);
}

function judgement(
  { leaf, window, archive }: Target,
  sample: Sample,
  before: SeriesCell | undefined,
  memory: RuleMemory,
): Judgement | null {
  const { kind } = leaf.leaf;
  if (kind === 'silence') return null;
  const known = {
    truth: before?.truth ?? null,
    window: WINDOWLESS.has(kind) ? undefined : memory.get(window),
    archive: () => memory.get(archive),
  };
  return (JUDGES[kind] as Judge<LeafKind>)(leaf, sample, known);
}

function routeOf(binding: Binding, part: string | null, listeners: readonly Listener[]): Route {
  const series = part === null ? binding.device.id : `${binding.device.id}\n${part}`;
  const targets = listeners
    .filter(({ leaf }) => leaf.leaf.kind !== 'silence' && (leaf.leaf.parts?.includes(part) ?? true))
    .map(({ instance, leaf }) => {
      const window = windowKey(leaf.key, series);
      return { instance, leaf, window, archive: `${window}:archive` };
    });
  return { series, targets };
}
