import { objectOf, type JsonObject } from '../json.ts';
import { addFailed, addNumber, numberOf, type Speaker } from '../lines.ts';
import type { Device } from './device.ts';
import { isFailureWord } from './failures.ts';

/** Milliamperes of a socket, amperes of a clamp; CTH01 lists its clamps. */
export function addCurrent(from: Speaker, value: unknown, _object: JsonObject, { socket }: Device): void {
  if (Array.isArray(value)) addList(from, 'current_a', value, (index) => `ch${index + 1}`);
  else addNumber(from, 'current_a', value, null, socket === null ? 1 : 1000);
}

const PHASES = ['a', 'b', 'c'] as const;

export function addVoltage(from: Speaker, value: unknown): void {
  if (Array.isArray(value)) addList(from, 'voltage_v', value.slice(0, PHASES.length), (index) => PHASES[index] ?? null);
  else addNumber(from, 'voltage_v', value);
}

function addList(
  from: Speaker,
  metric: string,
  list: readonly unknown[],
  partOf: (index: number) => string | null,
): void {
  for (const [index, one] of list.entries()) {
    const value = objectOf(one)?.['value'];
    if (isFailureWord(value)) addFailed(from, metric, partOf(index));
    else addNumber(from, metric, value, partOf(index));
  }
}

/** Percent; CTH01 has an object of its clamps here, which are read nowhere. */
export function addPowerFactor(from: Speaker, value: unknown): void {
  if (!objectOf(value)) addNumber(from, 'power_factor', value, null, 100);
}

/** Amperes, but for the codec of WS50x, which hands on the frame's milliamperes under the same name. */
export function addRating(from: Speaker, value: unknown, _object: JsonObject, device: Device): void {
  addNumber(from, 'current_a', value, null, isMilliamperes(value, device) ? 1000 : 1);
}

/** No socket or switch of the series carries more. */
const MOST_A = 20;

function isMilliamperes(value: unknown, device: Device): boolean {
  const current = numberOf(value);
  return Number.isInteger(current) && (isWallSwitch(device) || Number(current) > MOST_A);
}

function isWallSwitch({ model }: Device): boolean {
  return /\bws50[1-3]/.test(model);
}

/**
 * Watt-hours of the first sockets, kilowatt-hours of the later ones. The later codec of WS50x hands on
 * the frame's count, and nobody tells what it counts: its whole numbers are left out.
 */
export function addEnergy(from: Speaker, value: unknown, object: JsonObject, device: Device): void {
  const later = device.socket === 'later';
  const undivided = isWallSwitch(device) || isMilliamperes(object['current_rating'], device);
  if (later && undivided && Number.isInteger(numberOf(value))) return;
  addNumber(from, 'energy_import_kwh', value, null, later ? 1 : 1000);
}
