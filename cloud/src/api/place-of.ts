import type { Incident, LinkScene } from '@keepsite/edge-contract';
import type { Store } from '../ports.ts';

/** Where an incident is, in the names of the registry; null: it does not know all of it (any more). */
export async function placeOf(
  { clients }: Pick<Store, 'clients'>,
  incident: Pick<Incident, 'asset' | 'zone' | 'site'>,
): Promise<LinkScene['place']> {
  const { assets, zones, sites } = await clients.registry();
  const asset = assets.find(({ id }) => id === incident.asset);
  const zone = zones.find(({ id }) => id === incident.zone);
  const site = sites.find(({ id }) => id === incident.site);
  return asset && zone && site ? { asset, zone, site } : null;
}
