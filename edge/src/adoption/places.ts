import type { Asset, AssetChoice, Registry, Site, Zone } from '@keepsite/edge-contract';
import { EdgeError } from '../errors.ts';

/** Where an asset is, and what must be added to the registry for it. */
export interface ChosenPlace {
  readonly asset: Asset;
  readonly site: Site;
  readonly added: { readonly site?: Site; readonly zone?: Zone; readonly asset?: Asset };
}

/** Looks up what was chosen by id, and takes over what is new. Throws PLACE_UNKNOWN or ADOPTION_REFUSED. */
export function choosePlace(choice: AssetChoice, registry: Registry): ChosenPlace {
  if (typeof choice === 'string') {
    const asset = known(registry.assets, choice, 'asset');
    const zone = known(registry.zones, asset.zone, 'zone');
    return { asset, site: known(registry.sites, zone.site, 'site'), added: {} };
  }
  const { site, zone, added } = chooseZone(choice.zone, registry);
  const asset = fresh(registry.assets, { ...choice, zone: zone.id }, 'asset');
  return { asset, site, added: { ...added, asset } };
}

type NewAsset = Exclude<AssetChoice, string>;

function chooseZone(
  choice: NewAsset['zone'],
  registry: Registry,
): Omit<ChosenPlace, 'asset'> & { readonly zone: Zone } {
  if (typeof choice === 'string') {
    const zone = known(registry.zones, choice, 'zone');
    return { zone, site: known(registry.sites, zone.site, 'site'), added: {} };
  }
  const isNew = typeof choice.site !== 'string';
  const site = isNew
    ? fresh(registry.sites, choice.site as Site, 'site')
    : known(registry.sites, String(choice.site), 'site');
  const zone = fresh(registry.zones, { ...choice, site: site.id }, 'zone');
  return { zone, site, added: isNew ? { site, zone } : { zone } };
}

function known<T extends { readonly id: string }>(list: readonly T[], id: string, what: string): T {
  const found = list.find((it) => it.id === id);
  if (found) return found;
  const near = list.slice(0, 20).map((it) => it.id);
  throw new EdgeError(
    'PLACE_UNKNOWN',
    `there is no ${what} ${id}${near.length > 0 ? `; there is ${near.join(', ')}${list.length > 20 ? ' …' : ''}` : ''}`,
  );
}

function fresh<T extends { readonly id: string }>(list: readonly T[], made: T, what: string): T {
  if (list.some(({ id }) => id === made.id))
    throw new EdgeError(
      'ADOPTION_REFUSED',
      `there is ${what === 'asset' ? 'an' : 'a'} ${what} ${made.id} already: choose it by its id, or give the new one another`,
    );
  return made;
}
