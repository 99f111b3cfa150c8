import {
  nabScore,
  type NabScore,
  type NabWindow,
  type Point,
  Watch,
  WindowedGaussian,
  zoneClock,
} from '@keepsite/edge-energy';
import { InputError } from './input-error.ts';
import { placed, stampOf } from './stamp.ts';

/** Ours, and the benchmark's own simple one. */
export const DETECTORS = ['watch', 'windowed-gaussian'] as const;
export type Detector = (typeof DETECTORS)[number];

export interface Judged {
  readonly at: number;
  readonly score: number | null;
  readonly warning: boolean;
}

/** Every row by nothing but the rows before it. A gap has no score. */
export function judge(series: readonly Point[], detector: Detector, zone: string): Judged[] {
  const watch = new Watch(zone);
  const gaussian = new WindowedGaussian();
  return series.map(({ at, value }) => {
    const verdict = detector === 'watch' ? watch.hear(at, value) : value === null ? null : gaussian.hear(value);
    return { at, score: verdict?.score ?? null, warning: verdict?.warning ?? false };
  });
}

/** The benchmark's score, standard profile. */
export function scoreOf(rows: readonly Judged[], windows: readonly NabWindow[]): NabScore {
  return nabScore(
    rows.map(({ at }) => at),
    rows.map(({ warning }) => warning),
    windows,
  );
}

/** Written windows as instants. Throws an {@link InputError} that names the file. */
export function windowsOf(windows: readonly (readonly [string, string])[], file: string, zone: string): NabWindow[] {
  const clock = zoneClock(zone);
  return windows.map((window) => {
    const [from, to] = window.map((text) => {
      const stamp = stampOf(text);
      if (stamp === null) throw new InputError(`${file}: "${text}" is no time`);
      return placed(stamp, clock, Number.NEGATIVE_INFINITY);
    }) as [number, number];
    if (to < from) throw new InputError(`${file}: a window ends before it begins: ${window.join(' … ')}`);
    return [from, to];
  });
}
