import type { AssetChoice, Places, Site } from '@keepsite/edge-contract';

type NewAsset = Exclude<AssetChoice, string>;
type Asset = Places['assets'][number];
type Both = { readonly en: string; readonly zh: string };

/** Assets of one zone, as an adoption offers them. */
export interface PlaceGroup {
  readonly id: string;
  readonly site: Both;
  readonly zone: Both;
  readonly assets: readonly Asset[];
}

const MOST_SHOWN = 40;

/**
 * Assets that hold every word of the text somewhere in their own, their zone's or their site's
 * names, or in the word for what they are, grouped by zone; at most forty, `left` tells how many
 * more there are.
 */
export function searchPlaces(
  places: Places,
  text: string,
  kindWords: Readonly<Partial<Record<Asset['kind'], string>>> = {},
): { groups: PlaceGroup[]; found: number; left: number } {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const zones = new Map(places.zones.map((zone) => [zone.id, zone]));
  const sites = new Map(places.sites.map((site) => [site.id, site]));
  const nameOf = (thing: { name: Both } | undefined, id: string): Both => thing?.name ?? { en: id, zh: id };
  const groups = new Map<string, PlaceGroup & { assets: Asset[] }>();
  let found = 0;
  for (const asset of places.assets) {
    const site = nameOf(sites.get(asset.site), asset.site);
    const zone = nameOf(zones.get(asset.zone), asset.zone);
    const names = [asset.name, zone, site].flatMap(({ en, zh }) => [en, zh]);
    const all = [asset.id, kindWords[asset.kind], ...names].join(' ').toLowerCase();
    if (!words.every((word) => all.includes(word)) || ++found > MOST_SHOWN) continue;
    const group = groups.get(asset.zone) ?? { id: asset.zone, site, zone, assets: [] };
    groups.set(asset.zone, group);
    group.assets.push(asset);
  }
  return { groups: [...groups.values()], found, left: Math.max(0, found - MOST_SHOWN) };
}

/** A name as it was typed: one language is enough. */
export interface Typed {
  readonly own: string;
  readonly other: string;
}

/** What was typed about a new asset and what is new around it. `zone` and `site` are ids, or empty for new ones. */
export interface TypedAsset {
  readonly name: Typed;
  readonly kind: NewAsset['kind'];
  readonly zone: string;
  readonly zoneName: Typed;
  readonly client: string;
  readonly site: string;
  readonly siteName: Typed;
  readonly siteKind: Site['kind'];
  readonly siteZone: string;
}

/** The new asset as the edge wants it, or null while a name is missing. */
export function newAsset(typed: TypedAsset, language: 'en' | 'zh', places: Places): AssetChoice | null {
  const both = ({ own, other }: Typed): Both => {
    const [here, there] = [own.trim(), other.trim() || own.trim()];
    return language === 'en' ? { en: here, zh: there } : { en: there, zh: here };
  };
  if (typed.name.own.trim() === '') return null;
  const asset = (zone: NewAsset['zone'], zoneId: string): AssetChoice => ({
    id: freeId(`${zoneId}-${slug(both(typed.name).en) || typed.kind}`, places.assets),
    zone,
    kind: typed.kind,
    name: both(typed.name),
    traits: {},
  });
  if (typed.zone !== '') return asset(typed.zone, typed.zone);
  if (typed.zoneName.own.trim() === '') return null;
  const siteId = typed.site === '' ? freeId(slug(both(typed.siteName).en) || 'site', places.sites) : typed.site;
  if (typed.site === '' && typed.siteName.own.trim() === '') return null;
  const zoneId = freeId(`${siteId}-${slug(both(typed.zoneName).en) || 'zone'}`, places.zones);
  const site = { id: siteId, name: both(typed.siteName), zone: typed.siteZone, kind: typed.siteKind };
  const zone = {
    id: zoneId,
    site: typed.site === '' ? site : typed.site,
    name: both(typed.zoneName),
    clients: typed.client === '' ? [] : [{ client: typed.client }],
  };
  return asset(zone, zoneId);
}

const KIND_BY_METRIC: readonly (readonly [metric: RegExp, kind: NewAsset['kind']])[] = [
  [/^(floor|door|direction|trips_total|leveling_error_mm|occupied)$/, 'elevator'],
  [/^pump_running$/, 'pump'],
  [/^(water_level_m|float_high)$/, 'sump'],
  [/^(energy_|active_power|voltage|current|water_total|flow_)/, 'meter'],
  [/^(leak|temperature_c|humidity_pct)$/, 'room'],
];

/** What a device probably watches, from what it says. */
export function likelyKind(points: readonly { readonly metric: string }[]): NewAsset['kind'] {
  return KIND_BY_METRIC.find(([metric]) => points.some((point) => metric.test(point.metric)))?.[1] ?? 'other';
}

/** Small letters, digits and dashes; empty where the text has none of them, as in Chinese. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-$/, '');
}

/** The wish, or the first of `wish-2`, `wish-3` … that nobody has; within the bounds of an id. */
export function freeId(wish: string, taken: readonly { readonly id: string }[]): string {
  const ids = new Set(taken.map(({ id }) => id));
  const base = wish.slice(-110).replace(/^-+/, '');
  if (!ids.has(base)) return base;
  for (let n = 2; ; n++) if (!ids.has(`${base}-${n}`)) return `${base}-${n}`;
}

/** How often a device has spoken so far, in seconds; null before it has done so three times. */
export function usualSilence(device: {
  readonly firstHeardAt: string;
  readonly lastHeardAt: string;
  readonly messages: number;
}): number | null {
  const span = (Date.parse(device.lastHeardAt) - Date.parse(device.firstHeardAt)) / 1000;
  return device.messages < 3 || span < 1 ? null : span / (device.messages - 1);
}
