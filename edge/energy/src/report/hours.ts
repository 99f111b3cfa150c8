import { localDay, type Millis } from '../day.ts';
import { gridOf } from '../intervals/grid.ts';
import type { Interval, IntervalQuality } from '../intervals/intervals.ts';
import type { Slot } from '../intervals/parts.ts';
import type { Measured, Period } from '../models/rows.ts';
import { fahrenheitOf, type Point } from '../series.ts';
import { zoneClock } from '../zone.ts';
import { type HourSpan, QUALITY_LETTERS, type ReportInputs, type ReportMeter } from './inputs.ts';

const QUALITY_OF = Object.fromEntries(
  Object.entries(QUALITY_LETTERS).map(([quality, letter]) => [letter, quality]),
) as Readonly<Record<string, IntervalQuality>>;
const WORST: readonly IntervalQuality[] = ['missing', 'estimated', 'filled', 'measured'];

/** Local days as instants. */
export function periodOfDays(from: string, to: string, zone: string): Period {
  return { from: localDay(from, zone).from, to: localDay(to, zone).from };
}

/** The local hours of a span. */
export function hoursOf({ from, to }: Pick<HourSpan, 'from' | 'to'>, zone: string): Slot[] {
  const period = periodOfDays(from, to, zone);
  return gridOf('hour', period.from, period.to, zone);
}

/** The meters that are added up: what has a parent in the tree is counted through it. */
export function countedMeters<Meter extends Pick<ReportMeter, 'asset' | 'parent'>>(meters: readonly Meter[]): Meter[] {
  const known = new Set(meters.map(({ asset }) => asset));
  return meters.filter(({ parent }) => parent === null || !known.has(parent));
}

/** The sum of some meters by the hours of a span; an hour of which one is unknown is unknown. */
export function sumOf(span: HourSpan, meters: readonly ReportMeter[], zone: string): Interval[] {
  const series = meters.map(({ asset, share }) => ({
    share,
    hours: span.meters.find((meter) => meter.asset === asset),
  }));
  return hoursOf(span, zone).map((slot, i) => {
    const parts = series.map(({ share, hours }) => ({
      kwh: hours?.kwh[i] ?? null,
      share,
      quality: QUALITY_OF[hours?.quality[i] ?? 'x'] ?? 'missing',
    }));
    const isKnown = parts.length > 0 && parts.every(({ kwh }) => kwh !== null);
    const kwh = isKnown ? parts.reduce((sum, part) => sum + (part.kwh ?? 0) * part.share, 0) : null;
    const quality =
      kwh === null ? 'missing' : (WORST.find((it) => parts.some((part) => part.quality === it)) ?? 'missing');
    return { ...slot, kwh, coverage: kwh === null ? 0 : 1, quality };
  });
}

/** The outdoor temperature of a span's hours, °F. */
export function temperatureOf({ weather, ...span }: HourSpan, zone: string): Point[] {
  return hoursOf(span, zone).map(({ from }, i) => {
    const celsius = weather.celsius[i] ?? null;
    return { at: from, value: celsius === null ? null : fahrenheitOf(celsius) };
  });
}

/** Baseline and reporting hours as the methods take them. */
export function measuredOf({ baseline, reporting, meters, zone }: ReportInputs): Measured {
  return measuredIn([...(baseline ? [baseline.span] : []), reporting], meters, zone);
}

/** The hours of some spans as the methods take them; of an hour that two hold, the later span's counts. */
export function measuredIn(spans: readonly HourSpan[], meters: readonly ReportMeter[], zone: string): Measured {
  const counted = countedMeters(meters);
  const byTime = (points: Point[]) => [...new Map(points.map((point) => [point.at, point])).values()].toSorted(inTime);
  const used = spans.flatMap((span) => sumOf(span, counted, zone));
  return {
    meter: byTime(used.map(({ from, kwh }) => ({ at: from, value: kwh }))),
    temperature: byTime(spans.flatMap((span) => temperatureOf(span, zone))),
    clock: zoneClock(zone),
  };
}

function inTime(a: { readonly at: Millis }, b: { readonly at: Millis }): number {
  return a.at - b.at;
}
