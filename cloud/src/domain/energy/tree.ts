import type { MeterNode } from '@keepsite/cloud-contract';
import type { Asset, DeviceStatus, Zone } from '@keepsite/edge-contract';

/** What the registry says of places and devices. */
export interface Places {
  readonly zones: readonly Zone[];
  readonly assets: readonly Asset[];
  readonly devices: readonly Pick<DeviceStatus, 'device' | 'asset'>[];
}

const METER_KINDS: ReadonlySet<string> = new Set(['meter', 'switchboard']);

/**
 * The meters of the zones that a client has for itself on a day, as the registry knows them: `parent` and
 * `meterUse` of an asset's traits say what it hangs from and whether it feeds IT equipment. Zones that several
 * clients use are left out: whose energy theirs is, a person must say.
 */
export function treeFromRegistry({ zones, assets, devices }: Places, client: string, day: string): MeterNode[] {
  const own = new Set(zones.filter((zone) => onlyUser(zone, day) === client).map(({ id }) => id));
  const deviceOf = new Map(devices.map(({ device, asset }) => [asset, device]));
  const meters = assets.filter(({ kind, zone, id }) => METER_KINDS.has(kind) && own.has(zone) && deviceOf.has(id));
  const known = new Set(meters.map(({ id }) => id));
  return meters.map(({ id, name, traits }) => ({
    asset: id,
    device: deviceOf.get(id) as string,
    metric: 'energy_import_kwh',
    part: typeof traits['meterPart'] === 'string' ? traits['meterPart'] : null,
    name,
    parent: typeof traits['parent'] === 'string' && known.has(traits['parent']) ? traits['parent'] : null,
    share: 1,
    use: traits['meterUse'] === 'it' ? 'it' : 'all',
  }));
}

function onlyUser({ clients }: Zone, day: string): string | null {
  const users = clients.filter(({ from, to }) => (from ?? day) <= day && day < (to ?? '9999-12-31'));
  return users.length === 1 ? (users[0]?.client ?? null) : null;
}

/** What is wrong with a tree, in sentences; empty when it can be used. */
export function treeFaults(meters: readonly MeterNode[]): string[] {
  const byAsset = new Map(meters.map((meter) => [meter.asset, meter]));
  const repeated = meters.length - byAsset.size;
  return [
    ...(repeated > 0 ? [`${repeated} meters stand in the tree twice`] : []),
    ...meters
      .filter(({ parent }) => parent !== null && !byAsset.has(parent))
      .map(({ asset, parent }) => `${asset} hangs from ${parent}, which is not in the tree`),
    ...meters.filter((meter) => isInLoop(meter, byAsset)).map(({ asset }) => `${asset} hangs from itself`),
  ];
}

function isInLoop(meter: MeterNode, byAsset: ReadonlyMap<string, MeterNode>): boolean {
  let above = meter.parent;
  for (let steps = 0; above !== null && steps <= byAsset.size; steps += 1) {
    if (above === meter.asset) return true;
    above = byAsset.get(above)?.parent ?? null;
  }
  return false;
}
