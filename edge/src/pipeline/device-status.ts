import { type DeviceStatus, instantText, type Millis } from '@keepsite/edge-contract';
import type { Directory } from '../domain/directory.ts';
import type { Stranger } from '../ports.ts';
import type { Cellar } from './transaction.ts';

/** Every device that the registry names or that was heard, and when it last spoke. */
export function deviceStatus(
  directory: Directory,
  { devices, strangers }: Pick<Cellar, 'devices' | 'strangers'>,
  now: Millis,
): DeviceStatus[] {
  const registered = directory.registry.devices.map((device) => device.id);
  const named = new Set([...registered, ...devices.keys()]);
  const known = [...named].map((id) => {
    const heard = devices.get(id);
    const placed = directory.device(id, now);
    return {
      device: id,
      family: heard?.family ?? placed?.device.family ?? 'unknown',
      asset: placed?.asset.id ?? null,
      site: placed?.site.id ?? null,
      lastHeardAt: heard ? instantText(heard.lastHeardAt) : null,
      online: heard?.online ?? null,
      // Never heard is not known, which is not the same as silent: the silence rules say when it is.
      silent: heard ? heard.silentSince !== null : false,
    };
  });
  const unknown = [...strangers.keys()]
    .flatMap((id) => strangers.get(id) ?? [])
    .filter(({ device, family }) => family !== null && !named.has(device))
    .map(strangerStatus);
  return [...known, ...unknown];
}

function strangerStatus({ device, family, lastHeardAt, online }: Stranger): DeviceStatus {
  const at = instantText(lastHeardAt);
  return { device, family: family ?? 'unknown', asset: null, site: null, lastHeardAt: at, online, silent: false };
}
