import type { Decoded } from '../../domain/decoded.ts';
import type { DeviceDialect, Uplink } from '../dialect.ts';
import { objectOf, type JsonObject } from '../json.ts';
import { rejected, speaker, type Speaker } from '../lines.ts';
import { meaningOf, meaningWithUnit, type Meaning } from './names.ts';

const FAMILY = 'lorawan';

/** An object inside an envelope from a maker that no dialect knows: what goes without saying, no more. */
export const lorawan: DeviceDialect = {
  family: FAMILY,
  expectEverySeconds: 3600,
  recognises: () => 0,
  decode: () => [],
  uplink: { recognises, decode },
};

function recognises({ object }: Uplink): number {
  return object && Object.entries(object).some(([key, value]) => meaningOfEntry(key, objectOf(value))) ? 0.1 : 0;
}

function decode({ device, object, at }: Uplink): Decoded[] {
  if (!object) return [rejected(FAMILY, device, 'no codec has decoded this frame: set one in the device’s profile')];
  const from = speaker(FAMILY, device, at);
  for (const [key, value] of Object.entries(object)) addEntry(from, key, value);
  return from.lines;
}

/** `{"temperature": {"value": 21.5, "unit": "°C"}}` says its own unit; all else must say it by its name. */
function meaningOfEntry(key: string, inner: JsonObject | undefined): Meaning | undefined {
  return typeof inner?.['unit'] === 'string' ? meaningWithUnit(key, inner['unit']) : meaningOf(key);
}

function addEntry(from: Speaker, key: string, value: unknown): void {
  const inner = objectOf(value);
  const meaning = meaningOfEntry(key, inner);
  if (!meaning) return;
  if (!inner) meaning.add(from, value, meaning.part);
  else if (typeof inner['unit'] === 'string') meaning.add(from, inner['value'], meaning.part);
  else addChannels(from, meaning, inner);
}

/** ChirpStack's Cayenne LPP codec: `{"temperatureSensor": {"3": 21.5}}`, by channel. */
function addChannels(from: Speaker, meaning: Meaning, channels: JsonObject): void {
  for (const [channel, value] of Object.entries(channels))
    if (/^\d{1,3}$/.test(channel)) meaning.add(from, value, `ch${Number(channel)}`);
}
