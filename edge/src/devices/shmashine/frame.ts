import type { JsonObject } from '../json.ts';

/** How many bytes a field has, and whether it carries a sign. */
type Kind = 'u8' | 'i8' | 'i16' | 'u16' | 'i32' | 'u32';
type Layout = readonly (readonly [name: string, kind: Kind, divisor?: number])[];

const SIZE: Readonly<Record<Kind, number>> = { u8: 1, i8: 1, i16: 2, u16: 2, i32: 4, u32: 4 };

const HEAD: Layout = [
  ['seconds', 'u32'],
  ['version', 'u8'],
  ['nowStatus', 'u8'],
  ['direction', 'u8'],
  ['floorStatus', 'u8'],
];
/** Up to the byte that car roof and single box use differently. */
const CAR: Layout = [
  ...HEAD,
  ['speed', 'i8', 10],
  ['carStatus', 'u8'],
  ['hasPeople', 'u8'],
  ['powerStatus', 'u8'],
  ['floor', 'i8'],
  ['signal', 'u8'],
  ['battery', 'u8'],
  ['modeStatus', 'u8'],
  ['runStatus', 'u8'],
  ['droopClose', 'u8'],
];

/** Car roof and front-fitted devices. */
const CAR_ROOF: Layout = [...CAR, ['motor', 'u8'], ['temperature', 'i8']];

/** The same with the five bytes of later firmware; what is neither of both lengths ends after the temperature. */
const LATER_CAR_ROOF: Layout = [
  ...CAR_ROOF,
  ['droopClose2', 'u8'],
  ['safeLoop', 'u8'],
  ['doorLoop', 'u8'],
  ['stopOutLockArea', 'u8'],
  ['carroofAccidentShift', 'u8'],
];

/** One box for car and machine room: the safety loop stands where the motor was. What follows is not documented. */
const SINGLE_BOX: Layout = [...CAR, ['safeLoop', 'u8'], ['temperature', 'i8']];

/** Protocol 2.0.0, a box on the car door; air pressure and height above the sea follow. */
const CAR_DOOR: Layout = [
  ...HEAD,
  ['speedX', 'i16', 100],
  ['speed', 'i16', 100],
  ['doorState', 'u8'],
  ['floor', 'i8'],
  ['signal', 'u8'],
  ['runStatus', 'u8'],
  ['droopClose', 'u8'],
  ['hasPeople', 'u8'],
  ['temperature', 'i16', 100],
];

/** Protocol 1.0.0E. */
const ESCALATOR: Layout = [
  ['seconds', 'u32'],
  ['version', 'u8'],
  ['modeStatus', 'u8'],
  ['runStatus', 'u8'],
  ['direction', 'u8'],
];

/** Escalators of another maker; its own faults come as messages too. */
const LONG_ESCALATOR: Layout = [
  ['seconds', 'u32'],
  ['version', 'u8'],
  ['normal', 'u8'],
  ['faultStatus', 'u8'],
  ['modeStatus', 'u8'],
  ['direction', 'u8'],
];

const LATER_CAR_ROOF_BYTES = 25;
const CAR_DOOR_BYTES = 28;
const SHORT_ESCALATOR_BYTES = 18;
/** Shorter ones do not even hold the time and the version. */
const SHORTEST = 5;

/** The frame's fields by the vendor's names; what the frame is too short for is absent. */
export function readFrame(base64: string, sensorType: string): JsonObject | string {
  const bytes = bytesOf(base64);
  if (bytes === undefined) return 'D is not base64';
  if (bytes.length < SHORTEST) return `the frame in D has ${bytes.length} bytes, fewer than ${SHORTEST}`;
  return unpack(bytes, layoutOf(sensorType.toLowerCase(), bytes.length));
}

function bytesOf(base64: string): Uint8Array | undefined {
  try {
    return Uint8Array.fromBase64(base64);
  } catch {
    return undefined;
  }
}

function layoutOf(sensorType: string, length: number): Layout {
  if (sensorType === 'escalator') return length <= SHORT_ESCALATOR_BYTES ? ESCALATOR : LONG_ESCALATOR;
  if (sensorType === 'cardoor' && length >= CAR_DOOR_BYTES) return CAR_DOOR;
  if (sensorType === 'singlebox' || sensorType === 'cardoor') return SINGLE_BOX;
  return length >= LATER_CAR_ROOF_BYTES ? LATER_CAR_ROOF : CAR_ROOF;
}

function unpack(bytes: Uint8Array, layout: Layout): JsonObject {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fields: Record<string, unknown> = {};
  let at = 0;
  for (const [name, kind, divisor = 1] of layout) {
    if (at + SIZE[kind] > bytes.length) break;
    fields[name] = READ[kind](view, at) / divisor;
    at += SIZE[kind];
  }
  return fields;
}

const READ: Readonly<Record<Kind, (view: DataView, at: number) => number>> = {
  u8: (view, at) => view.getUint8(at),
  i8: (view, at) => view.getInt8(at),
  i16: (view, at) => view.getInt16(at, true),
  u16: (view, at) => view.getUint16(at, true),
  i32: (view, at) => view.getInt32(at, true),
  u32: (view, at) => view.getUint32(at, true),
};
