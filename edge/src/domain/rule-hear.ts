import type { Reading, Value } from '@keepsite/edge-contract';
import { BySeries, type SeriesList } from './by-series.ts';
import {
  type Before,
  judgeCount,
  judgeRate,
  judgeState,
  judgeThreshold,
  judgeTimeTo,
  type Judge,
  type Judgement,
  type Learner,
  type Sample,
  type Truth,
} from './leaf.ts';
import { judgeDemand, judgeIncrease } from './leaf-energy.ts';
import { judgeTrend, judgeUnusual, learnTrend, learnUnusual } from './leaf-history.ts';
import type { LeafKind } from './rule.ts';
import type { RuleMemory } from './rule-memory.ts';
import { type Instance, MAX_SERIES, type PlannedLeaf, WindowName } from './rule-instance.ts';
import type { AssetPlan } from './rule-plan.ts';
import type { LeafCell, SeriesCell } from './rule-state.ts';

/** Series of one device whose listeners are kept. */
const MAX_ROUTES = 512;
const NOTHING: LeafCell = [];
const NO_CELLS: readonly LeafCell[] = [];

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

/** A leaf that listens to a series: by itself, or through the window that it keeps of the series. */
export type Target = PlannedLeaf | WindowName;

/** Whose answer hangs on it. */
export function instanceOf(target: Target): Instance {
  return target instanceof WindowName ? target.leaf.instance : target.instance;
}

/** Who listens to a device's series at its asset; derived from the plan alone, as series appear. */
export class Routes {
  readonly #device: string;
  readonly #place: AssetPlan;
  readonly #bySeries: BySeries<Route>;
  /** What leaves know of a series that has never shown anything: most have not, and those of one part have it together. */
  #quiet: readonly LeafCell[] = NO_CELLS;

  /** `noSeries` is the same for all devices of a plan. */
  constructor(device: string, place: AssetPlan, noSeries: SeriesList) {
    this.#device = device;
    this.#place = place;
    this.#bySeries = new BySeries(noSeries);
  }

  /** The same one every time, for the first 512 series; nobody listens: the one of all to which nobody does. */
  of(metric: string, part: string | null): Route {
    return this.#bySeries.get(metric, part) ?? this.#newRoute(metric, part);
  }

  /** For a leaf that knows no other series; the same one every time. */
  neverShown(truth: false | null, part: string | null): LeafCell {
    const device = this.#device;
    for (const cell of this.#quiet) if (cell[0]?.part === part && cell[0].truth === truth) return cell;
    const made = [{ device, part, truth, value: null, deviceAt: null, at: null, since: 0, figure: null, until: null }];
    if (this.#quiet.length < MAX_SERIES) this.#quiet = this.#quiet.concat([made]);
    return made;
  }

  #newRoute(metric: string, part: string | null): Route {
    const targets = targetsOf(this.#place, this.#device, metric, part);
    const route = targets.length === 0 ? NOBODY : new Route(targets);
    if (this.#bySeries.size < MAX_ROUTES) this.#bySeries.add(metric, part, route);
    return route;
  }
}

function targetsOf(place: AssetPlan, device: string, metric: string, part: string | null): Target[] {
  return place.slots.flatMap(({ rule }, number) =>
    rule.leaves.flatMap(({ leaf }, which) => {
      const hears = leaf.kind !== 'silence' && leaf.metric === metric && (leaf.parts?.includes(part) ?? true);
      if (!hears) return [];
      const plan = place.instance(number).leaves[which] as PlannedLeaf;
      return WINDOWLESS.has(leaf.kind) ? plan : (plan.newWindow(device, part) ?? []);
    }),
  );
}

/** Where the readings of one series go. */
export class Route {
  readonly targets: readonly Target[];
  /** Those that must hear every value. */
  readonly #windowed: readonly Target[];
  /** As long as the series stays where it is, the leaves that look at one value alone go on saying no. Null: they may not. */
  #calm: Calm | null = null;

  constructor(targets: readonly Target[]) {
    // Copied: a list that was built piece by piece keeps room for sixteen more, and there are routes by the ten thousand.
    this.targets = targets.slice();
    const windowed = targets.filter((target) => target instanceof WindowName);
    this.#windowed = windowed.length === 0 ? NO_TARGETS : windowed.slice();
  }

  /** Those to whom the value may be news. */
  for(value: Value, memory: RuleMemory): readonly Target[] {
    return this.#calm && isWithin(this.#calm, value, memory) ? this.#windowed : this.targets;
  }

  /** All of them have heard the value: works out which values will be no news to those that keep no window. */
  settle({ device, part, value }: Reading, memory: RuleMemory): void {
    const { upsets } = memory;
    if (this.#windowed.length === this.targets.length || upsets === undefined) return;
    if (this.#calm && isWithin(this.#calm, value, memory)) return;
    let [low, high] = [-Infinity, Infinity];
    this.#calm = null;
    for (const target of this.targets) {
      if (target instanceof WindowName) continue;
      const band = harmless(target, { device, part, value }, memory);
      if (band === null) return;
      low = Math.max(low, band.low);
      high = Math.min(high, band.high);
    }
    this.#calm = { value, low, high, memory, upsets };
  }
}

const NO_TARGETS: readonly Target[] = [];

/** The route of all that nobody listens to. */
const NOBODY = new Route([]);

/** Values that are no news, and as of when. */
interface Calm extends Band {
  /** Whatever is not a number, or has no band, is calm while it stays the same. */
  readonly value: Value;
  readonly memory: RuleMemory;
  readonly upsets: number;
}

/** Both ends included; low > high: no value but the one that was heard. */
interface Band {
  readonly low: number;
  readonly high: number;
}

const ONE_VALUE: Band = { low: Infinity, high: -Infinity };

function isWithin({ value, low, high, memory, upsets }: Calm, now: Value, asked: RuleMemory): boolean {
  if (memory !== asked || upsets !== asked.upsets) return false;
  return now === value || (typeof now === 'number' && now >= low && now <= high);
}

/** Values at which the leaf goes on saying no; null: it says something else, or nothing yet. */
function harmless(plan: PlannedLeaf, { device, part, value }: Said, memory: RuleMemory): Band | null {
  const { leaf, limits } = plan;
  const cell = (memory.get(plan) as LeafCell | undefined) ?? NOTHING;
  if (cell[placeOf(cell, device, part)]?.truth !== false) return null;
  if (leaf.kind !== 'threshold' || typeof value !== 'number') return ONE_VALUE;
  const { above, below } = limits;
  if (above !== undefined) return { low: leaf.absolute ? -above : -Infinity, high: above };
  return below !== undefined && !leaf.absolute ? { low: below, high: Infinity } : ONE_VALUE;
}

type Said = Pick<Reading, 'device' | 'part' | 'value'>;

/** A reading on its way to those who listen. */
export interface Heard {
  readonly reading: Reading;
  readonly sample: Sample;
  readonly routes: Routes;
}

/** Lets a leaf hear a value; true when its answer changed, or the time at which it will. */
export function hearValue(target: Target, { reading, sample, routes }: Heard, memory: RuleMemory): boolean {
  const window = target instanceof WindowName ? target : null;
  const leaf = target instanceof WindowName ? target.leaf : target;
  const { device, part, value, at: deviceAt } = reading;
  const cell = (memory.get(leaf) as LeafCell | undefined) ?? NOTHING;
  const place = placeOf(cell, device, part);
  const before = cell[place];
  if (!before && cell.length >= MAX_SERIES) return false;
  const judged = judgement(leaf, sample, beforeOf(window, before?.truth ?? null, memory));
  if (!judged) return false;
  if (judged.window !== undefined && window) memory.set(window, judged.window);
  if (judged.archive !== undefined && window) memory.set(window.past.archive, judged.archive);
  const { truth, figure, until } = judged;
  const same = before !== undefined && before.truth === truth;
  // A value that goes on being harmless, or the same, leaves no trace: this is most of all readings.
  const told = truth !== true || (before?.value === value && before.figure === figure);
  if (same && told && before.until === until) return false;
  if (truth !== true && until === null && (before?.at ?? null) === null) {
    memory.set(leaf, withSeries(cell, place, routes.neverShown(truth, part)));
    return true;
  }
  const since = same ? before.since : sample.now;
  const series: SeriesCell = { device, part, truth, value, deviceAt, at: sample.at, since, figure, until };
  memory.set(leaf, withSeries(cell, place, [series]));
  return !same || before.until !== until;
}

/** The cell with the one series of `only` in its place, or after all others when it has none. */
function withSeries(cell: LeafCell, place: number, only: LeafCell): LeafCell {
  if (cell.length === (place < 0 ? 0 : 1)) return only;
  return place < 0 ? cell.concat(only) : cell.with(place, only[0] as SeriesCell);
}

/** -1: the leaf has not heard the series. */
function placeOf(cell: LeafCell, device: string, part: string | null): number {
  for (let place = 0; place < cell.length; place += 1) {
    const series = cell[place] as SeriesCell;
    if (series.part === part && series.device === device) return place;
  }
  return -1;
}

/** Lets a leaf hear a value of the past. It is gathered beside the running hour or day, which goes on as it was. */
export function hearPast(target: Target, sample: Pick<Sample, 'value' | 'at'>, memory: RuleMemory): void {
  if (!(target instanceof WindowName)) return;
  const learn = LEARNERS[target.leaf.leaf.kind] as Learner<LeafKind> | undefined;
  if (!learn) return;
  const { archive, gathered } = target.past;
  const learnt = learn(target.leaf, sample, { window: memory.get(gathered), archive: () => memory.get(archive) });
  if (learnt?.window !== undefined) memory.set(gathered, learnt.window);
  if (learnt?.archive !== undefined) memory.set(archive, learnt.archive);
}

function judgement(leaf: PlannedLeaf, sample: Sample, before: Before): Judgement | null {
  const { kind } = leaf.leaf;
  return kind === 'silence' ? null : (JUDGES[kind] as Judge<LeafKind>)(leaf, sample, before);
}

function beforeOf(window: WindowName | null, truth: Truth, memory: RuleMemory): Before {
  if (window !== null) return beforeIn(window, truth, memory);
  if (truth === null) return WAS.unknown;
  return truth ? WAS.true : WAS.false;
}

function beforeIn(window: WindowName, truth: Truth, memory: RuleMemory): Before {
  return { truth, window: memory.get(window), archive: () => memory.get(window.past.archive) };
}

/** Before a leaf that keeps nothing but its answer. */
function was(truth: Truth): Before {
  return { truth, window: undefined, archive: () => undefined };
}

const WAS = { true: was(true), false: was(false), unknown: was(null) } as const;
