import type { Asset } from '@keepsite/edge-contract';
import type { LocalClock } from './local-hour.ts';
import { type Limits, limitsAt, type ReadyRule } from './ready-rule.ts';
import type { LeafKind, LeafOf } from './rule.ts';

/** A rule where it is looked at: at an asset or, when it is about silence, at one of the asset's devices. */
export interface Slot {
  readonly rule: ReadyRule;
  /** The device's place among those of the asset; null: the rule looks at the asset. */
  readonly device: number | null;
  /** In the order of the rule's leaves. */
  readonly leaves: readonly SlotLeaf[];
}

/** What a leaf judges by. */
export interface LeafPlan<K extends LeafKind = LeafKind> {
  readonly leaf: LeafOf<K>;
  readonly accuses: boolean;
  readonly limits: Limits;
  readonly clock: LocalClock;
}

/** A leaf of a slot. */
export interface SlotLeaf extends LeafPlan {
  /** The slot's place among those of the asset, and the leaf's among those of its rule. */
  readonly slot: number;
  readonly which: number;
  /** Its number among all leaves of the asset. */
  readonly number: number;
}

/** Values at which no leaf that keeps no window has news; both ends included; low > high: none but the one that was heard. */
export interface Band {
  readonly low: number;
  readonly high: number;
}

/** Who listens to a series. */
export interface Listeners {
  /** In the order of their numbers. */
  readonly leaves: readonly SlotLeaf[];
  /** Those of them that look at one value alone. */
  readonly windowless: readonly SlotLeaf[];
  /** As long as each of the windowless goes on saying no. */
  readonly calm: Band;
}

/** What is chosen for an asset: which rule, and at which of its devices. */
export interface Chosen extends Pick<Slot, 'rule' | 'device'> {
  /** The rule's place among all rules. */
  readonly number: number;
}

/** These two look at one value alone and keep no window. */
const WINDOWLESS: ReadonlySet<LeafKind> = new Set(['threshold', 'state']);
const ONE_VALUE: Band = { low: Infinity, high: -Infinity };
/** For all series to which nobody listens. */
export const NOBODY: Listeners = { leaves: [], windowless: [], calm: ONE_VALUE };

export function keepsWindow({ leaf }: LeafPlan): boolean {
  return !WINDOWLESS.has(leaf.kind);
}

/** What is looked at at an asset. Assets that are alike have one together: there are assets by the ten thousand. */
export class SlotList {
  readonly slots: readonly Slot[];
  readonly leaves: readonly SlotLeaf[];
  /** By the numbers of the leaves: however many series devices invent, there are no more than rules tell apart. */
  readonly #listeners = new Map<string, Listeners>();

  constructor(chosen: readonly Chosen[], traits: Asset['traits'], clock: LocalClock) {
    const leaves: SlotLeaf[] = [];
    this.slots = chosen.map(({ rule, device }, slot) => {
      const own = rule.leaves.map((it, which): SlotLeaf => {
        const { leaf, accuses } = it;
        return { leaf, accuses, limits: limitsAt(it, traits), clock, slot, which, number: leaves.length + which };
      });
      leaves.push(...own);
      return { rule, device, leaves: own };
    });
    this.leaves = leaves;
  }

  /** The same for all series to which the same leaves listen. */
  listenersTo(metric: string, part: string | null): Listeners {
    const leaves = this.leaves.filter(({ leaf }) => hears(leaf, metric, part));
    if (leaves.length === 0) return NOBODY;
    const key = leaves.map(({ number }) => number).join();
    const known = this.#listeners.get(key) ?? listenersOf(leaves);
    this.#listeners.set(key, known);
    return known;
  }
}

/** Equal for assets that can share a list. */
export function likeness(chosen: readonly Chosen[], traits: Asset['traits'], timeZone: string): string {
  const slots = chosen.map(({ number, rule, device }) => {
    const limits = rule.leaves
      .filter((it) => it.limits === null)
      .map((it) => Object.values(limitsAt(it, traits)).join());
    return [number, device ?? '', ...limits].join(':');
  });
  return [timeZone, ...slots].join(';');
}

function hears(leaf: LeafPlan['leaf'], metric: string, part: string | null): boolean {
  return leaf.kind !== 'silence' && leaf.metric === metric && (leaf.parts?.includes(part) ?? true);
}

function listenersOf(leaves: readonly SlotLeaf[]): Listeners {
  const windowless = leaves.filter((it) => !keepsWindow(it));
  const bands = windowless.map(harmless);
  const calm = { low: Math.max(...bands.map(({ low }) => low)), high: Math.min(...bands.map(({ high }) => high)) };
  return { leaves, windowless, calm };
}

/** Values at which a leaf that said no goes on saying it. */
function harmless({ leaf, limits }: SlotLeaf): Band {
  if (leaf.kind !== 'threshold') return ONE_VALUE;
  const { above, below } = limits;
  if (above !== undefined) return { low: leaf.absolute ? -above : -Infinity, high: above };
  return below !== undefined && !leaf.absolute ? { low: below, high: Infinity } : ONE_VALUE;
}
