import { type Point, stepOf } from '../series.ts';
import type { StretchRules } from '../stretches.ts';
import { type DataFault, runsOf, type Sampled } from './fault.ts';

const GAP_IN_STEPS = 1.5;

/** Rows that repeat a time: `duplicate` with the same value, `conflict` with another one. */
export function repeatedRows(rows: readonly Sampled[]): DataFault[] {
  const sorted = rows.toSorted((a, b) => a.at - b.at);
  return runsOf(sorted, (a, b) => a.at === b.at)
    .filter((run) => run.length > 1)
    .map((run) => {
      const first = run[0] as Sampled;
      const other = run.find(({ value }) => value !== first.value);
      const kind = other ? 'conflict' : 'duplicate';
      return { kind, from: first.at, to: first.at, rows: run.length, value: other?.value ?? first.value };
    });
}

/** Rows that stand behind a later one: the sender's clock was set back, or its buffer was emptied late. */
export function unorderedRows(rows: readonly Point[]): DataFault[] {
  const faults: DataFault[] = [];
  let latest = Number.NEGATIVE_INFINITY;
  for (const { at, value } of rows) {
    if (at < latest) faults.push({ kind: 'unordered', from: at, to: latest, rows: 1, value });
    latest = Math.max(latest, at);
  }
  return faults;
}

/** Silences: longer than one and a half usual steps, or than `maxGapMs`. */
export function gaps(rows: readonly Sampled[], { maxGapMs }: StretchRules): DataFault[] {
  const sorted = rows.toSorted((a, b) => a.at - b.at);
  const longest = maxGapMs ?? GAP_IN_STEPS * (stepOf(sorted) ?? 0);
  return sorted.flatMap(({ at }, i): DataFault[] => {
    const before = sorted[i - 1]?.at ?? at;
    return at - before > longest ? [{ kind: 'gap', from: before, to: at, rows: 0, value: null }] : [];
  });
}
