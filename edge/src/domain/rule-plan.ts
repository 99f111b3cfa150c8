import type { Asset, Device, Millis, Registry } from '@keepsite/edge-contract';
import { SeriesList } from './by-series.ts';
import { Fingerprint } from './fingerprint.ts';
import { type LocalClock, localClock, startOfDay } from './local-hour.ts';
import { missingTrait, type ReadyRule, readyRule } from './ready-rule.ts';
import type { Rule } from './rule.ts';
import { Routes } from './rule-hear.ts';
import { DeviceCell, Instance, type Slot } from './rule-instance.ts';
import type { CellName, RuleCell, RuleMemory } from './rule-memory.ts';

/**
 * An asset with its devices, and the rules that are looked at there. Of many thousands most never hear a word:
 * an instance is made when it is first asked for, and until then it is no more than a number.
 */
export class AssetPlan {
  readonly asset: Asset;
  readonly clock: LocalClock;
  readonly devices: readonly Binding[];
  readonly slots: readonly Slot[];
  /** Where the first slot stands in the due index; the others follow it. */
  readonly first: number;
  #instances: (Instance | undefined)[] | null = null;

  constructor(
    at: Pick<AssetPlan, 'asset' | 'clock' | 'first'>,
    devicesOf: (place: AssetPlan) => readonly Binding[],
    slotsOf: (place: AssetPlan) => readonly Slot[],
  ) {
    this.asset = at.asset;
    this.clock = at.clock;
    this.first = at.first;
    this.devices = devicesOf(this);
    this.slots = slotsOf(this);
  }

  /** What its instance is called in the memory. */
  keyOf({ rule, device }: Slot): string {
    const own = `i:${rule.id}:${this.asset.id}`;
    const watched = device === null ? undefined : this.devices[device]?.device;
    return watched ? `${own}:${watched.id}:${watched.from ?? ''}` : own;
  }

  /** The same one every time. Throws a RangeError for a slot that is not there. */
  instance(number: number): Instance {
    const slot = this.slots[number];
    if (slot === undefined) throw new RangeError(`${this.asset.id} has no slot ${number}`);
    // As long as it has to be, not longer: there are assets by the ten thousand.
    this.#instances ??= Array.from({ length: this.slots.length });
    return (this.#instances[number] ??= new Instance(this.first + number, slot, this));
  }

  /** Those that the memory has a cell of, in their order. */
  known(memory: RuleMemory): Instance[] {
    return this.slots.flatMap((_, number) => (this.cellOf(number, memory) === undefined ? [] : this.instance(number)));
  }

  /** What the memory holds of a slot; for whoever has not asked for its instance it is looked up, and none is made. */
  cellOf(number: number, memory: RuleMemory): RuleCell | undefined {
    const instance = this.#instances?.[number];
    const slot = this.slots[number];
    if (instance) return memory.get(instance);
    return slot && memory.unclaimed(this.keyOf(slot));
  }
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
  readonly routes: Routes;
}

/** A rule that could not be made ready for assets that it would apply to. */
export interface Skipped {
  readonly rule: string;
  readonly reason: string;
  readonly assets: readonly string[];
}

export interface Plan {
  readonly places: readonly AssetPlan[];
  /** How many instances there are, made or not. */
  readonly size: number;
  readonly devices: ReadonlyMap<string, readonly Binding[]>;
  readonly skipped: readonly Skipped[];
  /** Equal for equal rules on equal assets; the due index belongs to it. */
  readonly shape: string;
}

export type ExpectEvery = (family: string) => number | undefined;

/** Makes every rule ready for every asset that it applies to and that a device stands on. */
export function planRules(rules: readonly Rule[], registry: Registry, expectEvery: ExpectEvery): Plan {
  const choice = new Choice(rules.map(readyRule));
  const zones = new Map(registry.zones.map((zone) => [zone.id, zone.site]));
  const sites = new Map(registry.sites.map((site) => [site.id, site.zone]));
  const byAsset = Map.groupBy(registry.devices, (device) => device.asset);
  const cells = new Map(registry.devices.map((device) => [device.id, cellsOf(device)]));
  const noSeries = SeriesList.empty();
  const places: AssetPlan[] = [];
  let size = 0;
  for (const asset of registry.assets) {
    const devices = byAsset.get(asset.id);
    if (!devices) continue;
    const timeZone = sites.get(zones.get(asset.zone) ?? '');
    if (timeZone === undefined) throw new RangeError(`asset ${asset.id}: no site for zone ${asset.zone}`);
    const place = new AssetPlan(
      { asset, clock: localClock(timeZone), first: size },
      (own) =>
        devices.map((device) =>
          bind({ device, place: own, ...(cells.get(device.id) ?? cellsOf(device)) }, timeZone, expectEvery, noSeries),
        ),
      (own) => choice.at(own),
    );
    size += place.slots.length;
    places.push(place);
  }
  const bindings = places.flatMap((place) => place.devices);
  const devices = Map.groupBy(bindings, (binding) => binding.device.id);
  return { places, size, devices, skipped: choice.skipped, shape: choice.shape };
}

/** The instance at a place of the due index. Throws a RangeError for a place that the plan does not have. */
export function instanceAt({ places }: Pick<Plan, 'places'>, index: number): Instance {
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((places[middle]?.first ?? Infinity) <= index) low = middle;
    else high = middle - 1;
  }
  const place = places[low];
  if (place === undefined) throw new RangeError(`the plan has no place ${index}`);
  return place.instance(index - place.first);
}

/** Chooses the rules for one asset after the other, and prints what it chose. */
class Choice {
  readonly #rules: readonly ReadyRule[];
  readonly #print = new Fingerprint();
  /** Assets that are alike have one list. */
  readonly #slots = new Map<string, readonly Slot[]>();
  readonly #skipped = new Map<string, Skipped & { readonly assets: string[] }>();

  constructor(rules: readonly ReadyRule[]) {
    this.#rules = rules;
    for (const rule of rules) this.#print.text(`${rule.id}=${rule.shape}\n`);
  }

  at(place: AssetPlan): readonly Slot[] {
    const { asset, devices } = place;
    this.#print.text(`${asset.id}\n`);
    for (const { device } of devices) this.#print.text(`${device.id}:${device.from ?? ''}\n`);
    /** Number of the rule, number of the device, and so on. */
    const chosen: number[] = [];
    for (const [number, rule] of this.#rules.entries()) {
      if (rule.assets && !rule.assets.includes(asset.kind)) continue;
      for (const [which, device] of (rule.silence ? devices : [null]).entries()) {
        const reason = whyNot(rule, place, device);
        if (reason !== null) {
          this.#skip(rule.id, reason, asset.id);
          continue;
        }
        chosen.push(number, which);
        this.#print.number(number).number(which);
      }
    }
    return this.#listOf(chosen);
  }

  get skipped(): readonly Skipped[] {
    return [...this.#skipped.values()];
  }

  get shape(): string {
    return `${this.#print}`;
  }

  #listOf(chosen: readonly number[]): readonly Slot[] {
    const key = chosen.join();
    const known = this.#slots.get(key);
    if (known) return known;
    const slots = Array.from({ length: chosen.length / 2 }, (_, i): Slot => {
      const rule = this.#rules[chosen[2 * i] ?? 0] as ReadyRule;
      return { rule, device: rule.silence ? (chosen[2 * i + 1] ?? null) : null };
    });
    this.#slots.set(key, slots);
    return slots;
  }

  #skip(rule: string, reason: string, asset: string): void {
    const key = `${rule}\n${reason}`;
    const skipped = this.#skipped.get(key) ?? { rule, reason, assets: [] };
    this.#skipped.set(key, skipped);
    if (skipped.assets.at(-1) !== asset) skipped.assets.push(asset);
  }
}

function whyNot(rule: ReadyRule, { asset }: AssetPlan, device: Binding | null): string | null {
  const missing = missingTrait(rule, asset.traits);
  if (missing !== null) return `the asset has no trait ${missing}`;
  const unsaid = rule.silence?.times !== undefined && device?.expectMs === null;
  return unsaid ? `nobody says how often ${device.device.id} speaks` : null;
}

/** A device that moves is one device: its bindings share these. */
function cellsOf(device: Device): Pick<Binding, 'heard' | 'test'> {
  return { heard: new DeviceCell('h', device), test: new DeviceCell('t', device) };
}

function bind(
  whose: Pick<Binding, 'device' | 'place' | 'heard' | 'test'>,
  timeZone: string,
  expectEvery: ExpectEvery,
  noSeries: SeriesList,
): Binding {
  const { device, place } = whose;
  const seconds = device.expectEverySeconds ?? expectEvery(device.family);
  return {
    ...whose,
    from: device.from === undefined ? -Infinity : startOfDay(device.from, timeZone),
    to: device.to === undefined ? Infinity : startOfDay(device.to, timeZone),
    expectMs: seconds === undefined ? null : seconds * 1000,
    routes: new Routes(device.id, place, noSeries),
  };
}
