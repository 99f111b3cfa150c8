import { addFailed, booleanOf, numberOf, type Speaker } from '../lines.ts';
import { addFound, CENTIMETRES, measureOf, MILLIMETRES, type Field, type Fields, type Units } from './measure.ts';

const NEAREST_M = 0.02;

/**
 * 0 means that the probe did not answer, less than 20 mm that its echo was invalid; exactly 20 mm
 * says the same of all probes but the one that can measure it.
 */
export function addDistance(units: Units): Field {
  return (from, raw, fields, number) => {
    const part = number === '' ? null : `ch${number}`;
    if (fields.has('value')) return;
    const metres = measureOf(raw, units);
    const near = typeof metres === 'number' && (metres < NEAREST_M || (metres === NEAREST_M && !isShortRange(fields)));
    if (near || hasNoProbe(fields)) addFailed(from, 'distance_m', part);
    else addFound(from, 'distance_m', raw, metres, part);
  };
}

const FAINTEST_SIGNAL = 60;
const SATURATED_SIGNAL = 65_535;
const FARTHEST_LIDAR_M = 45;

/**
 * A faint or dazzled lidar's distance is not to be relied on; without a target it sends 45 m, five
 * more than it can see. Source: the manual of LLDS40, 2.3.4.
 */
export function addLidar(from: Speaker, raw: unknown, fields: Fields, number: string): void {
  const metres = measureOf(raw, CENTIMETRES);
  const signal = numberOf(fields.get('lidarsignal') ?? null);
  const unreliable = typeof signal === 'number' && (signal <= FAINTEST_SIGNAL || signal === SATURATED_SIGNAL);
  if (unreliable || (typeof metres === 'number' && metres >= FARTHEST_LIDAR_M)) addFailed(from, 'distance_m');
  else addDistance(CENTIMETRES)(from, raw, fields, number);
}

/** A decoder of The Things Network's calls the distance `value`, and the battery's millivolts `distance`. */
export function addMisnamedDistance(from: Speaker, raw: unknown, fields: Fields): void {
  if (fields.has('distance')) addDistance(MILLIMETRES)(from, raw, new Map(), '');
}

function isShortRange(fields: Fields): boolean {
  return /dds20/i.test(String(fields.get('nodetype') ?? ''));
}

function hasNoProbe(fields: Fields): boolean {
  return booleanOf(fields.get('sensorflag') ?? fields.get('sflag')) === false;
}
