import { growth, isSpike, type StretchRules } from '../stretches.ts';
import { type DataFault, runsOf, type Sampled } from './fault.ts';

/** For how many rows a counter may be wrong before its new level is believed. */
const DOUBTFUL_ROWS = 3;
const HOUR_MS = 3_600_000;
const STUCK_MS = 3 * HOUR_MS;
/** A counter that stands still for more of its time than this belongs to a load that is often off. */
const OFTEN_STILL = 0.2;

/**
 * What a counter does that no meter can: `spike` and `dip` (it returns), `jump` (it does not, too fast
 * to be energy), `reset` (it begins again lower), and `rollover`, which is no fault but worth knowing.
 */
export function counterSteps(rows: readonly Sampled[], rules: StretchRules): DataFault[] {
  const faults: DataFault[] = [];
  for (let i = 1; i < rows.length; i += 1) {
    const before = rows[i - 1] as Sampled;
    const row = rows[i] as Sampled;
    const down = row.value < before.value;
    const beforeThat = rows[i - 2];
    if (beforeThat && isSpike(beforeThat, before, row, rules)) {
      faults.push({ kind: 'spike', from: before.at, to: row.at, rows: 1, value: before.value });
      continue;
    }
    if (growth(before, row, rules) !== null) {
      if (down) faults.push({ kind: 'rollover', from: before.at, to: row.at, rows: 1, value: row.value });
      continue;
    }
    const back = rows.slice(i + 1, i + 1 + DOUBTFUL_ROWS).findIndex((next) => growth(before, next, rules) !== null);
    const value = row.value;
    if (back < 0) faults.push({ kind: down ? 'reset' : 'jump', from: before.at, to: row.at, rows: 1, value });
    else {
      faults.push({
        kind: down ? 'dip' : 'spike',
        from: row.at,
        to: (rows[i + 1 + back] as Sampled).at,
        rows: back + 1,
        value,
      });
      i += back + 1;
    }
  }
  return faults;
}

/** A counter that stands still for three hours though its load is never off: it is stuck. */
export function standstills(rows: readonly Sampled[]): DataFault[] {
  const runs = runsOf(rows, (a, b) => a.value === b.value).filter((run) => run.length > 1);
  const long = runs.filter((run) => lengthOf(run) >= STUCK_MS);
  const still = long.reduce((sum, run) => sum + lengthOf(run), 0);
  if (rows.length < 2 || still > OFTEN_STILL * lengthOf(rows)) return [];
  return long.map((run) => ({
    kind: 'stuck' as const,
    from: (run[0] as Sampled).at,
    to: (run.at(-1) as Sampled).at,
    rows: run.length,
    value: run[0]?.value ?? null,
  }));
}

function lengthOf(run: readonly Sampled[]): number {
  return (run.at(-1) as Sampled).at - (run[0] as Sampled).at;
}
