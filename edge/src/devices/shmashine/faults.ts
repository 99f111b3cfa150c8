import type { Mode } from '@keepsite/edge-contract';
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
/** A fault that lasts, and when it began or was heard; null: nobody knows. */
interface Lasting {
  readonly code: number;
  readonly since: number | null;
}

/** What each box of an elevator has said of its faults; an `update` after its restart tells all that are left. */
const active = shelf<readonly Lasting[]>('shmashine-faults');
const MOST_ACTIVE = 20;

/** Adds the faults that begin, end, or are left after a restart. */
export function fault(telling: Telling): void {
  if (isReceipt(telling)) return;
  const { body, verb } = telling;
  const codes = codesOf(body['fault_type'] ?? body['faultType']);
  const frame = frameBeside(telling);
  const from = telling.at(telling.time ?? frame.at);
  const before = lastingOf(telling);
  const begun = codes.map((code) => ({ code, since: from.at ?? telling.message.receivedAt }));
  const known = VERBS.get(verb) ?? (verb === 'clear' && codeOf(body['status']) === 1 ? 'cleared' : undefined);
  if (known) {
    if (codes.length === 0) return addRejected(from, 'fault_type is not a number');
    for (const code of codes) addCode(telling, from, code, known);
    remember(telling, [...before.filter(({ code }) => !codes.includes(code)), ...(known === 'raised' ? begun : [])]);
  } else if (verb === 'update') {
    for (const { code } of before) if (!codes.includes(code)) addCode(telling, from, code, 'cleared');
    for (const code of codes) addCode(telling, from, code, 'raised');
    remember(telling, begun);
  } else if (verb !== 'clear') return addRejected(from, `ST "${verb.slice(0, 40)}" is neither add nor disappear`);
  if (frame.floor !== undefined) addValue(from, 'floor', frame.floor);
}

/**
 * The server answers every `add` and `disappear` with the same type and verb and a `status`
 * (`faultResponse`, `sensorFaultResponse`, `eventResponse`). What has a frame or an id is none.
 */
function isReceipt({ body, verb }: Telling): boolean {
  return VERBS.has(verb) && body['status'] !== undefined && body['D'] === undefined && body['faultId'] === undefined;
}

/**
 * Adds the end of what a box said before it became normal: the platform too clears all its faults then
 * (`cleanAllFault`). A mode among them is no fault, and a status without a time is newer than nothing.
 */
export function endFaultsBefore(telling: Telling, from: Speaker): void {
  const { at } = from;
  const before = lastingOf(telling);
  const over = before.filter(({ code, since }) => !modeOf(code) && at !== null && since !== null && since < at);
  if (over.length === 0) return;
  for (const { code } of over) addCode(telling, from, code, 'cleared');
  remember(
    telling,
    before.filter((one) => !over.includes(one)),
  );
}

/** Several are separated by commas; what is no number is left out. */
function codesOf(raw: unknown): number[] {
  const parts = Array.isArray(raw) ? raw : String(raw ?? '').split(',');
  return parts.map((part) => numberOf(part)).filter((code) => typeof code === 'number');
}

function lastingOf(telling: Telling): readonly Lasting[] {
  return active.find(telling.context.memory, boxOf(telling)) ?? [];
}

function remember(telling: Telling, lasting: readonly Lasting[]): void {
  if (lasting.length === 0) active.drop(telling.context.memory, boxOf(telling));
  else active.put(telling.context.memory, boxOf(telling), lasting.slice(-MOST_ACTIVE));
}

/** Each box of an elevator speaks for its own faults. */
function boxOf({ device, sensorType }: Telling): string {
  return `${device}\n${sensorType.toLowerCase()}`;
}

function addCode(telling: Telling, from: Speaker, code: number, state: State): void {
  const mode = modeOf(code);
  if (mode) return addValue(from, 'mode', state === 'raised' ? mode : 'normal');
  addFault(from, isEscalator(telling) ? 'unknown' : (FAULT_TYPES.get(code) ?? 'unknown'), state, code);
}

function modeOf(code: number): Mode | undefined {
  return code >= FIRST_PURE_EVENT ? EVENT_MODES.get(code) : undefined;
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
  if (isReceipt(telling)) return;
  const from = telling.at(telling.time);
  const state = VERBS.get(telling.verb);
  const code = textOf(telling.body['fault_type']);
  if (state && code !== undefined) addFault(from, 'unknown', state, `SensorFault ${code}`.slice(0, 60));
  else addRejected(from, 'a SensorFault without fault_type, add or disappear');
}

/** Adds the mode that an event begins or ends. */
export function event(telling: Telling): void {
  if (isReceipt(telling)) return;
  const { body, verb } = telling;
  const from = telling.at(telling.time);
  const code = codeOf(body['event_type'] ?? body['eventType'] ?? body['fault_type']);
  const over = VERBS.get(verb) === 'cleared';
  if (code === MAIN_POWER_OFF) return addFault(from, 'power_loss', over ? 'cleared' : 'raised', code);
  const mode = ESCALATOR_MODES.get(code) ?? EVENT_MODES.get(code);
  if (mode) addValue(from, 'mode', over ? 'normal' : mode);
  else addRejected(from, `event ${code} is no mode that is known`);
}
