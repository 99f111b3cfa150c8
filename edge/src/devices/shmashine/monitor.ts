import type { Mode, Quality } from '@keepsite/edge-contract';
import type { Message } from '../../domain/decoded.ts';
import { objectOf, type JsonObject } from '../json.ts';
import { addBoolean, addFault, addNumber, addRejected, addValue, numberOf, type Speaker } from '../lines.ts';
import { endFaultsBefore } from './faults.ts';
import { readFrame } from './frame.ts';
import { strongestMode } from './modes.ts';
import { DIRECTIONS, DOORS, FAULT_BYTES, NORMAL, STATUS_MODES, TRAPPED } from './tables.ts';
import { codeOf, secondsOf, textOf, type Telling } from './telling.ts';

/** Adds what a status message says of the car: packed in `D`, or as JSON. */
export function monitor(telling: Telling): void {
  const { body, sensorType } = telling;
  const packed = textOf(body['D']);
  if (packed === undefined) return decodedStatus(telling);
  const fields = readFrame(packed, sensorType);
  if (typeof fields === 'string') return addRejected(telling.at(null), fields);
  const from = telling.at(secondsOf(fields));
  addStatus(from, fields, modeOf(telling, from.at, fields));
  if (/^escalator$/i.test(sensorType)) return;
  addNow(telling, from, fields);
  addStates(from, fields, qualityOf(from, telling.message));
}

/**
 * Status as JSON: from the machine room (`safe_loop` 1 is closed), from first devices (`now_floor`),
 * or unpacked by the platform. The platform fills loops and a second door that it never heard of with
 * 0, so there they are not read. `now_status` of the first devices knows nobody who is trapped.
 */
function decodedStatus(telling: Telling): void {
  const { body, sensorType } = telling;
  const fields = objectOf(body['monitorMessage']) ?? body;
  const from = telling.at(telling.time);
  const status = {
    ...fields,
    floor: fields['floor'] ?? fields['now_floor'],
    hasPeople: fields['hasPeople'] ?? fields['has_people'],
    doorState: doorStateOf(fields),
    droopClose2: undefined,
  };
  addStatus(from, status, modeOf(telling, from.at, fields));
  if (!/^(?:motorroom|escalator)$/i.test(sensorType)) addNow(telling, from, fields);
  const loop = numberOf(body['safe_loop']);
  if (loop === 0 || loop === 1) addFault(from, 'safety_chain_open', loop === 0 ? 'raised' : 'cleared', 'safe_loop');
}

/** First devices have words for the door, and so has protocol 2.0.0, which alone measures air and height. */
function doorStateOf(fields: JsonObject): unknown {
  const measured = fields['barometer'] ?? fields['altitude'] ?? undefined;
  return fields['door_status'] ?? (measured === undefined ? undefined : (fields['doorStatus'] ?? undefined));
}

function addStatus(from: Speaker, fields: JsonObject, mode: Mode | undefined): void {
  const floor = textOf(fields['floor']);
  if (floor !== undefined) addValue(from, 'floor', floor);
  addNumber(from, 'speed_mps', fields['speed'] ?? undefined);
  addWord(from, 'direction', DIRECTIONS.get(codeOf(fields['direction'])));
  addWord(from, 'door', doorOf(fields));
  const people = codeOf(fields['hasPeople']);
  if (people === 0 || people === 1) addBoolean(from, 'occupied', people);
  addNumber(from, 'battery_pct', fields['battery'] ?? undefined);
  addWord(from, 'mode', mode);
  // 0 means that the device has no such sensor.
  if (numberOf(fields['temperature'] ?? 0) !== 0) addNumber(from, 'temperature_c', fields['temperature']);
}

function addWord(from: Speaker, metric: string, word: string | undefined): void {
  if (word !== undefined) addValue(from, metric, word);
}

/** Not fully closed and yet locked is neither open nor closed. */
function doorOf(fields: JsonObject): string | undefined {
  if (fields['doorState'] !== undefined) return DOORS.get(codeOf(fields['doorState']));
  const doors = [codeOf(fields['droopClose'])];
  if (codeOf(fields['version']) === TWO_DOORS && fields['droopClose2'] !== undefined) {
    doors.push(codeOf(fields['droopClose2']));
  }
  if (doors.every((closed) => closed === 1)) return 'closed';
  return doors.includes(0) && codeOf(fields['carStatus']) === 1 ? 'open' : undefined;
}

/** The version of a car with two doors; others have the second door's byte too, without a meaning. */
const TWO_DOORS = 45;

/** Beside the packed status stand the switches of the car roof and of the machine room. */
function modeOf(telling: Telling, at: number | null, fields: JsonObject): Mode | undefined {
  const stop = codeOf(telling.body['stop']);
  const repair = codeOf(telling.body['repair']);
  const told = STATUS_MODES.get(codeOf(fields['modeStatus']));
  const off = stop === 0 || repair === 0 ? 'normal' : undefined;
  const mode = stop === 1 ? 'out_of_service' : repair === 1 ? 'inspection' : (told ?? off);
  return mode === undefined ? undefined : strongestMode(telling, at, mode);
}

const OLD_AFTER_MS = 5 * 60_000;

/** Events count however late they come; an old frame is an old state. */
function qualityOf({ at }: Speaker, { receivedAt }: Message): Quality {
  return receivedAt !== null && at !== null && receivedAt - at > OLD_AFTER_MS ? 'cached' : 'good';
}

/** Who is trapped; and a box that is normal has no fault left, whichever end was lost. */
function addNow(telling: Telling, from: Speaker, fields: JsonObject): void {
  const status = codeOf(fields['nowStatus']);
  const quality = qualityOf(from, telling.message);
  const trapped = TRAPPED.get(status);
  if (trapped) addFault(from, 'entrapment', trapped, 'nowStatus', quality);
  if (status === NORMAL && quality === 'good' && !telling.message.retain) endFaultsBefore(telling, from);
}

/** Faults as a frame states them. */
function addStates(from: Speaker, fields: JsonObject, quality: Quality): void {
  for (const [name, canonical] of FAULT_BYTES) {
    const byte = fields[name];
    if (byte === 0 || byte === 1) addFault(from, canonical, byte === 1 ? 'raised' : 'cleared', name, quality);
  }
}
