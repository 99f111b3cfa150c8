import { objectOf } from '../json.ts';
import { addFault, addRejected, addValue, numberOf, type Speaker } from '../lines.ts';
import { shelf } from '../shelf.ts';
import { readFrame } from './frame.ts';
import { ESCALATOR_MODES, EVENT_MODES, FAULT_TYPES, FIRST_PURE_EVENT, MAIN_POWER_OFF } from './tables.ts';
import { codeOf, secondsOf, textOf, type Telling } from './telling.ts';

type State = 'raised' | 'cleared';
const VERBS: ReadonlyMap<string, State> = new Map([
  ['add', 'raised'],
  ['disappear', 'cleared'],
]);
/** What each elevator has said of its faults; an `update` after its restart tells all that are left. */
const active = shelf<readonly number[]>('shmashine-faults');

/** Adds the faults that begin, end, or are left after a restart. */
export function fault(telling: Telling): void {
  const { body, verb, context, device } = telling;
  const codes = codesOf(body['fault_type'] ?? body['faultType']);
  const frame = frameBeside(telling);
  const from = telling.at(telling.time ?? frame.at);
  const before = active.find(context.memory, device) ?? [];
  const known = VERBS.get(verb) ?? (verb === 'clear' && codeOf(body['status']) === 1 ? 'cleared' : undefined);
  if (known) {
    if (codes.length === 0) return addRejected(from, 'fault_type is not a number');
    for (const code of codes) addCode(telling, from, code, known);
    remember(telling, [...before.filter((code) => !codes.includes(code)), ...(known === 'raised' ? codes : [])]);
  } else if (verb === 'update') {
    for (const code of before) if (!codes.includes(code)) addCode(telling, from, code, 'cleared');
    for (const code of codes) addCode(telling, from, code, 'raised');
    remember(telling, codes);
  } else if (verb !== 'clear') return addRejected(from, `ST "${verb.slice(0, 40)}" is neither add nor disappear`);
  if (frame.floor !== undefined) addValue(from, 'floor', frame.floor);
}

/** Several are separated by commas; what is no number is left out. */
function codesOf(raw: unknown): number[] {
  const parts = Array.isArray(raw) ? raw : String(raw ?? '').split(',');
  return parts.map((part) => numberOf(part)).filter((code) => typeof code === 'number');
}

function remember({ context, device }: Telling, codes: readonly number[]): void {
  if (codes.length === 0) active.drop(context.memory, device);
  else active.put(context.memory, device, codes.slice(-20));
}

function addCode(telling: Telling, from: Speaker, code: number, state: State): void {
  const mode = code >= FIRST_PURE_EVENT ? EVENT_MODES.get(code) : undefined;
  if (mode) return addValue(from, 'mode', state === 'raised' ? mode : 'normal');
  addFault(from, isEscalator(telling) ? 'unknown' : (FAULT_TYPES.get(code) ?? 'unknown'), state, code);
}

/** Escalators number their faults by lists of their own. */
function isEscalator({ body, sensorType }: Telling): boolean {
  return /^escalator$/i.test(sensorType) || /^faultescalator$/i.test(textOf(body['TY']) ?? '');
}

/**
 * The frame beside a fault tells where it happened, and when, where `time` does not. One without
 * a time was made up by the platform; only its floor is true.
 */
function frameBeside({ body, sensorType }: Telling): { at: number | null; floor: string | undefined } {
  const packed = textOf(body['D']);
  const fields = packed === undefined ? undefined : readFrame(packed, sensorType);
  if (typeof fields !== 'object') return { at: null, floor: textOf(objectOf(body['monitorMessage'])?.['floor']) };
  return { at: secondsOf(fields), floor: textOf(fields['floor']) };
}

/** A sensor of the monitor itself; its numbers are none of the fault list. */
export function sensorFault(telling: Telling): void {
  const from = telling.at(telling.time);
  const state = VERBS.get(telling.verb);
  const code = textOf(telling.body['fault_type']);
  if (state && code !== undefined) addFault(from, 'unknown', state, `SensorFault ${code}`.slice(0, 60));
  else addRejected(from, 'a SensorFault without fault_type, add or disappear');
}

/** Adds the mode that an event begins or ends. */
export function event(telling: Telling): void {
  const { body, verb } = telling;
  const from = telling.at(telling.time);
  const code = codeOf(body['event_type'] ?? body['eventType'] ?? body['fault_type']);
  const over = VERBS.get(verb) === 'cleared';
  if (code === MAIN_POWER_OFF) return addFault(from, 'power_loss', over ? 'cleared' : 'raised', code);
  const mode = ESCALATOR_MODES.get(code) ?? EVENT_MODES.get(code);
  if (mode) addValue(from, 'mode', over ? 'normal' : mode);
  else addRejected(from, `event ${code} is no mode that is known`);
}
