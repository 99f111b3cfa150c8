import type { MeterNode } from '@keepsite/cloud-contract';
import { timeOf, type Millis, type Reading } from '@keepsite/edge-contract';
import {
  meterStretches,
  type Point,
  regularGap,
  type Slot,
  stepOf,
  type StretchRules,
  type Stretch,
} from '@keepsite/edge-energy';
import type { MetricStore, Summary } from '../ports.ts';

/** Which meter is read, and how its register runs. */
export type ReadMeter = Pick<MeterNode, 'device' | 'metric' | 'part' | 'rollsOverAt'>;

/** What a meter drew, and by which rules that is to be cut into intervals. */
export interface MeterCourse {
  readonly stretches: readonly Stretch[];
  readonly rules: StretchRules;
}

type Series = Pick<Reading, 'device' | 'metric' | 'part'>;

/** The shortest interval that anybody asks for: what a counter did within it is told by its first and last value. */
export const QUARTER_MS = 15 * 60_000;
const HOUR_MS = 4 * QUARTER_MS;
const DAY_MS = 24 * HOUR_MS;
/** An hourly meter's neighbours around a stretch are read with it. */
const AROUND_MS = 3 * HOUR_MS;
const PAGE = 20_000;

/** What is read of a series at once: what the store sums up, and what comes row by row. */
export const SUMMED_AT_ONCE_MS = 28 * DAY_MS;
const ROWS_AT_ONCE_MS = DAY_MS;

/**
 * The energy of a meter around some slots, one piece of its recording after the other: no more is held than
 * four weeks of a counter's quarters of an hour, or one day of a power's rows. Slots begin on whole quarters of an hour, in rising order.
 */
export async function* readCourse(
  metrics: MetricStore,
  meter: ReadMeter,
  slots: readonly Slot[],
): AsyncGenerator<{ readonly slots: readonly Slot[]; readonly course: MeterCourse }> {
  for (const piece of piecesOf(slots, isCounter(meter) ? SUMMED_AT_ONCE_MS : ROWS_AT_ONCE_MS))
    yield { slots: piece, course: await courseAround(metrics, meter, piece) };
}

/** Slots in rising order, cut where one begins `lengthMs` or more after the first of its piece. */
export function piecesOf(slots: readonly Slot[], lengthMs: Millis): (readonly Slot[])[] {
  const first = slots[0]?.from ?? 0;
  return [...Map.groupBy(slots, ({ from }) => Math.floor((from - first) / lengthMs)).values()];
}

async function courseAround(metrics: MetricStore, meter: ReadMeter, slots: readonly Slot[]): Promise<MeterCourse> {
  const { device, metric, part, rollsOverAt } = meter;
  const from = (slots[0]?.from ?? 0) - AROUND_MS;
  const to = (slots.at(-1)?.to ?? 0) + AROUND_MS;
  const own = { device, metric, part };
  const read = isCounter(meter) ? counterPoints : everyPoint;
  const { points, step } = await read(metrics, own, from, to);
  const rules = { ...regularGap(step), ...(rollsOverAt !== undefined && { rollsOverAt }) };
  return { stretches: meterStretches(points, isCounter(meter) ? 'counter' : 'power', rules), rules };
}

function isCounter({ metric }: Pick<ReadMeter, 'metric'>): boolean {
  return metric === 'energy_import_kwh';
}

interface Recording {
  readonly points: readonly Point[];
  /** The usual distance of two readings, also of those that were not carried here. */
  readonly step: Millis | null;
}

async function everyPoint(metrics: MetricStore, own: Series, from: Millis, to: Millis): Promise<Recording> {
  const points = await goodPoints(metrics, own, from, to);
  return { points, step: stepOf(points) };
}

/**
 * A counter's readings, of each quarter of an hour the first and the last: what lies between them adds up to
 * their difference. Where the counter contradicts itself (it falls) all rows are read, with the quarters around.
 */
async function counterPoints(metrics: MetricStore, own: Series, from: Millis, to: Millis): Promise<Recording> {
  const steps = await metrics.summaries({ ...own, from, to, stepMs: QUARTER_MS });
  const odd = steps.map((step, i) => contradicts(step, steps[i - 1]));
  const isNearOdd = (i: number): boolean => (odd[i - 1] ?? false) || (odd[i] ?? false) || (odd[i + 1] ?? false);
  const points: Point[] = [];
  for (const [i, step] of steps.entries()) {
    if (isNearOdd(i)) points.push(...(await goodPoints(metrics, own, step.at, Math.min(step.at + QUARTER_MS, to))));
    else points.push(...(step.count > 1 ? [step.first, step.last] : [step.first]));
  }
  return { points, step: usualStep(steps) };
}

function contradicts({ first, last, least, greatest }: Summary, before: Summary | undefined): boolean {
  return first.value > least || last.value < greatest || (before !== undefined && before.last.value > first.value);
}

/** The median distance of neighbours, as if every row were here: within a step they are taken to be even. */
function usualStep(steps: readonly Summary[]): Millis | null {
  const distances = steps.flatMap(({ first, last, count }, i) => {
    const before = steps[i - 1];
    return [
      ...(before ? [{ ms: first.at - before.last.at, times: 1 }] : []),
      ...(count > 1 ? [{ ms: (last.at - first.at) / (count - 1), times: count - 1 }] : []),
    ];
  });
  let left = Math.floor(distances.reduce((sum, { times }) => sum + times, 0) / 2);
  for (const { ms, times } of distances.toSorted((a, b) => a.ms - b.ms)) {
    if (left < times) return ms;
    left -= times;
  }
  return null;
}

/** The good readings of one series; what a device only repeats or does not vouch for is no measurement. */
async function goodPoints(
  metrics: MetricStore,
  { device, metric, part }: Series,
  from: Millis,
  to: Millis,
): Promise<Point[]> {
  const points: Point[] = [];
  for (let next = from; next < to;) {
    const page = await metrics.read({ device, metric, part: part ?? undefined, from: next, to, limit: PAGE });
    for (const reading of page)
      if (reading.quality === 'good' && typeof reading.value === 'number' && reading.part === part)
        points.push({ at: timeOf(reading), value: reading.value });
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    next = timeOf(last) + 1;
  }
  return points;
}
