import type { Reading, Value } from '@keepsite/edge-contract';
import { BySeries } from './by-series.ts';
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
import { CellName, type RuleMemory } from './rule-memory.ts';
import type { AssetPlan, Instance, LeafPlan } from './rule-plan.ts';
import { type LeafCell, type SeriesCell, windowOf } from './rule-state.ts';

/** Series that one leaf of one asset remembers at most. */
const MAX_SERIES = 64;
/** Series of one device whose listeners are kept. */
const MAX_ROUTES = 512;
const NOTHING: LeafCell = [];

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

/** One leaf that listens to a series. */
export interface Target {
  readonly instance: Instance;
  readonly leaf: LeafPlan;
  readonly device: string;
  readonly part: string | null;
  /** Where the memory keeps the window; null: the leaf looks at one value alone. */
  readonly window: CellName | null;
  /** The same for what is compared with the past: what was usual, and the hour or day of the past that is being gathered. */
  readonly past: { readonly archive: CellName; readonly gathered: CellName } | null;
  /** Where the leaf's cell held the series when it was last looked for. */
  index: number;
}

/** Who listens to a device's series at its asset; derived from the plan alone, as series appear. */
export function routesOf(device: string, place: AssetPlan): BySeries<Route> {
  return new BySeries(MAX_ROUTES, (metric, part) => {
    const targets = place.slots.flatMap(({ rule }, number) =>
      rule.leaves.flatMap(({ leaf }, which) => {
        const hears = leaf.kind !== 'silence' && leaf.metric === metric && (leaf.parts?.includes(part) ?? true);
        if (!hears) return [];
        const instance = place.instance(number);
        return target(instance, instance.leaves[which] as LeafPlan, device, part);
      }),
    );
    return targets.length === 0 ? NOBODY : new Route(targets);
  });
}

/** Where the readings of one series go. */
export class Route {
  readonly targets: readonly Target[];
  /** Those that must hear every value. */
  readonly #windowed: readonly Target[];
  readonly #plain: readonly Target[];
  #calm: Calm | null = null;

  constructor(targets: readonly Target[]) {
    // Copied: a list that was built piece by piece keeps room for sixteen more, and there are routes by the ten thousand.
    this.targets = targets.slice();
    this.#windowed = targets.filter(({ window }) => window !== null).slice();
    this.#plain = targets.filter(({ window }) => window === null).slice();
  }

  /** Those to whom the value may be news. */
  for(value: Value, memory: RuleMemory): readonly Target[] {
    return this.#calm && isWithin(this.#calm, value, memory) ? this.#windowed : this.targets;
  }

  /** All of them have heard the value: works out which values will be no news to those that keep no window. */
  settle(value: Value, memory: RuleMemory): void {
    const { takenBack } = memory;
    if (this.#plain.length === 0 || takenBack === undefined) return;
    if (this.#calm && isWithin(this.#calm, value, memory)) return;
    const bands = this.#plain.map((target) => harmless(target, value, memory));
    const isCalm = bands.every((band) => band !== null);
    const low = Math.max(...bands.map((band) => band?.low ?? -Infinity));
    const high = Math.min(...bands.map((band) => band?.high ?? Infinity));
    this.#calm = isCalm ? { value, low, high, memory, takenBack } : null;
  }
}

/** The route of all that nobody listens to. */
const NOBODY = new Route([]);

/** As long as the series stays there, the leaves that look at one value alone go on saying no. */
interface Calm extends Band {
  /** Whatever is not a number, or has no band, is calm while it stays the same. */
  readonly value: Value;
  readonly memory: RuleMemory;
  readonly takenBack: number;
}

/** Both ends included; low > high: no value but the one that was heard. */
interface Band {
  readonly low: number;
  readonly high: number;
}

const ONE_VALUE: Band = { low: Infinity, high: -Infinity };

function isWithin({ value, low, high, memory, takenBack }: Calm, now: Value, asked: RuleMemory): boolean {
  if (memory !== asked || takenBack !== asked.takenBack) return false;
  return now === value || (typeof now === 'number' && now >= low && now <= high);
}

/** Values at which the leaf goes on saying no; null: it says something else, or nothing yet. */
function harmless(target: Target, value: Value, memory: RuleMemory): Band | null {
  const { leaf, limits, cell } = target.leaf;
  const series = seriesIn((memory.get(cell) as LeafCell | undefined) ?? NOTHING, target);
  if (series?.truth !== false) return null;
  if (leaf.kind !== 'threshold' || typeof value !== 'number') return ONE_VALUE;
  const { above, below } = limits;
  if (above !== undefined) return { low: leaf.absolute ? -above : -Infinity, high: above };
  return below !== undefined && !leaf.absolute ? { low: below, high: Infinity } : ONE_VALUE;
}

function target(instance: Instance, leaf: LeafPlan, device: string, part: string | null): Target {
  const { kind } = leaf.leaf;
  const window = WINDOWLESS.has(kind) ? null : windowOf(leaf, device, part);
  const past =
    window && LEARNERS[kind]
      ? { archive: new CellName(`${window.key}:archive`), gathered: new CellName(`${window.key}:past`) }
      : null;
  return { instance, leaf, device, part, window, past, index: 0 };
}

/** Lets a leaf hear a value; true when its answer changed, or the time at which it will. */
export function hearValue(target: Target, reading: Reading, sample: Sample, memory: RuleMemory): boolean {
  const { leaf, device, part } = target;
  const cell = (memory.get(leaf.cell) as LeafCell | undefined) ?? NOTHING;
  const before = seriesIn(cell, target);
  if (!before && cell.length >= MAX_SERIES) return false;
  const judged = judgement(target, sample, before, memory);
  if (!judged) return false;
  if (judged.window !== undefined && target.window) memory.set(target.window, judged.window);
  if (judged.archive !== undefined && target.past) memory.set(target.past.archive, judged.archive);
  const { truth, figure, until } = judged;
  const same = before !== undefined && before.truth === truth;
  // A value that goes on being harmless, or the same, leaves no trace: this is most of all readings.
  const told = truth !== true || (before?.value === reading.value && before.figure === figure);
  if (same && told && before.until === until) return false;
  const { value, at: deviceAt } = reading;
  const since = same ? before.since : sample.now;
  const series: SeriesCell = { device, part, truth, value, deviceAt, at: sample.at, since, figure, until };
  memory.set(leaf.cell, before ? cell.with(target.index, series) : cell.concat(series));
  return !same || before.until !== until;
}

function seriesIn(cell: LeafCell, target: Target): SeriesCell | undefined {
  const { device, part } = target;
  const likely = cell[target.index];
  if (likely !== undefined && likely.part === part && likely.device === device) return likely;
  target.index = cell.findIndex((series) => series.part === part && series.device === device);
  return cell[target.index];
}

/** Lets a leaf hear a value of the past. It is gathered beside the running hour or day, which goes on as it was. */
export function hearPast({ leaf, past }: Target, sample: Pick<Sample, 'value' | 'at'>, memory: RuleMemory): void {
  const learn = LEARNERS[leaf.leaf.kind] as Learner<LeafKind> | undefined;
  if (!learn || !past) return;
  const learnt = learn(leaf, sample, {
    window: memory.get(past.gathered),
    archive: () => memory.get(past.archive),
  });
  if (learnt?.window !== undefined) memory.set(past.gathered, learnt.window);
  if (learnt?.archive !== undefined) memory.set(past.archive, learnt.archive);
}

function judgement(
  { leaf, window, past }: Target,
  sample: Sample,
  before: SeriesCell | undefined,
  memory: RuleMemory,
): Judgement | null {
  const { kind } = leaf.leaf;
  if (kind === 'silence') return null;
  const known = {
    truth: before?.truth ?? null,
    window: window ? memory.get(window) : undefined,
    archive: () => (past ? memory.get(past.archive) : undefined),
  };
  return (JUDGES[kind] as Judge<LeafKind>)(leaf, sample, known);
}
