import { type DeviceStatus, instantText, type Millis } from '@keepsite/edge-contract';
import type { Directory } from '../domain/directory.ts';
import type { Cellar } from './transaction.ts';

/** Every device that the registry names or that was heard, and when it last spoke. */
export function deviceStatus(directory: Directory, devices: Cellar['devices'], now: Millis): DeviceStatus[] {
  const registered = directory.registry.devices.map((device) => device.id);
  return [...new Set([...registered, ...devices.keys()])].map((id) => {
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
}
