import { DeviceStatus, type Millis, Places, Registry } from '@keepsite/edge-contract';
import { z } from 'zod';
import { createDirectory } from '../../domain/directory.ts';
import { type Api, type HttpParts, limitUpTo, listOf } from '../api.ts';

type Parts = Pick<HttpParts, 'pipeline' | 'registry' | 'families' | 'usualSilence' | 'clock'>;

/** What stands where, and what speaks. */
export function placeRoutes(api: Api, { pipeline, registry, families, usualSilence, clock }: Parts): void {
  api.get(
    '/api/registry',
    {
      config: { action: 'facility.read' },
      schema: { summary: 'Sites, zones, assets, devices, people, crews, plans', response: { 200: Registry } },
    },
    () => registry(),
  );

  api.get(
    '/api/places',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'Sites, zones, assets and clients that an adoption may choose from',
        response: { 200: Places },
      },
    },
    () => ({ ...placesOf(registry(), clock.now()), ...spoken(families(), usualSilence) }),
  );

  api.get(
    '/api/devices',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'Devices of the registry, and those that were heard and wait for adoption (asset null)',
        querystring: z.object({ after: z.string().optional(), limit: limitUpTo(5_000, 1_000) }),
        response: { 200: listOf(DeviceStatus) },
      },
    },
    ({ query: { after = '', limit } }) => {
      const rest = pipeline
        .devices()
        .filter(({ device }) => device > after)
        .toSorted((a, b) => (a.device < b.device ? -1 : 1));
      const items = rest.slice(0, limit);
      return { items, next: rest.length > limit ? (items.at(-1)?.device ?? null) : null };
    },
  );
}

function placesOf(registry: Registry, now: Millis): Omit<Places, 'families' | 'expectEverySeconds'> {
  const { sites, zones, assets, devices } = registry;
  const directory = createDirectory(registry);
  const standing = Map.groupBy(new Set(devices.map(({ id }) => id)), (id) => directory.device(id, now)?.asset.id);
  const siteOf = new Map(zones.map((zone) => [zone.id, zone.site]));
  return {
    sites,
    zones,
    assets: assets.map((asset) => ({
      ...asset,
      site: siteOf.get(asset.zone) ?? '',
      devices: standing.get(asset.id) ?? [],
    })),
    clients: [...new Set(zones.flatMap((zone) => zone.clients.map(({ client }) => client)))].toSorted(),
  };
}

function spoken(
  families: readonly string[],
  usualSilence: HttpParts['usualSilence'],
): Pick<Places, 'families' | 'expectEverySeconds'> {
  const silences = families.flatMap((family) => {
    const seconds = usualSilence(family);
    return seconds === undefined ? [] : [[family, seconds] as const];
  });
  return { families: families.toSorted(), expectEverySeconds: Object.fromEntries(silences) };
}
