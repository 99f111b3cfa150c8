import type { MeterKind } from '../quality/fault.ts';
import { type Point, type Series, spansOf, stepOf } from '../series.ts';
import { MAX_GAP_MS, type Stretch, type StretchRules, stretchesOfCounter } from '../stretches.ts';

const HOUR_MS = 3_600_000;

/**
 * The energy of a recording of any meter: a counter in kWh, a power in W, or kWh per interval. Rows that
 * repeat count once; rows that contradict each other say nothing, for nobody knows which is right.
 */
export function meterStretches(rows: readonly Point[], kind: MeterKind, rules: StretchRules = {}): Stretch[] {
  const settled = settledRows(rows);
  if (kind === 'energy') return stretchesOfEnergy(settled);
  if (kind === 'power') return stretchesOfRecordedPower(settled, rules);
  return stretchesOfCounter(
    settled.flatMap(({ at, value }) => (value === null ? [] : [{ at, value }])),
    rules,
  );
}

function stretchesOfEnergy(series: Series): Stretch[] {
  return spansOf(series).flatMap(({ from, to, value }) =>
    value === null || to <= from ? [] : [{ from, to, kwh: value }],
  );
}

/**
 * Each power holds until the next row, also one without a value; before a silence and at the end, where
 * none follows, for one usual step. Negative power is export and counts as zero.
 */
function stretchesOfRecordedPower(series: Series, { maxGapMs = MAX_GAP_MS }: StretchRules): Stretch[] {
  const step = stepOf(series) ?? 0;
  return series.flatMap(({ at, value }, i): Stretch[] => {
    if (value === null) return [];
    const next = series[i + 1]?.at;
    const to = next !== undefined && next - at <= maxGapMs ? next : at + step;
    return to > at ? [{ from: at, to, kwh: (Math.max(0, value) / 1000) * ((to - at) / HOUR_MS) }] : [];
  });
}

/** Rows in order of time, each time once; null where they contradict each other. */
export function settledRows(rows: readonly Point[]): Point[] {
  const times = Map.groupBy(
    rows.toSorted((a, b) => a.at - b.at),
    ({ at }) => at,
  );
  return [...times].map(([at, same]) => {
    const values = new Set(same.map(({ value }) => value).filter((value) => value !== null && Number.isFinite(value)));
    return { at, value: values.size === 1 ? ([...values][0] as number) : null };
  });
}
