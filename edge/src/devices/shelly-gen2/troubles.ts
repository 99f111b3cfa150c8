import type { Fault } from '@keepsite/edge-contract';
import type { DecodeMemory } from '../../domain/decoded.ts';
import type { JsonObject } from '../json.ts';
import { addFault, booleanOf, type Speaker } from '../lines.ts';
import { errorsOf } from './components.ts';

/** Components whose errors all say the same, whatever their words: it was not measured. */
const SENSOR = /^(?:temperature|humidity|voltmeter|illuminance):/;
/** Errors that spoil readings; `components.ts` makes those readings bad. */
const OF_READINGS = /^(?:read|out_of_range.*|power_meter_failure|cable_unplugged|ct_type_not_set|database_error)$/;
const CANONICAL: ReadonlyMap<string, Fault> = new Map([
  ['overvoltage', 'voltage_out_of_range'],
  ['undervoltage', 'voltage_out_of_range'],
]);
const NONE: readonly string[] = [];
const SMOKE: readonly string[] = ['smoke'];

/**
 * Adds a component's own troubles: the words of its `errors` and a smoke alarm. Words that are none
 * of Keepsite's faults are `unknown`. A partial update without `errors` says nothing of them; a
 * whole status without them has none. That all is well is worth a line only after a trouble.
 */
export function addTroubles(
  from: Speaker,
  component: string,
  status: JsonObject,
  whole: boolean,
  memory: DecodeMemory,
): void {
  if (status['errors'] !== undefined || whole) {
    settle(from, `${component} errors`, ownTroubles(component, status['errors']), memory);
  }
  if (!component.startsWith('smoke:')) return;
  const alarm = booleanOf(status['alarm']);
  // Nobody knows what an alarm was before the edge began to listen: its first all-clear counts.
  if (typeof alarm === 'boolean') settle(from, `${component} alarm`, alarm ? SMOKE : NONE, memory, SMOKE);
}

function ownTroubles(component: string, errors: unknown): readonly string[] {
  return SENSOR.test(component) ? NONE : errorsOf(errors).filter((word) => !OF_READINGS.test(word));
}

function settle(
  from: Speaker,
  subject: string,
  words: readonly string[],
  memory: DecodeMemory,
  unheard: readonly string[] = NONE,
): void {
  const key = `shelly-gen2:${from.device}:${subject}`;
  const before = (memory.get(key) ?? unheard) as readonly string[];
  if (words.length === 0 && before.length === 0) return;
  for (const word of words) addFault(from, faultOf(word), 'raised', word);
  for (const word of before) if (!words.includes(word)) addFault(from, faultOf(word), 'cleared', word);
  memory.set(key, words);
}

function faultOf(word: string): Fault {
  return CANONICAL.get(word) ?? 'unknown';
}
