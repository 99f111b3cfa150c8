import type { Decoded } from '../../domain/decoded.ts';
import type { DeviceDialect, Uplink } from '../dialect.ts';
import { addNumber, speaker } from '../lines.ts';

const FAMILY = 'lorawan';

/** The only names that every codec library uses with the same unit. */
const NUMBERS = [
  ['temperature', 'temperature_c'],
  ['humidity', 'humidity_pct'],
  ['relative_humidity', 'humidity_pct'],
] as const;

/** An object inside an envelope from a maker that no dialect knows: what goes without saying, no more. */
export const lorawan: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 3600,
  recognises: () => 0,
  decode: () => [],
  uplink: {
    recognises: ({ object }) => (NUMBERS.some(([key]) => typeof object[key] === 'number') ? 0.1 : 0),
    decode,
  },
};

function decode(uplink: Uplink): Decoded[] {
  const from = speaker(FAMILY, uplink.device, uplink.at);
  for (const [key, metric] of NUMBERS) addNumber(from, metric, uplink.object[key]);
  return from.lines;
}
