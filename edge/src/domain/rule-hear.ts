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
import { type AssetPlan, MAX_SERIES } from './asset-plan.ts';
import { keepsWindow, type Listeners, NOBODY, type SlotLeaf } from './rule-slots.ts';
import type { LeafCell, SeriesCell } from './rule-state.ts';
import { SeriesWindow } from './rule-windows.ts';

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
    const { upsets } = memory;
    if (windowless.length === 0 || upsets === undefined || this.#isCalm(value, memory)) return;
    const isCalm = windowless.every((leaf) => {
      const cell = (memory.get(place.leafCell(leaf)) as LeafCell | undefined) ?? NOTHING;
      return cell[placeOf(cell, device, part)]?.truth === false;
    });
    this.#calmIn = isCalm ? memory : null;
    this.#upsets = upsets;
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
  readonly routes: Routes;
}

/** Lets a leaf hear a value; true when its answer changed, or the time at which it will. */
export function hearValue(target: Target, { reading, sample, place, routes }: Heard, memory: RuleMemory): boolean {
  const window = target instanceof SeriesWindow ? target : null;
  const leaf = leafOf(target);
  const { device, part, value, at: deviceAt } = reading;
  const number = place.leafCell(leaf);
  const cell = (memory.get(number) as LeafCell | undefined) ?? NOTHING;
  const at = placeOf(cell, device, part);
  const before = cell[at];
  if (!before && cell.length >= MAX_SERIES) return false;
  const judged = judgement(leaf, sample, beforeOf(window, before?.truth ?? null, memory));
  if (!judged) return false;
  if (judged.window !== undefined && window) memory.set(window.cell, judged.window);
  if (judged.archive !== undefined && window) memory.set(window.archive, judged.archive);
  const { truth, figure, until } = judged;
  const same = before !== undefined && before.truth === truth;
  // A value that goes on being harmless, or the same, leaves no trace: this is most of all readings.
  const told = truth !== true || (before?.value === value && before.figure === figure);
  if (same && told && before.until === until) return false;
  if (truth !== true && until === null && (before?.at ?? null) === null) {
    memory.set(number, withSeries(cell, at, routes.neverShown(truth, part)));
    return true;
  }
  const since = same ? before.since : sample.now;
  const series: SeriesCell = { device, part, truth, value, deviceAt, at: sample.at, since, figure, until };
  memory.set(number, withSeries(cell, at, [series]));
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
