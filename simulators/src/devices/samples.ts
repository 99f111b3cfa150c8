import { seeded } from '../random.ts';
import type { Sample, Sampler } from './sample.ts';
import { tasmotaSamples } from './tasmota/samples.ts';

/** Every dialect that devices of the simulated world could speak. Names are the edge's families. */
export const SAMPLERS: Readonly<Record<string, Sampler>> = {
  tasmota: tasmotaSamples,
};

/** Messages of one dialect with what they mean; the same seed gives the same messages. */
export function samplesOf(family: string, seed: number): Sample[] {
  return SAMPLERS[family]?.(seeded('samples', family, seed)) ?? [];
}
