import { SAMPLERS, samplesOf } from './devices/samples.ts';
import type { Sample } from './devices/sample.ts';

/**
 * `simulate samples`: one message a line, in the form that `decode --lines` reads, with `family` and
 * with `says`, the lines that a reader of the message must find.
 */
export function printSamples(
  options: { family?: string; rounds: number; seed: number },
  out: (text: string) => void,
): void {
  const families = options.family === undefined ? Object.keys(SAMPLERS) : [options.family];
  for (const family of families) {
    for (let round = 0; round < options.rounds; round += 1)
      for (const sample of samplesOf(family, options.seed + round)) out(lineOf(family, sample));
  }
}

function lineOf(family: string, { payload, ...sample }: Sample): string {
  const printed = typeof payload === 'string' ? payload : { base64: Buffer.from(payload).toString('base64') };
  return JSON.stringify({ family, payload: printed, ...sample });
}
