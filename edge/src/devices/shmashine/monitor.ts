import type { Mode } from '@keepsite/edge-contract';
import type { Message } from '../../domain/decoded.ts';
import { objectOf, type JsonObject } from '../json.ts';
import { addBoolean, addFault, addNumber, addRejected, addValue, numberOf, type Speaker } from '../lines.ts';
import { readFrame } from './frame.ts';
import { DIRECTIONS, DOORS, FAULT_BYTES, STATUS_MODES, TRAPPED } from './tables.ts';
import { codeOf, secondsOf, textOf, type Telling } from './telling.ts';

/** Adds what a status message says of the car: packed in `D`, or as JSON. */
export function monitor(telling: Telling): void {
  const { body, sensorType } = telling;
  const packed = textOf(body['D']);
  if (packed === undefined) return decodedStatus(telling);
  const fields = readFrame(packed, sensorType);
  if (typeof fields === 'string') return addRejected(telling.at(null), fields);
  const from = telling.at(secondsOf(fields));
  addStatus(from, fields, modeOf(fields, body));
  if (!/^escalator$/i.test(sensorType)) addStates(from, fields, telling.message);
}

/**
 * Status as JSON: from the machine room (`safe_loop` 1 is closed), from first devices (`now_floor`),
 * or unpacked by the platform. The platform fills loops that it never heard of with 0, so there
 * they are not read.
 */
function decodedStatus(telling: Telling): void {
  const { body } = telling;
  const fields = objectOf(body['monitorMessage']) ?? body;
  const from = telling.at(telling.time);
  addStatus(
    from,
    {
      ...fields,
      floor: fields['floor'] ?? fields['now_floor'],
      hasPeople: fields['hasPeople'] ?? fields['has_people'],
    },
    modeOf(fields, body),
  );
  const loop = numberOf(body['safe_loop']);
  if (loop === 0 || loop === 1) addFault(from, 'safety_chain_open', loop === 0 ? 'raised' : 'cleared', 'safe_loop');
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
  const closed = codeOf(fields['droopClose']);
  if (closed === 1) return 'closed';
  return closed === 0 && codeOf(fields['carStatus']) === 1 ? 'open' : undefined;
}

/** Beside the packed status stand the switches of the car roof and of the machine room. */
function modeOf(fields: JsonObject, body: JsonObject): Mode | undefined {
  const stop = codeOf(body['stop']);
  const repair = codeOf(body['repair']);
  if (stop === 1) return 'out_of_service';
  if (repair === 1) return 'inspection';
  const told = STATUS_MODES.get(codeOf(fields['modeStatus']));
  return told ?? (stop === 0 || repair === 0 ? 'normal' : undefined);
}

const OLD_AFTER_MS = 5 * 60_000;

/** Faults as a frame states them. Events count however late they come; an old frame is an old state. */
function addStates(from: Speaker, fields: JsonObject, { receivedAt }: Message): void {
  const old = receivedAt !== null && from.at !== null && receivedAt - from.at > OLD_AFTER_MS;
  const quality = old ? 'cached' : 'good';
  const trapped = TRAPPED.get(codeOf(fields['nowStatus']));
  if (trapped) addFault(from, 'entrapment', trapped, 'nowStatus', quality);
  for (const [name, canonical] of FAULT_BYTES) {
    const byte = fields[name];
    if (byte === 0 || byte === 1) addFault(from, canonical, byte === 1 ? 'raised' : 'cleared', name, quality);
  }
}
