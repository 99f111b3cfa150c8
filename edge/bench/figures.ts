import { availableParallelism, cpus } from 'node:os';

/** One measured quantity: median and spread over runs, and what it should be read beside. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  /** Another figure of the same run, or null: `JSON.parse of the same bytes 2.1 µs`. */
  readonly beside: string | null;
}

export type Figures = Readonly<Record<string, Figure>>;

/** Median and spread of runs, to three digits. Throws a RangeError without any. */
export function figure(runs: readonly number[], unit: string, beside: string | null = null): Figure {
  if (runs.length === 0) throw new RangeError('nothing was measured');
  const sorted = runs.toSorted((a, b) => a - b);
  return {
    median: digits(middle(sorted)),
    min: digits(sorted[0] as number),
    max: digits(sorted.at(-1) as number),
    unit,
    beside,
  };
}

/** Median of numbers in ascending order. */
export function middle(sorted: readonly number[]): number {
  const at = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(at)] as number) + (sorted[Math.ceil(at)] as number)) / 2;
}

/** What the figures were measured on. */
export function machine(): string {
  return `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`;
}

function digits(value: number): number {
  return Number(value.toPrecision(3));
}
