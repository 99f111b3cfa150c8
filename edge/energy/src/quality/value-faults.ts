import { median, quantile } from '../statistics/order.ts';
import { type DataFault, type DataFaultKind, runsOf, type Sampled } from './fault.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STUCK_MS = 3 * HOUR_MS;
/** A value may be repeated by chance once in a million rows. */
const CHANCE_DECADES = 6;
const STUCK_ROWS = { least: 3, most: 12 } as const;
/** How many times longer than what is usual in a day. */
const UNUSUAL = 2;
const FENCE = 3;
/** kWh taken for Wh, a current transformer of another ratio: no building changes that much overnight. */
const UNIT_FACTOR = 50;
const UNIT_DAYS = 3;

/**
 * A value that is repeated for three hours, more often than by chance and twice as long as on a usual
 * day: the sensor or its gateway is frozen. A plateau of every night is usual.
 */
export function stuckValues(samples: readonly Sampled[]): DataFault[] {
  const runs = runsOf(samples, (a, b) => a.value === b.value).filter((run) => run[0]?.value !== 0);
  const longest = Map.groupBy(runs, (run) => Math.floor((run[0] as Sampled).at / DAY_MS));
  const usual = median([...longest.values()].map((list) => Math.max(...list.map((run) => lengthOf(run)))));
  const rows = rowsToBelieve(runs, samples.length);
  return runs
    .filter((run) => run.length >= rows && lengthOf(run) >= Math.max(STUCK_MS, UNUSUAL * usual))
    .map((run) => faultOf('stuck', run, run[0]?.value ?? null));
}

/** Zeros where the usual is not zero. For electricity they mean "missing" (CalTRACK 2.0 §2.2.1.4). */
export function zeros(rows: readonly Sampled[]): DataFault[] {
  if (
    quantile(
      rows.map(({ value }) => value),
      0.1,
    ) <= 0
  )
    return [];
  return runsOf(rows, (a, b) => (a.value === 0) === (b.value === 0))
    .filter((run) => run[0]?.value === 0)
    .map((run) => faultOf('zero', run, 0));
}

/** Negative values: export, or a transformer the wrong way round. To be told, not to be clipped (CalTRACK 2.0 §2.3.5). */
export function negatives(rows: readonly Sampled[]): DataFault[] {
  return runsOf(rows, (a, b) => a.value < 0 === b.value < 0)
    .filter((run) => (run[0] as Sampled).value < 0)
    .map((run) => faultOf('negative', run, Math.min(...run.map(({ value }) => value))));
}

/** Days beyond median + 3 interquartile ranges: for a person to look at, never removed (CalTRACK 2.0 §2.3.6). */
export function outlierDays(rows: readonly Sampled[]): DataFault[] {
  const days = daysOf(rows);
  const means = days.map(({ mean }) => mean);
  const fence = median(means) + FENCE * (quantile(means, 0.75) - quantile(means, 0.25));
  if (!(fence > median(means))) return [];
  return days.filter(({ mean }) => mean > fence).map(({ run, mean }) => faultOf('outlier', run, mean));
}

/** From one day to the next everything is fifty times more or less, and stays so for three days. */
export function unitJumps(rows: readonly Sampled[]): DataFault[] {
  const days = daysOf(rows).filter(({ middle }) => middle > 0);
  return days.flatMap(({ run, middle }, i): DataFault[] => {
    const before = days.slice(Math.max(0, i - UNIT_DAYS), i);
    const after = days.slice(i, i + UNIT_DAYS);
    if (before.length < UNIT_DAYS || after.length < UNIT_DAYS) return [];
    const old = median(before.map((day) => day.middle));
    const ratios = after.map((day) => day.middle / old);
    const jumped = ratios.every((ratio) => ratio > UNIT_FACTOR) || ratios.every((ratio) => ratio < 1 / UNIT_FACTOR);
    const first = before.every((day) => Math.abs(Math.log(day.middle / old)) < Math.log(UNIT_FACTOR));
    return jumped && first ? [faultOf('unit_jump', run, middle / old)] : [];
  });
}

function daysOf(rows: readonly Sampled[]) {
  return runsOf(rows, (a, b) => Math.floor(a.at / DAY_MS) === Math.floor(b.at / DAY_MS)).map((run) => {
    const values = run.map(({ value }) => value);
    return { run, mean: values.reduce((sum, value) => sum + value, 0) / values.length, middle: median(values) };
  });
}

/** A coarse register repeats itself often, a fine one never: how many equal rows are no chance any more. */
function rowsToBelieve(runs: readonly (readonly Sampled[])[], count: number): number {
  const repeated = runs
    .filter(({ length }) => length === 2 || length === 3)
    .reduce((sum, { length }) => sum + length - 1, 0);
  const decades = -Math.log10(Math.max(repeated, 1) / count);
  return Math.min(STUCK_ROWS.most, Math.max(STUCK_ROWS.least, Math.ceil(CHANCE_DECADES / decades) + 1));
}

function lengthOf(run: readonly Sampled[]): number {
  return (run.at(-1) as Sampled).at - (run[0] as Sampled).at;
}

function faultOf(kind: DataFaultKind, run: readonly Sampled[], value: number | null): DataFault {
  return { kind, from: (run[0] as Sampled).at, to: (run.at(-1) as Sampled).at, rows: run.length, value };
}
