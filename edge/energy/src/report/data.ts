import type { EnergyReport } from '@keepsite/cloud-contract';
import { dayOf } from '../day.ts';
import type { Interval } from '../intervals/intervals.ts';
import { dataFaults } from '../quality/faults.ts';
import { countedMeters, sumOf } from './hours.ts';
import type { HourSpan, ReportInputs } from './inputs.ts';

const HOUR_MS = 3_600_000;
/** The longest gaps and the first flagged stretches are shown; the months count all of them. */
const SHOWN = 12;
/** What is already counted as a gap, or belongs to the rows and not to the building. */
const COUNTED_ELSEWHERE: ReadonlySet<string> = new Set(['gap', 'missing']);

/** Part 3: what is known of each month, by hours of the counted meters, and where the weather is from. */
export function qualityOf(inputs: ReportInputs): EnergyReport['quality'] {
  const { meters, zone, baseline, reporting } = inputs;
  const counted = countedMeters(meters);
  const spans = [...(baseline ? [baseline.span] : []), reporting];
  const hours = spans.flatMap((span) =>
    sumOf(span, counted, zone).map((interval, i) => ({ ...interval, felt: span.weather.celsius[i] ?? null })),
  );
  const months = Map.groupBy(hours, ({ from }) => dayOf(from, zone).slice(0, 7));
  const rows = hours.map(({ from, kwh }) => ({ at: from, value: kwh }));
  return {
    months: [...months].map(([month, own]) => ({
      month,
      hours: own.length,
      measured: own.filter(({ quality }) => quality === 'measured').length,
      filled: own.filter(({ quality }) => quality === 'filled').length,
      estimated: own.filter(({ quality }) => quality === 'estimated').length,
      missing: own.filter(({ quality }) => quality === 'missing').length,
      weatherMissing: own.filter(({ felt }) => felt === null).length,
    })),
    gaps: gapsOf(hours)
      .toSorted((a, b) => b.hours - a.hours)
      .slice(0, SHOWN),
    flagged: dataFaults(rows, 'energy')
      .filter(({ kind }) => !COUNTED_ELSEWHERE.has(kind))
      .slice(0, SHOWN)
      .map(({ kind, from, to, rows: count }) => ({ kind, from: instant(from), to: instant(to), rows: count })),
    weather: weatherSources(spans),
    zone,
  };
}

function gapsOf(hours: readonly Interval[]): EnergyReport['quality']['gaps'] {
  const gaps: { from: number; to: number }[] = [];
  for (const { from, to, quality } of hours) {
    if (quality !== 'missing') continue;
    const last = gaps.at(-1);
    if (last?.to === from) last.to = to;
    else gaps.push({ from, to });
  }
  return gaps.map(({ from, to }) => ({ from: instant(from), to: instant(to), hours: (to - from) / HOUR_MS }));
}

/** Hours by source and version, over all spans. */
function weatherSources(spans: readonly HourSpan[]): EnergyReport['quality']['weather'] {
  const sources = new Map<string, EnergyReport['quality']['weather'][number]>();
  for (const { weather } of spans) {
    for (const [count, index] of weather.origin) {
      const source = weather.sources[index];
      if (!source) continue;
      const key = `${source.source} ${source.version}`;
      sources.set(key, { ...source, hours: (sources.get(key)?.hours ?? 0) + count });
    }
  }
  return [...sources.values()];
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
