import { objectOf, type JsonObject } from '../json.ts';
import { numberOf } from '../lines.ts';

/**
 * Generations of metered sockets: the first sends milliamperes and watt-hours under `current` and
 * `power_consumption`; the later ones send kilowatt-hours, and amperes under `current_rating`.
 */
export type Socket = 'first' | 'later';

/** What is known of who speaks beside the object: names of brand, model and profile, and a socket's generation. */
export interface Device {
  readonly model: string;
  readonly socket: Socket | null;
}

/** What the names of an object tell of a socket's generation; null when they are no socket's. */
export function socketOf(object: JsonObject, known: Socket | undefined): Socket | null {
  const { electric_power, current_rating, socket_status, power_consumption } = object;
  if (electric_power !== undefined || current_rating !== undefined || objectOf(socket_status)) return 'later';
  if (socket_status !== undefined || object['active_power'] !== undefined || object['power_sum'] !== undefined)
    return 'first';
  if (power_consumption === undefined) return null;
  // The first generation counts whole watt-hours.
  return known ?? (Number.isInteger(numberOf(power_consumption)) ? 'first' : 'later');
}
