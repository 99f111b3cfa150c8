import type { Asset, Registry } from '@keepsite/edge-contract';
import type { Place } from '../directory.ts';

/** Where the cause of an asset's trouble may lie: ids of assets, the nearest first. */
export interface Upstream {
  /** What feeds it with power. */
  readonly power: readonly string[];
  /** Through what its devices speak. */
  readonly gateway: readonly string[];
  /** What stands in its pit. */
  readonly pit: readonly string[];
  readonly self: readonly string[];
}

/** A chain of boards is never this long; one that names itself must end. */
const MAX_CHAIN = 8;
/** So many boards or gateways of a zone are asked at most. */
const MAX_OF_ZONE = 32;

interface Feeders {
  readonly ofZone: ReadonlyMap<string, readonly Asset[]>;
  readonly ofSite: ReadonlyMap<string, readonly Asset[]>;
  readonly byId: ReadonlyMap<string, Asset>;
  readonly via: ReadonlyMap<string, string>;
}

/**
 * What lies upstream of an asset. The registry may say it: the trait `upstream` names the board that feeds
 * an asset (and that board's own `upstream` the next), `pit` what stands in an elevator's pit, a device's
 * `via` the gateway that carries it. Where it does not, the boards and gateways of the same zone do,
 * and those with the trait `feeds: site` for every zone of their site.
 */
export function upstreamOf({ asset, zone, site }: Place, device: string | null, registry: Registry): Upstream {
  const feeders = feedersOf(registry);
  const named = chainOf(asset, feeders);
  const via = device === null ? undefined : feeders.via.get(device);
  const ofKind = (kind: Asset['kind']) =>
    usualOf(asset, kind, [feeders.ofZone.get(zone.id), feeders.ofSite.get(site.id)]);
  const pit = asset.traits['pit'];
  return {
    power: named.length > 0 ? named : ofKind('switchboard'),
    gateway: via === undefined ? ofKind('gateway') : [via],
    pit: typeof pit === 'string' ? [pit] : [],
    self: [asset.id],
  };
}

/** Boards of one zone do not feed each other unless they say so; the site's own board feeds them all. */
function usualOf(
  asset: Asset,
  kind: Asset['kind'],
  [inZone = [], atSite = []]: (readonly Asset[] | undefined)[],
): string[] {
  if (asset.kind === kind && asset.traits['feeds'] === 'site') return [];
  const usual = asset.kind === kind ? atSite : [...inZone, ...atSite];
  return [...new Set(usual.filter((one) => one.kind === kind).map(idOf))];
}

function chainOf(asset: Asset, { byId }: Feeders): string[] {
  const chain: string[] = [];
  let next = asset.traits['upstream'];
  while (typeof next === 'string' && next !== asset.id && !chain.includes(next) && chain.length < MAX_CHAIN) {
    chain.push(next);
    next = byId.get(next)?.traits['upstream'];
  }
  return chain;
}

const known = new WeakMap<Registry, Feeders>();

function feedersOf(registry: Registry): Feeders {
  const before = known.get(registry);
  if (before) return before;
  const siteOf = new Map(registry.zones.map(({ id, site }) => [id, site]));
  const feeding = registry.assets.filter(({ kind }) => kind === 'switchboard' || kind === 'gateway');
  const forAll = feeding.filter(({ traits }) => traits['feeds'] === 'site');
  const feeders: Feeders = {
    ofZone: bounded(Map.groupBy(feeding, ({ zone }) => zone)),
    ofSite: bounded(Map.groupBy(forAll, ({ zone }) => siteOf.get(zone) ?? '')),
    byId: new Map(registry.assets.map((asset) => [asset.id, asset])),
    via: new Map(registry.devices.flatMap(({ id, via }) => (via === undefined ? [] : [[id, via] as const]))),
  };
  known.set(registry, feeders);
  return feeders;
}

function bounded(groups: Map<string, Asset[]>): Map<string, Asset[]> {
  return new Map([...groups].map(([key, assets]) => [key, assets.slice(0, MAX_OF_ZONE)]));
}

function idOf({ id }: Asset): string {
  return id;
}
