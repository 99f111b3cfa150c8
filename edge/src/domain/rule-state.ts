import type { Millis, Severity } from '@keepsite/edge-contract';
import { expireCount, type Judgement, type Truth } from './leaf.ts';
import { expireIncrease } from './leaf-energy.ts';
import { isShown, NO_ROW } from './leaf-memory.ts';
import type { RuleCell, RuleMemory } from './rule-memory.ts';
import type { HoldPlan, Node } from './ready-rule.ts';
import type { Instance } from './rule-instance.ts';
import type { Binding } from './rule-plan.ts';
import type { LeafPlan, SlotLeaf } from './rule-slots.ts';

/** What a hold lets through, and since when its input has said otherwise. */
export type HoldCell = readonly [out: boolean, pending: Millis | null];

/** Who showed the condition first. */
export type FirstCell = { readonly at: Millis; readonly deviceAt: Millis | null; readonly device: string | null };

export type RaisedCell = {
  readonly severity: Severity;
  readonly summary: { readonly en: string; readonly zh: string };
  readonly first: FirstCell;
  /** Raised while the device was being tested: it turns into the real thing when the test is over. */
  readonly test: boolean;
};

export type InstanceCell = {
  readonly shape: string;
  /** When the rule was first looked at: silence is not counted from before. For a rule about anything else it says nothing. */
  readonly armed: Millis;
  readonly holds: readonly HoldCell[];
  readonly due: Millis | null;
  readonly first: FirstCell | null;
  readonly raised: RaisedCell | null;
};

/** The instant a device was last heard; in an array once it has been found silent. */
export type HeardCell = Millis | readonly [Millis];

/** One look at an instance at one instant; collects what time alone will change, and when. */
export interface Look {
  readonly instance: Instance;
  readonly at: Millis;
  readonly memory: RuleMemory;
  readonly armed: Millis;
  readonly listeningSince: Millis;
  readonly holds: HoldCell[];
  due: Millis;
}

/** The instance's cell; the state of conditions that have since been rewritten is dropped, what was raised is not. */
export function recall(instance: Instance, memory: RuleMemory, at: Millis): InstanceCell {
  const cell = memory.get(instance.cell) as InstanceCell | undefined;
  const { resting } = instance.rule;
  if (cell?.shape === resting.shape) return cell;
  const { raised = null, armed = at } = cell ?? {};
  const holds = raised === null ? resting.holds : resting.holds.with(0, [true, null]);
  return { ...resting, armed, holds, raised };
}

/** Remembers it; an instance without news shares its cell, or at least its holds, with all others of its rule. */
export function remember(instance: Instance, next: InstanceCell, memory: RuleMemory): void {
  const { resting } = instance.rule;
  const atRest = next.holds.every(isAtRest);
  const shared = atRest ? { ...next, holds: resting.holds } : next;
  const nothing = atRest && next.due === null && next.first === null && next.raised === null;
  // Only silence is counted from when the rule was first looked at.
  const cell = nothing && instance.device === null ? resting : shared;
  if (memory.get(instance.cell) !== cell) memory.set(instance.cell, cell);
}

function isAtRest([out, pending]: HoldCell): boolean {
  return !out && pending === null;
}

/** Undefined: no device of the asset has ever said it. A lift without a head count may still have a person sensor. */
type Known = Truth | undefined;

/**
 * Three-valued: unknown parts leave the whole unknown unless the known ones decide. What no device
 * has ever said is left out of `any` and makes `all` unknown.
 */
export function truthOf(node: Node, look: Look): Known {
  const raw = inner(node, look);
  return node.hold ? held(node.hold, raw, look) : raw;
}

function inner(node: Node, look: Look): Known {
  if (node.kind === 'leaf') return leafTruth(look.instance.leaves[node.leaf] as SlotLeaf, look);
  if (node.kind !== 'not') return groupTruth(node, look);
  const truth = truthOf(node.of, look);
  return typeof truth === 'boolean' ? !truth : truth;
}

function groupTruth({ kind, of }: Extract<Node, { readonly kind: 'all' | 'any' }>, look: Look): Known {
  let truth: Known;
  let isMissing = false;
  // Every part is looked at, even when the first decides: their holds run on.
  for (const part of of) {
    const said = truthOf(part, look);
    if (said === undefined) isMissing = true;
    else truth = joined(kind, truth, said);
  }
  return kind === 'all' && isMissing && truth === true ? null : truth;
}

/** Lets a change through once it has lasted. What is unknown interrupts the wait and is passed on as unknown. */
export function held(hold: HoldPlan, raw: Known, look: Look): Known {
  const [out, pending] = look.holds[hold.index] ?? [false, null];
  if (raw === null || raw === undefined || raw === out) {
    if (pending !== null || look.holds[hold.index] === undefined) look.holds[hold.index] = [out, null];
    return raw;
  }
  const since = pending ?? look.at;
  const due = since + (raw ? hold.forMs : hold.clearMs);
  if (due <= look.at) {
    look.holds[hold.index] = [raw, null];
    return raw;
  }
  look.due = Math.min(look.due, due);
  look.holds[hold.index] = [out, since];
  return out;
}

function leafTruth(leaf: SlotLeaf, look: Look): Known {
  if (leaf.leaf.kind === 'silence') return silent(look.instance.device, leaf.leaf, look);
  const kind = leaf.leaf.match === 'every' ? 'all' : 'any';
  const { leaves } = look.memory;
  let truth: Known;
  for (let row = leaves.firstOf(look.instance.place.leafNumber(leaf)); row !== NO_ROW; row = leaves.nextOf(row)) {
    refresh(row, leaf, look);
    const binding = bindingOf(leaves.deviceOf(row), look);
    if (!binding) continue;
    const [said, until] = [leaves.truthOf(row), leaves.untilOf(row)];
    // When the device leaves the asset, what it accuses the asset of leaves with it.
    if (said === true) look.due = Math.min(look.due, binding.to ?? Infinity);
    if (until !== null) look.due = Math.min(look.due, until);
    truth = joined(kind, truth, isSilent(binding, look.memory) ? null : said);
  }
  return truth;
}

function bindingOf(device: string, { instance, at }: Look): Binding | undefined {
  for (const binding of instance.place.devices) if (binding.device.id === device && covers(binding, at)) return binding;
  return undefined;
}

/** Brings up to date what time alone has changed of a series. */
function refresh(row: number, leaf: SlotLeaf, { instance, memory, at }: Look): void {
  const { leaves } = memory;
  const over = leaves.untilOf(row);
  if (over === null || over > at) return;
  const series = leaves.read(row);
  if (!isShown(series)) return;
  const { cell } = instance.place.windowOf(leaf, series.device, series.part);
  const { truth, figure, until, window } = expire(leaf, memory.get(cell), at, series.truth);
  if (window !== undefined) memory.set(cell, window);
  const since = truth === series.truth ? series.since : at;
  leaves.write(row, { ...series, truth, figure, until, since });
}

function expire(plan: LeafPlan, window: RuleCell | undefined, at: Millis, was: Truth): Judgement {
  const { kind } = plan.leaf;
  if (window !== undefined && kind === 'count') return expireCount(plan as LeafPlan<'count'>, window, at, was);
  if (window !== undefined && kind === 'increase') return expireIncrease(plan as LeafPlan<'increase'>, window, at, was);
  return { truth: null, figure: null, until: null };
}

/** Longest silence that the leaf accepts from the device. */
export function silenceMs(binding: Binding | null, leaf: { seconds?: number | undefined; times?: number | undefined }) {
  return leaf.seconds === undefined ? (leaf.times ?? 1) * (binding?.expectMs ?? Infinity) : leaf.seconds * 1000;
}

function silent(binding: Binding | null, leaf: Parameters<typeof silenceMs>[1], look: Look): Truth {
  if (!binding || look.at >= (binding.to ?? Infinity)) return false;
  const cell = look.memory.get(binding.heard) as HeardCell | undefined;
  const heard = typeof cell === 'object' ? cell[0] : (cell ?? look.armed);
  const deadline = Math.max(heard, look.listeningSince, binding.from ?? -Infinity) + silenceMs(binding, leaf);
  if (look.at < deadline) {
    look.due = Math.min(look.due, deadline);
    return false;
  }
  if (typeof cell !== 'object') look.memory.set(binding.heard, [heard]);
  return true;
}

export function isSilent(binding: Binding, memory: RuleMemory): boolean {
  return typeof memory.get(binding.heard) === 'object';
}

export function covers(binding: Binding, at: Millis): boolean {
  return (binding.from ?? -Infinity) <= at && at < (binding.to ?? Infinity);
}

/** What has been said so far and one thing more: one decides, else both must be known. Lists of them would be thrown away at every look. */
function joined(kind: 'all' | 'any', sofar: Known, said: Truth): Truth {
  const decisive = kind === 'any';
  if (sofar === decisive || said === decisive) return decisive;
  return sofar === null ? null : said;
}
