import type { Reading } from '@keepsite/edge-contract';
import type { SqliteStore } from '../src/adapters/sqlite-store.ts';
import { createDecoder, createMemory } from '../src/devices/index.ts';
import { loadDevices } from './devices.ts';
import { keep } from './kept.ts';
import { readingsOf } from './simulated-day.ts';

export const WEEK_MS = 7 * 86_400_000;
export const FAST_METRIC = 'speed_mps';
/** Devices of which a week's chart is drawn, and how many seconds lie between two of their readings. */
export const WEEK_RATES = { 'fast-1': 1, 'fast-10': 10 } as const;

/** All others: so many, each of which speaks so often, and in the last hour in turn, until so many readings came in a second. */
export const WEEK_DEVICES = 200;
const OTHERS_EVERY_S = 600;
const BUSY_S = 3_600;
const BUSY_READINGS_S = 500;
const MAINTAIN_S = 5;
/** In the quiet days, so many seconds are one commit. */
const COMMIT_S = 60;
/** In the busy hour a commit holds so many: what comes within some milliseconds. */
const COMMIT_READINGS = 100;

export interface Week {
  readonly end: number;
  readonly readings: number;
  /** Blocks that are not yet compacted at the end. */
  readonly tail: number;
}

/** Seven days of two hundred devices and of two fast ones, then an hour with 500 readings a second, maintained as an edge does. */
export async function fillWeek(store: SqliteStore, start: number): Promise<Week> {
  const end = start + WEEK_MS;
  const others = speakers();
  let readings = 0;
  let waiting: Reading[] = [];
  for (let s = 1; s <= WEEK_MS / 1000; s++) {
    const now = start + s * 1000;
    const busy = s > WEEK_MS / 1000 - BUSY_S;
    waiting.push(...fast(now));
    const wanted = busy ? waiting.length + BUSY_READINGS_S : 0;
    if (busy) while (waiting.length < wanted) waiting.push(...others(now));
    else
      for (
        let n = Math.floor((s * WEEK_DEVICES) / OTHERS_EVERY_S);
        n > Math.floor(((s - 1) * WEEK_DEVICES) / OTHERS_EVERY_S);
        n--
      )
        waiting.push(...others(now));
    if (!busy && s % COMMIT_S !== 0) continue;
    readings += waiting.length;
    for (let from = 0; from < waiting.length; from += busy ? COMMIT_READINGS : waiting.length)
      keep(store, busy ? waiting.slice(from, from + COMMIT_READINGS) : waiting);
    waiting = [];
    if (busy ? s % MAINTAIN_S === 0 : s % 3_600 === 0) await store.maintain(now);
  }
  return { end, readings, tail: store.sizes().blocks };
}

function fast(now: number): Reading[] {
  return Object.entries(WEEK_RATES).flatMap(([device, every]): Reading[] => {
    const second = now / 1000;
    if (second % every !== 0) return [];
    const value = Math.round(2_000 + 900 * Math.sin(second / 700) + ((second * 31) % 170)) / 10;
    const at = now + ((second * 7) % 25);
    return [
      {
        device,
        metric: FAST_METRIC,
        part: null,
        value,
        at,
        receivedAt: at + 3 + ((second * 13) % 30),
        quality: 'good',
        historical: false,
      },
    ];
  });
}

/** What the next of the load's devices says, each in its turn. */
function speakers(): (now: number) => Reading[] {
  const devices = loadDevices(WEEK_DEVICES);
  const decoder = createDecoder({ zoneOf: () => 'Asia/Shanghai' });
  const memory = createMemory();
  let turn = 0;
  return (now) => {
    const device = devices[turn % WEEK_DEVICES] as (typeof devices)[number];
    const { topic, payload } = device.says(now, Math.floor(turn / WEEK_DEVICES));
    turn += 1;
    return readingsOf(
      decoder,
      { topic, payload: Buffer.from(payload), retain: false, receivedAt: now },
      memory,
      now + 5,
    );
  };
}
