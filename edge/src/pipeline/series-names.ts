import type { Device } from '@keepsite/edge-contract';

/** Series that one device is known by; one that invents parts without end costs time, not memory. */
const MAX_NAMES = 256;

/** Names series for looking up. A name is made once: a text that is looked up again need not be hashed again. */
export class SeriesNames {
  readonly #known = new WeakMap<Device, Map<string, Map<string | null, string>>>();

  of(device: Device, metric: string, part: string | null): string {
    return this.#known.get(device)?.get(metric)?.get(part) ?? this.#made(device, metric, part);
  }

  #made(device: Device, metric: string, part: string | null): string {
    const name = `${device.id}\n${metric}\n${part ?? ''}`;
    const metrics = this.#known.get(device) ?? new Map<string, Map<string | null, string>>();
    const parts = metrics.get(metric) ?? new Map<string | null, string>();
    if (metrics.size < MAX_NAMES && parts.size < MAX_NAMES) parts.set(part, name);
    if (metrics.size < MAX_NAMES) metrics.set(metric, parts);
    this.#known.set(device, metrics);
    return name;
  }
}
