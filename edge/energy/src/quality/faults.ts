import type { Point } from '../series.ts';
import type { StretchRules } from '../stretches.ts';
import { counterSteps, standstills } from './counter-faults.ts';
import type { DataFault, Finder, MeterKind, Sampled } from './fault.ts';
import { gaps, repeatedRows, unorderedRows } from './row-faults.ts';
import { negatives, outlierDays, stuckValues, unitJumps, zeros } from './value-faults.ts';

const OF_VALUES: readonly Finder[] = [stuckValues, zeros, negatives, outlierDays, unitJumps];
const FINDERS: Readonly<Record<MeterKind, readonly Finder[]>> = {
  counter: [counterSteps, standstills],
  power: OF_VALUES,
  energy: OF_VALUES,
};

/**
 * What is wrong with a recording, in order of time, from its rows as they came. To be told before
 * any warning: a stuck meter saves nothing, and a reset is no consumption. Nothing is mended here.
 */
export function dataFaults(rows: readonly Point[], kind: MeterKind, rules: StretchRules = {}): DataFault[] {
  const known = rows.filter((row): row is Sampled => row.value !== null && Number.isFinite(row.value));
  const sorted = known.toSorted((a, b) => a.at - b.at);
  const once = sorted.filter((row, i) => sorted[i + 1]?.at !== row.at);
  const found = [
    ...unorderedRows(rows),
    ...repeatedRows(known),
    ...gaps(once, rules),
    ...FINDERS[kind].flatMap((find) => find(once, rules)),
  ];
  return found.toSorted((a, b) => a.from - b.from);
}
