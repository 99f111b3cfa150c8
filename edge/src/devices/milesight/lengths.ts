import type { JsonObject } from '../json.ts';
import { addFailed, addNumber, numberOf, type Speaker } from '../lines.ts';
import type { Device } from './device.ts';

/**
 * What stands in a frame for "failed", "disabled" and "out of range", as either sign reads it. The
 * codecs of EM410 and those in The Things Network's repository hand it on as if it were measured.
 */
const NOT_MEASURED = new Set([0xffff, 0xfffe, 0xfffd, -1, -2, -3]);

/** Centimetres of water above the probe. */
export function addDepth(from: Speaker, value: unknown): void {
  if (NOT_MEASURED.has(numberOf(value) ?? 0)) addFailed(from, 'water_level_m');
  else addNumber(from, 'water_level_m', value, null, 100);
}

/** No probe of the series reaches as far; what is smaller and broken into decimals are metres. */
const FARTHEST_M = 16;

/**
 * Whole millimetres; the codec in The Things Network's repository sends metres. A tilted sensor
 * measures something else, and one that sees no target measures nothing.
 */
export function addDistance(from: Speaker, value: unknown, object: JsonObject, { model }: Device): void {
  const divisor = isInMetres(value, model) ? 1 : 1000;
  if (NOT_MEASURED.has(((numberOf(value) ?? 0) * 1000) / divisor)) addFailed(from, 'distance_m');
  else addNumber(from, 'distance_m', value, null, divisor, isTilted(object) ? 'bad' : 'good');
}

function isInMetres(value: unknown, model: string): boolean {
  const number = numberOf(value);
  if (typeof number !== 'number' || number >= FARTHEST_M) return false;
  // EM500-UDL sees nothing as near as 15 mm: its small whole numbers are metres too.
  return !Number.isInteger(number) || (number > 0 && /\bem500[-_ ]?udl/.test(model));
}

function isTilted({ position, event }: JsonObject): boolean {
  if (position === 1 || isTilt(position)) return true;
  return Array.isArray(event) && event.some(isTilt);
}

function isTilt(word: unknown): boolean {
  return typeof word === 'string' && /^tilt(?!.*release$)/i.test(word);
}
