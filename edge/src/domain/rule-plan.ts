import type { Asset, Device, Millis, Registry } from '@keepsite/edge-contract';
import type { BySeries } from './by-series.ts';
import { Fingerprint } from './fingerprint.ts';
import { type LocalClock, localClock, startOfDay } from './local-hour.ts';
import { type Limits, limitsAt, missingTrait, type ReadyRule, readyRule } from './ready-rule.ts';
import type { LeafKind, LeafOf, Rule } from './rule.ts';
import { type Route, routesOf } from './rule-hear.ts';
import { CellName } from './rule-memory.ts';

/**
 * A rule at one asset; a rule about silence at each of its devices. Of many thousands most never hear a
 * word, so what they need for that is made when it is first asked for.
 */
export class Instance {
  /** Its place in the due index. */
  readonly index: number;
  readonly rule: ReadyRule;
  readonly place: AssetPlan;
  /** A silence rule watches each device by itself; null for every other rule. */
  readonly device: Binding | null;
  #cell: CellName | null = null;
  #leaves: readonly LeafPlan[] | null = null;

  constructor(index: number, rule: ReadyRule, place: AssetPlan, device: Binding | null) {
    this.index = index;
    this.rule = rule;
    this.place = place;
    this.device = device;
  }

  /** The text of its name in the memory. */
  get key(): string {
    const own = `i:${this.rule.id}:${this.place.asset.id}`;
    return this.device ? `${own}:${this.device.device.id}:${this.device.device.from ?? ''}` : own;
  }

  /** Where the memory keeps what is raised and what is pending. */
  get cell(): CellName {
    return (this.#cell ??= new CellName(this.key));
  }

  /** In the order of the rule's leaves. */
  get leaves(): readonly LeafPlan[] {
    return (this.#leaves ??= leavesOf(this.rule, this.place));
  }
}

export interface LeafPlan<K extends LeafKind = LeafKind> {
  readonly leaf: LeafOf<K>;
  /** Where the memory keeps what it knows of each series. */
  readonly cell: CellName;
  readonly accuses: boolean;
  readonly limits: Limits;
  readonly clock: LocalClock;
}

export interface AssetPlan {
  readonly asset: Asset;
  readonly clock: LocalClock;
  readonly devices: readonly Binding[];
  readonly instances: Instance[];
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

/** Makes every rule ready for every asset that it applies to and that a device stands on. */
export function planRules(rules: readonly Rule[], registry: Registry, expectEvery: ExpectEvery): Plan {
  const ready = rules.map(readyRule);
  const places = placeDevices(registry, expectEvery);
  const instances: Instance[] = [];
  const skipped: Skipped[] = [];
  const shape = new Fingerprint();
  for (const rule of ready) shape.text(`${rule.id}=${rule.shape}\n`);
  for (const place of places.values()) {
    shape.text(`${place.asset.id}\n`);
    for (const { device } of place.devices) shape.text(`${device.id}:${device.from ?? ''}\n`);
    for (const [number, rule] of ready.entries()) {
      if (rule.assets && !rule.assets.includes(place.asset.kind)) continue;
      for (const [which, device] of (rule.silence ? place.devices : [null]).entries()) {
        const reason = whyNot(rule, place, device);
        if (reason !== null) {
          skipped.push({ rule: rule.id, asset: place.asset.id, reason });
          continue;
        }
        const instance = new Instance(instances.length, rule, place, device);
        instances.push(instance);
        place.instances.push(instance);
        shape.number(number).number(which);
      }
    }
  }
  const devices = Map.groupBy(
    [...places.values()].flatMap((place) => place.devices),
    (binding) => binding.device.id,
  );
  return { instances, devices, skipped, shape: `${shape}` };
}

function whyNot(rule: ReadyRule, { asset }: AssetPlan, device: Binding | null): string | null {
  const missing = missingTrait(rule, asset.traits);
  if (missing !== null) return `the asset has no trait ${missing}`;
  const unsaid = rule.silence?.times !== undefined && device?.expectMs === null;
  return unsaid ? `nobody says how often ${device.device.id} speaks` : null;
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
    const place: AssetPlan = { asset, clock: localClock(timeZone), devices: bindings, instances: [] };
    for (const device of devices) bindings.push(bind(device, place, timeZone, expectEvery));
    places.set(asset.id, place);
  }
  return places;
}

function bind(device: Device, place: AssetPlan, timeZone: string, expectEvery: ExpectEvery): Binding {
  const seconds = device.expectEverySeconds ?? expectEvery(device.family);
  const routes = routesOf(device.id, place);
  return {
    device,
    place,
    from: device.from === undefined ? -Infinity : startOfDay(device.from, timeZone),
    to: device.to === undefined ? Infinity : startOfDay(device.to, timeZone),
    expectMs: seconds === undefined ? null : seconds * 1000,
    heard: new CellName(`h:${device.id}`),
    test: new CellName(`t:${device.id}`),
    routes,
  };
}

function leavesOf({ id, shape, leaves }: ReadyRule, { asset, clock }: AssetPlan): LeafPlan[] {
  return leaves.map((ready, number) => ({
    leaf: ready.leaf,
    cell: new CellName(`l:${id}:${shape}:${number}:${asset.id}`),
    accuses: ready.accuses,
    limits: limitsAt(ready, asset.traits),
    clock,
  }));
}
