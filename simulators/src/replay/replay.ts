import type { Millis } from '@keepsite/edge-contract';
import type { OutMessage } from '../devices/message.ts';
import * as shelly from '../devices/shelly-gen2/encode.ts';
import * as tasmota from '../devices/tasmota/encode.ts';
import { SimulatorError } from '../errors.ts';
import { measured, type MeterState } from '../physics/meter.ts';
import type { Sample } from './series.ts';

export const REPLAY_FAMILIES = ['shelly-gen2', 'tasmota'] as const;
export type ReplayFamily = (typeof REPLAY_FAMILIES)[number];
export const REPLAY_UNITS = ['kwh', 'kw'] as const;
export type ReplayUnit = (typeof REPLAY_UNITS)[number];

export interface ReplayOptions {
  readonly device: string;
  readonly family: ReplayFamily;
  /** What the record holds: energy of each interval, or mean power. */
  readonly unit: ReplayUnit;
  readonly zone: string;
}

/** What one interval becomes: nothing where the record has a gap. */
export interface Moment {
  /** The interval's end: a meter knows its energy when it is over. */
  readonly at: Millis;
  readonly messages: readonly OutMessage[];
}

/**
 * A recorded building as a meter in a dialect: the counter counts what was recorded and stands still
 * in gaps, the power is each interval's mean. The last interval is taken to be as long as the one
 * before it.
 */
export function* replay(samples: readonly Sample[], options: ReplayOptions): Generator<Moment> {
  const day = tasmota.dayCounters(options.zone);
  let energyKwh = 0;
  for (const [i, sample] of samples.entries()) {
    const end = endOf(samples, i);
    const hours = (end - sample.at) / 3_600_000;
    if (sample.value === null) {
      yield { at: end, messages: [] };
      continue;
    }
    const kw = options.unit === 'kw' ? sample.value : sample.value / hours;
    energyKwh += kw * hours;
    const state = measured(end, kw * 1000, energyKwh);
    yield { at: end, messages: encode(options, state, day(state)) };
  }
}

function encode(
  { family, device, zone }: ReplayOptions,
  state: MeterState,
  counters: tasmota.DayCounters,
): OutMessage[] {
  return family === 'tasmota'
    ? tasmota.meterMessages(device, state, zone, counters)
    : shelly.meterMessages(device, state);
}

function endOf(samples: readonly Sample[], i: number): Millis {
  const [before, here, after] = [samples[i - 1], samples[i] as Sample, samples[i + 1]];
  if (after) return after.at;
  return here.at + (before ? here.at - before.at : 3_600_000);
}

export interface Pace {
  /** Seconds of the record in a second. */
  readonly speed: number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly publish: (messages: readonly OutMessage[]) => void;
}

/** Publishes the moments at their pace; resolves to how many were published. */
export async function play(moments: Iterable<Moment>, { speed, sleep, publish }: Pace): Promise<number> {
  let last: Millis | null = null;
  let owed = 0;
  let count = 0;
  for (const { at, messages } of moments) {
    owed += last === null ? 0 : (at - last) / speed;
    last = at;
    // Timers are coarse: short waits are saved up.
    if (owed >= 5) {
      await sleep(Math.floor(owed));
      owed -= Math.floor(owed);
    }
    publish(messages);
    count += messages.length > 0 ? 1 : 0;
  }
  return count;
}

/** Reads `3600x` or `3600`. */
export function readSpeed(text: string): number {
  const speed = Number(text.replace(/x$/i, ''));
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new SimulatorError('SIM_BAD_INPUT', `"${text}" is no speed; write 3600x`);
}
