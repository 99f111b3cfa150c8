import type { Asset, Device, Fault, Millis, Registry, Severity } from '@keepsite/edge-contract';
import { type LocalClock, localClock, startOfDay } from './local-hour.ts';
import type { Condition, Group, Leaf, LeafKind, LeafOf, Limit, Rule } from './rule.ts';
import type { BySeries } from './by-series.ts';
import { type Route, routesOf } from './rule-hear.ts';
import { CellName } from './rule-memory.ts';

/** A rule made ready for one asset: limits are numbers, nodes are numbered, keys are spelled once. */
export interface Instance {
  /** Its place in the due index. */
  readonly index: number;
  /** Where the memory keeps what is raised and what is pending. */
  readonly cell: CellName;
  readonly rule: string;
  /** Changes when the rule's conditions change: what was remembered of the old ones is then dropped. */
  readonly shape: string;
  readonly fault: Fault;
  readonly severity: Severity;
  readonly summary: Rule['summary'];
  readonly place: AssetPlan;
  /** A silence rule watches each device by itself; null for every other rule. */
  readonly device: Binding | null;
  /** The rule's own hold (number 0) decides between raised and cleared. */
  readonly hold: HoldPlan;
  readonly root: Node;
  readonly quiet: Node | null;
  readonly clear: Node | null;
  readonly leaves: readonly LeafPlan[];
  readonly holds: number;
}

export type Node =
  | { readonly kind: 'leaf'; readonly leaf: LeafPlan; readonly hold: HoldPlan | null }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Node[]; readonly hold: HoldPlan | null }
  | { readonly kind: 'not'; readonly of: Node; readonly hold: HoldPlan | null };

export interface HoldPlan {
  readonly index: number;
  readonly forMs: number;
  readonly clearMs: number;
}

export interface LeafPlan<K extends LeafKind = LeafKind> {
  readonly leaf: LeafOf<K>;
  /** Where the memory keeps what it knows of each series. */
  readonly cell: CellName;
  /** False for a leaf of `quietWhen`: it never counts as evidence. */
  readonly accuses: boolean;
  readonly limits: Limits;
  readonly clock: LocalClock;
}

/** Resolved numbers of a leaf, by the name of its field. */
export type Limits = Readonly<Partial<Record<(typeof LIMIT_FIELDS)[number], number>>>;

export interface AssetPlan {
  readonly asset: Asset;
  readonly clock: LocalClock;
  readonly devices: readonly Binding[];
  readonly instances: Instance[];
  /** Which instances listen to a metric, with the leaf that does. */
  readonly listeners: Map<string, Listener[]>;
}

export interface Listener {
  readonly instance: Instance;
  readonly leaf: LeafPlan;
}

/** A device on its asset, for as long as the registry says. */
export interface Binding {
  readonly device: Device;
  readonly from: Millis;
  readonly to: Millis;
  readonly place: AssetPlan;
  /** Longest normal silence; null: not known, so silence says nothing. */
  readonly expectMs: number | null;
  /** Where the memory keeps when it was last heard, and until when it is being tested. */
  readonly heard: CellName;
  readonly test: CellName;
  /** Who listens to what it says. */
  readonly routes: BySeries<Route>;
}

/** A rule that could not be made ready for an asset that it would apply to. */
export interface Skipped {
  readonly rule: string;
  readonly asset: string;
  readonly reason: string;
}

export interface Plan {
  readonly instances: readonly Instance[];
  readonly devices: ReadonlyMap<string, readonly Binding[]>;
  readonly skipped: readonly Skipped[];
  /** Equal for equal rules on equal assets; the due index belongs to it. */
  readonly shape: string;
}

export type ExpectEvery = (family: string) => number | undefined;

const LIMIT_FIELDS = [
  'above',
  'below',
  'clear',
  'level',
  'withinSeconds',
  'clearSeconds',
  'minRisePerHour',
  'minDifference',
  'atLeast',
  'clearBelow',
] as const;

/** Makes every rule ready for every asset that it applies to and that a device stands on. */
export function planRules(rules: readonly Rule[], registry: Registry, expectEvery: ExpectEvery): Plan {
  const places = placeDevices(registry, expectEvery);
  const instances: Instance[] = [];
  const skipped: Skipped[] = [];
  const shapes = new Map(rules.map((rule) => [rule, shapeOf(rule)]));
  for (const place of places.values()) {
    for (const [rule, shape] of shapes) {
      if (rule.assets && !rule.assets.includes(place.asset.kind)) continue;
      for (const device of rule.when.kind === 'silence' ? place.devices : [null]) {
        const instance = prepare({ rule, shape, place, device, index: instances.length });
        if ('reason' in instance) skipped.push(instance);
        else instances.push(listen(instance));
      }
    }
  }
  const devices = Map.groupBy(
    [...places.values()].flatMap((place) => place.devices),
    (binding) => binding.device.id,
  );
  return { instances, devices, skipped, shape: hash(instances.map((it) => `${it.cell.key}=${it.shape}`).join()) };
}

function placeDevices(registry: Registry, expectEvery: ExpectEvery): Map<string, AssetPlan> {
  const zones = new Map(registry.zones.map((zone) => [zone.id, zone.site]));
  const sites = new Map(registry.sites.map((site) => [site.id, site.zone]));
  const byAsset = Map.groupBy(registry.devices, (device) => device.asset);
  const places = new Map<string, AssetPlan>();
  for (const asset of registry.assets) {
    const devices = byAsset.get(asset.id);
    if (!devices) continue;
    const timeZone = sites.get(zones.get(asset.zone) ?? '');
    if (timeZone === undefined) throw new RangeError(`asset ${asset.id}: no site for zone ${asset.zone}`);
    const bindings: Binding[] = [];
    const clock = localClock(timeZone);
    const place: AssetPlan = { asset, clock, devices: bindings, instances: [], listeners: new Map() };
    for (const device of devices) bindings.push(bind(device, place, timeZone, expectEvery));
    places.set(asset.id, place);
  }
  return places;
}

function bind(device: Device, place: AssetPlan, timeZone: string, expectEvery: ExpectEvery): Binding {
  const seconds = device.expectEverySeconds ?? expectEvery(device.family);
  const binding = {
    device,
    place,
    from: device.from === undefined ? -Infinity : startOfDay(device.from, timeZone),
    to: device.to === undefined ? Infinity : startOfDay(device.to, timeZone),
    expectMs: seconds === undefined ? null : seconds * 1000,
    heard: new CellName(`h:${device.id}`),
    test: new CellName(`t:${device.id}`),
  };
  return { ...binding, routes: routesOf(binding) };
}

function listen(instance: Instance): Instance {
  instance.place.instances.push(instance);
  for (const leaf of instance.leaves) {
    if (leaf.leaf.kind === 'silence') continue;
    const listeners = instance.place.listeners.get(leaf.leaf.metric);
    if (listeners) listeners.push({ instance, leaf });
    else instance.place.listeners.set(leaf.leaf.metric, [{ instance, leaf }]);
  }
  return instance;
}

interface Fitting {
  readonly rule: Rule;
  readonly shape: string;
  readonly place: AssetPlan;
  readonly device: Binding | null;
  readonly index: number;
}

function prepare({ rule, shape, place, device, index }: Fitting): Instance | Skipped {
  const leaves: LeafPlan[] = [];
  let holds = 1;
  let missing: string | null = null;

  function node(condition: Condition, accuses: boolean): Node {
    const hold = holdOf(condition);
    if (condition.kind === 'not') return { kind: 'not', of: node(condition.of, accuses), hold };
    if (isGroup(condition)) return { kind: condition.kind, of: condition.of.map((it) => node(it, accuses)), hold };
    const cell = new CellName(`l:${rule.id}:${shape}:${leaves.length}:${place.asset.id}`);
    const limits = resolve(condition, place.asset.traits, (trait) => (missing ??= trait));
    const leaf: LeafPlan = { leaf: condition, cell, accuses, limits, clock: place.clock };
    leaves.push(leaf);
    return { kind: 'leaf', leaf, hold };
  }

  function holdOf(condition: Pick<Condition, 'forSeconds' | 'clearForSeconds'>): HoldPlan | null {
    if (condition.forSeconds === undefined && condition.clearForSeconds === undefined) return null;
    return holdPlan(condition, holds++);
  }

  const root = node(rule.when, true);
  const quiet = rule.quietWhen ? node(rule.quietWhen, false) : null;
  const clear = rule.clearWhen ? node(rule.clearWhen, false) : null;
  const asset = place.asset.id;
  if (missing !== null) return { rule: rule.id, asset, reason: `the asset has no trait ${missing}` };
  if (rule.when.kind === 'silence' && rule.when.times !== undefined && device?.expectMs === null)
    return { rule: rule.id, asset, reason: `nobody says how often ${device.device.id} speaks` };
  const { fault, severity, summary } = rule;
  const told = { rule: rule.id, fault, severity, summary };
  const key = device
    ? `i:${rule.id}:${asset}:${device.device.id}:${device.device.from ?? ''}`
    : `i:${rule.id}:${asset}`;
  const hold = holdPlan(rule, 0);
  return { ...told, index, cell: new CellName(key), shape, place, device, hold, root, quiet, clear, leaves, holds };
}

function isGroup(condition: Condition): condition is Group {
  return condition.kind === 'all' || condition.kind === 'any';
}

function holdPlan(held: Pick<Condition, 'forSeconds' | 'clearForSeconds'>, index: number): HoldPlan {
  return { index, forMs: (held.forSeconds ?? 0) * 1000, clearMs: (held.clearForSeconds ?? 0) * 1000 };
}

function resolve(leaf: Leaf, traits: Asset['traits'], missing: (trait: string) => void): Limits {
  const limits: Partial<Record<(typeof LIMIT_FIELDS)[number], number>> = {};
  for (const field of LIMIT_FIELDS) {
    const limit = (leaf as Partial<Record<typeof field, Limit>>)[field];
    if (limit !== undefined) limits[field] = resolveLimit(limit, traits, missing);
  }
  return limits;
}

function resolveLimit(limit: Limit, traits: Asset['traits'], missing: (trait: string) => void): number {
  if (typeof limit === 'number') return limit;
  const own = Object.hasOwn(traits, limit.trait) ? traits[limit.trait] : undefined;
  const base = typeof own === 'number' && Number.isFinite(own) ? own : limit.default;
  if (base === undefined) missing(limit.trait);
  return (base ?? 0) * (limit.times ?? 1) + (limit.plus ?? 0);
}

function shapeOf({ when, quietWhen, clearWhen, forSeconds, clearForSeconds }: Rule): string {
  return hash(JSON.stringify([when, quietWhen, clearWhen, forSeconds, clearForSeconds]));
}

/** FNV-1a, 32 bits: tells changed rules from unchanged ones; no security rests on it. */
function hash(text: string): string {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(36);
}
