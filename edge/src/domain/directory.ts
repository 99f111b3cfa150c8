import type { Asset, Device, Millis, Registry, Site, Zone } from '@keepsite/edge-contract';

/** Where a device stands and whom it serves, looked up in constant time. */
export interface Directory {
  readonly registry: Registry;
  /** The binding that is valid on the day of `at` in the site's zone; undefined: nobody knows the device. */
  device(id: string, at: Millis): Placed | undefined;
  asset(id: string): Place | undefined;
  /** Clients whose zone it is on the day of `at`, in the registry's order. */
  clients(zone: Zone, site: Site, at: Millis): string[];
  /** The contract by which each of them uses the zone; undefined: nobody wrote it down. */
  contracts(zone: Zone, site: Site, at: Millis): (string | undefined)[];
  /** IANA zone for a device's local times: its own, else its site's. */
  timeZone(device: string): string | undefined;
  /** The dialect that a device, or a topic of its own, was adopted with. */
  family(deviceOrTopic: string): string | undefined;
}

export interface Place {
  readonly asset: Asset;
  readonly zone: Zone;
  readonly site: Site;
}

export interface Placed extends Place {
  readonly device: Device;
}

/** Throws a RangeError for a registry that names what it does not hold. */
export function createDirectory(registry: Registry): Directory {
  const sites = byId(registry.sites);
  const zones = byId(registry.zones);
  const places = new Map(registry.assets.map((asset) => [asset.id, place(asset)]));
  const devices = Map.groupBy(
    registry.devices.map((device) => ({ device, ...need(places, device.asset, `device ${device.id}`) })),
    ({ device }) => device.id,
  );
  const byTopic = new Map(
    registry.devices.flatMap(({ topics = [], family }) => topics.map((topic) => [topic, family] as const)),
  );

  function place(asset: Asset): Place {
    const zone = need(zones, asset.zone, `asset ${asset.id}`);
    return { asset, zone, site: need(sites, zone.site, `zone ${zone.id}`) };
  }

  return {
    registry,
    device: (id, at) => devices.get(id)?.find(({ device, site }) => covers(device, at, site.zone)),
    asset: (id) => places.get(id),
    clients: (zone, site, at) => [...new Set(usesOf(zone, site, at).map((use) => use.client))],
    contracts: (zone, site, at) => usesOf(zone, site, at).map((use) => use.contract),
    family: (name) => byTopic.get(name) ?? devices.get(name)?.at(-1)?.device.family,
    timeZone(id) {
      // The newest binding: a device that was moved stands where it stands now.
      const placed = devices.get(id)?.at(-1);
      return placed?.device.timeZone ?? placed?.site.zone;
    },
  };
}

/** The local calendar day of an instant, `YYYY-MM-DD`. Throws a RangeError for an unknown zone. */
export function localDay(at: Millis, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

function usesOf(zone: Zone, site: Site, at: Millis): Zone['clients'] {
  return zone.clients.filter((use) => covers(use, at, site.zone));
}

interface Validity {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Most bindings have no dates: only those that do pay for a calendar. */
function covers(validity: Validity, at: Millis, timeZone: string): boolean {
  if (validity.from === undefined && validity.to === undefined) return true;
  const day = localDay(at, timeZone);
  return (validity.from === undefined || validity.from <= day) && (validity.to === undefined || day < validity.to);
}

function byId<T extends { readonly id: string }>(items: readonly T[]): Map<string, T> {
  return new Map(items.map((item) => [item.id, item]));
}

function need<T>(items: ReadonlyMap<string, T>, id: string, who: string): T {
  const found = items.get(id);
  if (!found) throw new RangeError(`${who} names ${id}, which the registry does not hold`);
  return found;
}
