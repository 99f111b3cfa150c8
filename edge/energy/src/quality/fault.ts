import type { Millis } from '../day.ts';
import type { Point } from '../series.ts';
import type { StretchRules } from '../stretches.ts';

/** What is wrong with a recording itself, before anything is said of the building. */
export type DataFaultKind =
  | 'duplicate'
  | 'conflict'
  | 'unordered'
  | 'gap'
  | 'stuck'
  | 'zero'
  | 'negative'
  | 'outlier'
  | 'unit_jump'
  | 'spike'
  | 'dip'
  | 'reset'
  | 'rollover'
  | 'jump';

export interface DataFault {
  readonly kind: DataFaultKind;
  readonly from: Millis;
  /** Where it is over: the next row that can be believed. */
  readonly to: Millis;
  /** Rows concerned. */
  readonly rows: number;
  /** The value that stands out: the conflicting one, the frozen one, the factor of a unit jump. */
  readonly value: number | null;
}

/** `counter`: a register in kWh; `power`: W; `energy`: kWh per interval. */
export type MeterKind = 'counter' | 'power' | 'energy';

/** A row with a value. */
export type Sampled = Point & { readonly value: number };

export type Finder = (rows: readonly Sampled[], rules: StretchRules) => DataFault[];

/** Neighbours that are alike, as runs. */
export function runsOf<T>(items: readonly T[], alike: (a: T, b: T) => boolean): T[][] {
  const runs: T[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run && alike(run.at(-1) as T, item)) run.push(item);
    else runs.push([item]);
  }
  return runs;
}
