import type { Millis, Reading } from '@keepsite/edge-contract';

/** A device's clock further off than this is not believed. */
const SANE_SKEW_MS = 5 * 60_000;
/** No sensor says more (canonical metrics end at 1e12); sums of larger numbers would not survive JSON. */
const GREATEST = 1e15;

/** Quality `cached` is the broker's memory and `stale` is our own word: neither came from the device just now. */
export function provesLife({ quality, metric, value }: Reading): boolean {
  return quality !== 'cached' && quality !== 'stale' && !(metric === 'online' && value === false);
}

/** Missing is not zero, null is not false, history is not now. */
export function isLive(reading: Reading): boolean {
  return !reading.historical && isSound(reading);
}

/** A good value that can be reckoned with. */
export function isSound({ quality, value }: Reading): boolean {
  if (quality !== 'good' || value === null) return false;
  return typeof value !== 'number' || Math.abs(value) <= GREATEST;
}

/** What changes of the value are measured by, ms: the device's clock while it is sane, else the edge's. */
export function timeOfSample({ at, receivedAt }: Reading): Millis {
  return at !== null && Math.abs(at - receivedAt) <= SANE_SKEW_MS ? at : receivedAt;
}
