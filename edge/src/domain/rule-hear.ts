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
import { NO_ROW } from './leaf-memory.ts';
import type { RuleMemory } from './rule-memory.ts';
import { type AssetPlan, MAX_SERIES } from './asset-plan.ts';
import { keepsWindow, type Listeners, NOBODY, type SlotLeaf } from './rule-slots.ts';
import { SeriesWindow } from './rule-windows.ts';

/** Series of one device whose listeners are kept. */
const MAX_ROUTES = 512;

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
/** A leaf that listens to a series: by itself, or through the window that it keeps of the series. */
export type Target = SlotLeaf | SeriesWindow;

export function leafOf(target: Target): SlotLeaf {
  return target instanceof SeriesWindow ? target.leaf : target;
}

/** Who listens to a device's series at its asset; derived from the plan alone, as series appear. */
export class Routes {
  readonly #device: string;
  readonly #place: AssetPlan;
  readonly #bySeries: BySeries<Route>;

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

  #newRoute(metric: string, part: string | null): Route {
    const listeners = this.#place.listenersTo(metric, part);
    const route = listeners === NOBODY ? NOWHERE : new Route(listeners, this.#targets(listeners, part));
    if (this.#bySeries.size < MAX_ROUTES) this.#bySeries.add(metric, part, route);
    return route;
  }

  /** Series of which nobody keeps a window have the list together. */
  #targets({ leaves }: Listeners, part: string | null): readonly Target[] {
    if (!leaves.some(keepsWindow)) return leaves;
    const targetOf = (leaf: SlotLeaf) => this.#place.newWindow(leaf, this.#device, part) ?? [];
    // Copied: a list that was built piece by piece keeps room for sixteen more, and there are routes by the ten thousand.
    return leaves.flatMap((leaf) => (keepsWindow(leaf) ? targetOf(leaf) : leaf)).slice();
  }
}

/** Where the readings of one series go. */
export class Route {
  readonly targets: readonly Target[];
  readonly #listeners: Listeners;
  /** Those that must hear every value. */
  readonly #windowed: readonly Target[];
  /** In whose memory the leaves that look at one value alone all said no, and as of when. Null: they may not. */
  #calmIn: RuleMemory | null = null;
  #upsets = 0;
  /** They said so of this value too; undefined: it lies within their band. */
  #calmAt: Value | undefined;

  constructor(listeners: Listeners, targets: readonly Target[]) {
    this.#listeners = listeners;
    this.targets = targets;
    const windowed = targets.filter((target) => target instanceof SeriesWindow);
    this.#windowed = windowed.length === 0 ? NO_TARGETS : windowed.slice();
  }

  /** Those to whom the value may be news. */
  for(value: Value, memory: RuleMemory): readonly Target[] {
    return this.#isCalm(value, memory) ? this.#windowed : this.targets;
  }

  /** All of them have heard the value: as long as the series stays where it is, it is no news to those that keep no window. */
  settle({ device, part, value }: Reading, place: AssetPlan, memory: RuleMemory): void {
    const { windowless } = this.#listeners;
    if (windowless.length === 0 || this.#isCalm(value, memory)) return;
    const { leaves } = memory;
    const isCalm = windowless.every((leaf) => {
      const row = leaves.rowOf(place.leafNumber(leaf), device, part);
      return row !== NO_ROW && leaves.truthOf(row) === false;
    });
    this.#calmIn = isCalm ? memory : null;
    this.#upsets = memory.upsets;
    this.#calmAt = this.#isWithin(value) ? undefined : value;
  }

  #isCalm(value: Value, memory: RuleMemory): boolean {
    if (this.#calmIn !== memory || this.#upsets !== memory.upsets) return false;
    return value === this.#calmAt || this.#isWithin(value);
  }

  #isWithin(value: Value): boolean {
    const { low, high } = this.#listeners.calm;
    return typeof value === 'number' && value >= low && value <= high;
  }
}

const NO_TARGETS: readonly Target[] = [];

/** The route of all that nobody listens to. */
const NOWHERE = new Route(NOBODY, NO_TARGETS);

/** A reading on its way to those who listen. */
export interface Heard {
  readonly reading: Reading;
  readonly sample: Sample;
  readonly place: AssetPlan;
}

/** Lets a leaf hear a value; true when its answer changed, or the time at which it will. */
export function hearValue(target: Target, { reading, sample, place }: Heard, memory: RuleMemory): boolean {
  const window = target instanceof SeriesWindow ? target : null;
  const leaf = leafOf(target);
  const { device, part, value, at: deviceAt } = reading;
  const { leaves } = memory;
  const number = place.leafNumber(leaf);
  const known = leaves.rowOf(number, device, part);
  const isNew = known === NO_ROW;
  if (isNew && leaves.countOf(number) >= MAX_SERIES) return false;
  const was = isNew ? null : leaves.truthOf(known);
  const judged = judgement(leaf, sample, beforeOf(window, was, memory));
  if (!judged) return false;
  if (judged.window !== undefined && window) memory.set(window.cell, judged.window);
  if (judged.archive !== undefined && window) memory.set(window.archive, judged.archive);
  const { truth, figure, until } = judged;
  const isSame = !isNew && was === truth && leaves.untilOf(known) === until;
  // A value that goes on being harmless, or the same, leaves no trace: this is most of all readings.
  if (isSame && (truth !== true || leaves.showedLast(known, value, figure))) return false;
  const row = isNew ? leaves.add(number, device, part) : known;
  if (truth === true || until !== null || leaves.hasShown(row)) {
    const since = !isNew && was === truth ? leaves.sinceOf(row) : sample.now;
    leaves.write(row, { truth, value, deviceAt, at: sample.at, since, figure, until });
  } else leaves.write(row, { truth });
  return !isSame;
}

/** Lets a leaf hear a value of the past. It is gathered beside the running hour or day, which goes on as it was. */
export function hearPast(target: Target, sample: Pick<Sample, 'value' | 'at'>, memory: RuleMemory): void {
  if (!(target instanceof SeriesWindow)) return;
  const learn = LEARNERS[target.leaf.leaf.kind] as Learner<LeafKind> | undefined;
  if (!learn) return;
  const { archive, gathered } = target;
  const learnt = learn(target.leaf, sample, { window: memory.get(gathered), archive: () => memory.get(archive) });
  if (learnt?.window !== undefined) memory.set(gathered, learnt.window);
  if (learnt?.archive !== undefined) memory.set(archive, learnt.archive);
}

function judgement(leaf: SlotLeaf, sample: Sample, before: Before): Judgement | null {
  const { kind } = leaf.leaf;
  return kind === 'silence' ? null : (JUDGES[kind] as Judge<LeafKind>)(leaf, sample, before);
}

function beforeOf(window: SeriesWindow | null, truth: Truth, memory: RuleMemory): Before {
  if (window !== null) return beforeIn(window, truth, memory);
  if (truth === null) return WAS.unknown;
  return truth ? WAS.true : WAS.false;
}

function beforeIn({ cell, archive }: SeriesWindow, truth: Truth, memory: RuleMemory): Before {
  return { truth, window: memory.get(cell), archive: () => memory.get(archive) };
}

/** Before a leaf that keeps nothing but its answer. */
function was(truth: Truth): Before {
  return { truth, window: undefined, archive: () => undefined };
}

const WAS = { true: was(true), false: was(false), unknown: was(null) } as const;
