import type { Site, Zone } from '@keepsite/edge-contract';

/** What a gateway's plans can be for. */
export interface Served {
  readonly sites: readonly Site[];
  /** By client: the zones there that it uses. A client that uses none is not in it. */
  readonly zonesOf: ReadonlyMap<string, readonly Zone[]>;
}

/** The sites with these ids, and who uses their zones on a day; of all sites while nobody knows the ids. */
export function servedFrom(
  places: { readonly sites: readonly Site[]; readonly zones: readonly Zone[] } | undefined,
  ids: readonly string[] | undefined,
  day: string,
): Served {
  const sites = places?.sites.filter(({ id }) => ids?.includes(id) ?? true) ?? [];
  const own = new Set(sites.map(({ id }) => id));
  const uses = (places?.zones ?? [])
    .filter(({ site }) => own.has(site))
    .flatMap((zone) =>
      zone.clients
        .filter(({ from, to }) => (from ?? '') <= day && (to === undefined || day < to))
        .map(({ client }) => ({ client, zone })),
    );
  const byClient = Map.groupBy(uses, ({ client }) => client);
  const zonesOf = new Map([...byClient].map(([client, all]) => [client, [...new Set(all.map(({ zone }) => zone))]]));
  return { sites, zonesOf };
}
