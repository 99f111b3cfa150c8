import type { Asset, Device, Millis, Registry } from '@keepsite/edge-contract';
import { AssetPlan } from './asset-plan.ts';
import { SeriesList } from './by-series.ts';
import { CellRows } from './cell-rows.ts';
import { startOfDay } from './local-hour.ts';
import { readyRule } from './ready-rule.ts';
import type { Rule } from './rule.ts';
import { Choice } from './rule-choice.ts';
import { createDueIndex, type DueIndex } from './rule-due.ts';
import { Routes } from './rule-hear.ts';
import { Instance } from './rule-instance.ts';
import { Windows } from './rule-windows.ts';

/** A device on its asset, for as long as the registry says. */
export interface Binding {
  readonly device: Device;
  /** Null: as long as anybody knows. */
  readonly from: Millis | null;
  readonly to: Millis | null;
  readonly place: AssetPlan;
  /** Longest normal silence; null: not known, so silence says nothing. */
  readonly expectMs: number | null;
  /** The cells that keep when it was last heard, and until when it is being tested: a device that moves is one device. */
  readonly heard: number;
  readonly test: number;
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
  /** How many instances there are. */
  readonly size: number;
  readonly devices: ReadonlyMap<string, readonly Binding[]>;
  readonly skipped: readonly Skipped[];
  /** Equal for equal rules on equal assets; the due index belongs to it. */
  readonly shape: string;
  readonly due: DueIndex;
  /** What its cells are called, and its leaves. */
  readonly cells: CellRows;
  readonly leaves: CellRows;
}

export type ExpectEvery = (family: string) => number | undefined;

/** Makes every rule ready for every asset that it applies to and that a device stands on. */
export function planRules(rules: readonly Rule[], registry: Registry, expectEvery: ExpectEvery): Plan {
  const choice = new Choice(rules.map(readyRule));
  const cells = new CellRows();
  const windows = new Windows(cells);
  const cellsOf = deviceCells(registry.devices, cells);
  const zoneOf = timeZones(registry);
  const byAsset = Map.groupBy(registry.devices, (device) => device.asset);
  const noSeries = SeriesList.empty();
  const places: AssetPlan[] = [];
  const leaves = new CellRows();
  let [firstIndex, firstCell, firstLeaf] = [0, cells.count, 0];
  for (const asset of registry.assets) {
    const devices = byAsset.get(asset.id);
    if (!devices) continue;
    const timeZone = zoneOf(asset);
    const speakers = devices.map((device) => ({ device, expectMs: longestSilence(device, expectEvery) }));
    const list = choice.at(asset, speakers, timeZone);
    const place = new AssetPlan({ asset, firstIndex, firstCell, firstLeaf, list, windows }, (own) =>
      speakers.map((it) => bind({ ...it, ...cellsOf(it.device), place: own, timeZone, noSeries })),
    );
    firstIndex += list.slots.length;
    firstCell += list.slots.length;
    firstLeaf += place.leafCount;
    places.push(place);
  }
  cells.row(firstCell - cells.count, slotKeysAt(places));
  leaves.row(firstLeaf, leafKeysAt(places));
  const devices = Map.groupBy(
    places.flatMap((place) => place.devices),
    (binding) => binding.device.id,
  );
  const { skipped, shape } = choice;
  const due = createDueIndex(firstIndex, shape, cells);
  return { places, size: firstIndex, devices, skipped, shape, due, cells, leaves };
}

/** The instance at a place of the due index. Throws a RangeError for a place that the plan does not have. */
export function instanceAt({ places }: Pick<Plan, 'places'>, index: number): Instance {
  const place = lastUpTo(index, places, ({ firstIndex }) => firstIndex);
  if (place === undefined) throw new RangeError(`the plan has no place ${index}`);
  return new Instance(place, index - place.firstIndex);
}

/** Apart from who asks, and so are the other two: a function keeps all that the one around it had. */
function slotKeysAt(places: readonly AssetPlan[]): (slot: number) => string {
  return (slot) => {
    const place = lastUpTo(slot, places, ({ firstIndex }) => firstIndex) as AssetPlan;
    return place.slotKey(slot - place.firstIndex);
  };
}

function leafKeysAt(places: readonly AssetPlan[]): (leaf: number) => string {
  return (leaf) => {
    const place = lastUpTo(leaf, places, ({ firstLeaf }) => firstLeaf) as AssetPlan;
    return place.leafKeyAt(leaf - place.firstLeaf);
  };
}

/** They stand in the order of their numbers. */
function lastUpTo(number: number, places: readonly AssetPlan[], numberOf: (place: AssetPlan) => number) {
  let [low, high] = [0, places.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (numberOf(places[middle] as AssetPlan) <= number) low = middle;
    else high = middle - 1;
  }
  return places[low];
}

/** Two cells a device: one that moves is one device, and its bindings share them. */
function deviceCells(devices: readonly Device[], cells: CellRows): (device: Device) => Pick<Binding, 'heard' | 'test'> {
  const ids = [...new Set(devices.map(({ id }) => id))];
  const [heard, test] = ['h', 't'].map((of) => cells.row(ids.length, keysOf(of, ids))) as [number, number];
  const numbers = new Map(ids.map((id, number) => [id, number]));
  return ({ id }) => ({ heard: heard + (numbers.get(id) ?? 0), test: test + (numbers.get(id) ?? 0) });
}

function keysOf(of: string, ids: readonly string[]): (number: number) => string {
  return (number) => `${of}:${ids[number]}`;
}

function timeZones({ zones, sites }: Registry): (asset: Asset) => string {
  const siteOf = new Map(zones.map(({ id, site }) => [id, site]));
  const zoneOf = new Map(sites.map(({ id, zone }) => [id, zone]));
  return ({ id, zone }) => {
    const timeZone = zoneOf.get(siteOf.get(zone) ?? '');
    if (timeZone === undefined) throw new RangeError(`asset ${id}: no site for zone ${zone}`);
    return timeZone;
  };
}

function longestSilence(device: Device, expectEvery: ExpectEvery): Millis | null {
  const seconds = device.expectEverySeconds ?? expectEvery(device.family);
  return seconds === undefined ? null : seconds * 1000;
}

interface Bound extends Pick<Binding, 'device' | 'place' | 'expectMs' | 'heard' | 'test'> {
  readonly timeZone: string;
  readonly noSeries: SeriesList;
}

/** Named one by one: an object that is put together from others takes half as much again, and there are devices by the ten thousand. */
function bind({ device, place, expectMs, heard, test, timeZone, noSeries }: Bound): Binding {
  const from = device.from === undefined ? null : startOfDay(device.from, timeZone);
  const to = device.to === undefined ? null : startOfDay(device.to, timeZone);
  return { device, from, to, place, expectMs, heard, test, routes: new Routes(device.id, place, noSeries) };
}
