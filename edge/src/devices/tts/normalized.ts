import type { Decoded } from '../../domain/decoded.ts';
import { instantOf } from '../../domain/time-text.ts';
import { objectOf, type JsonObject } from '../json.ts';
import { addBoolean, addNumber, addRejected, addValue, speaker, type Speaker } from '../lines.ts';

const FAMILY = 'tts';
const DOOR_WORDS: ReadonlyMap<string, string> = new Map([
  ['open', 'open'],
  ['closed', 'closed'],
  ['close', 'closed'],
]);

/**
 * What a normalized payload says; undefined when there is none. Its units are the schema's: °C, %,
 * V, litres. Source: github.com/TheThingsNetwork/lorawan-devices, lib/payload.json.
 */
export function decodeNormalized(device: string, at: number | null, raw: unknown): Decoded[] | undefined {
  if (raw === undefined) return undefined;
  const measurements = (Array.isArray(raw) ? raw : [raw]).map(objectOf).filter((one) => one !== undefined);
  if (measurements.length === 0) return undefined;
  const lines: Decoded[] = [];
  for (const one of measurements) {
    const own = typeof one['time'] === 'string' ? instantOf(one['time']) : null;
    decodeMeasurement(speaker(FAMILY, device, own ?? at, false, lines), one);
  }
  return lines;
}

function decodeMeasurement(from: Speaker, one: JsonObject): void {
  const air = objectOf(one['air']);
  const water = objectOf(one['water']);
  addNumber(from, 'temperature_c', air?.['temperature']);
  addNumber(from, 'humidity_pct', air?.['relativeHumidity']);
  addBoolean(from, 'leak', water?.['leak']);
  addNumber(from, 'flow_total_l', objectOf(objectOf(one['metering'])?.['water'])?.['total']);
  const action = objectOf(one['action']);
  addContact(from, action?.['contactState']);
  addBoolean(from, 'occupied', objectOf(action?.['motion'])?.['detected']);
  addNumber(from, 'battery_v', one['battery']);
}

function addContact(from: Speaker, raw: unknown): void {
  if (raw === undefined) return;
  const word = typeof raw === 'string' ? DOOR_WORDS.get(raw.toLowerCase()) : undefined;
  if (word !== undefined) addValue(from, 'door', word);
  else if (raw === null) addValue(from, 'door', null);
  else addRejected(from, 'contactState is neither open nor closed');
}
