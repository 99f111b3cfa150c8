import type { Reading } from '@keepsite/edge-contract';
import {
  gridOf,
  type Interval,
  intervalsOf,
  meterStretches,
  type Point,
  regularGap,
  stepOf,
} from '@keepsite/edge-energy';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { memoryMetrics } from '../testing/memory-metrics.ts';
import { type ReadMeter, readCourse } from './meter-course.ts';

const START = Date.UTC(2026, 0, 5);
const HOUR = 3_600_000;
const COUNTER: ReadMeter = { device: 'm', metric: 'energy_import_kwh', part: null };

function hoursIn(days: number) {
  return gridOf('hour', START, START + days * 24 * HOUR, 'UTC');
}

async function stored(points: readonly Point[], { device, metric, part }: ReadMeter = COUNTER) {
  const metrics = memoryMetrics();
  const rows = points.map(({ at, value }): Reading => {
    const reading = { device, metric, part, at, value, receivedAt: at };
    return { ...reading, quality: 'good', historical: false };
  });
  await metrics.write('edge-1', 1, rows);
  return { metrics, read: vi.spyOn(metrics, 'read'), summaries: vi.spyOn(metrics, 'summaries') };
}

async function intervals(
  metrics: ReturnType<typeof memoryMetrics>,
  days: number,
  meter = COUNTER,
): Promise<Interval[]> {
  const all: Interval[] = [];
  for await (const { slots, course } of readCourse(metrics, meter, hoursIn(days)))
    all.push(...intervalsOf(slots, course.stretches, course.rules));
  return all;
}

/** The same from every row. */
function rowByRow(points: readonly Point[], days: number): Interval[] {
  const rules = regularGap(stepOf(points));
  return intervalsOf(hoursIn(days), meterStretches(points, 'counter', rules), rules);
}

/** A counter that is read every `stepMs` and draws 7 kW by day and 2 kW by night. */
function counter(days: number, stepMs: number): Point[] {
  let kwh = 1000;
  return Array.from({ length: (days * 24 * HOUR) / stepMs + 1 }, (_, i) => {
    const at = START + i * stepMs;
    const hour = new Date(at).getUTCHours();
    kwh += (hour > 6 && hour < 20 ? 7 : 2) * (stepMs / HOUR);
    return { at, value: kwh };
  });
}

function expectSame(found: readonly Interval[], expected: readonly Interval[]): void {
  expect(found.map(({ from, quality }) => [from, quality])).toEqual(
    expected.map(({ from, quality }) => [from, quality]),
  );
  for (const [i, { kwh }] of expected.entries())
    if (kwh === null) expect(found[i]?.kwh).toBeNull();
    else expect(found[i]?.kwh).toBeCloseTo(kwh, 6);
}

describe('a counter', () => {
  test('that only grows is summed up by the store: no row of it is carried, and the hours are the same', async () => {
    const points = counter(2, 20_000);
    const { metrics, read } = await stored(points);
    expectSame(await intervals(metrics, 2), rowByRow(points, 2));
    expect(read).not.toHaveBeenCalled();
  });

  test('that falls once is read row by row there, and nowhere else', async () => {
    const reset = START + 30 * HOUR + 5 * 60_000;
    const points = counter(2, 60_000).map(({ at, value }) => ({ at, value: at < reset ? value : (value ?? 0) - 1100 }));
    const { metrics, read } = await stored(points);
    expectSame(await intervals(metrics, 2), rowByRow(points, 2));
    const far = read.mock.calls.filter(([{ from, to }]) => from > reset + HOUR / 2 || to < reset - HOUR / 2);
    expect([read.mock.calls.length, far]).toEqual([3, []]);
  });

  test('with spikes, dips, resets and silences gives the hours that all its rows give', async () => {
    const oddity = fc.record({
      kind: fc.constantFrom('spike', 'dip', 'reset', 'silence'),
      at: fc.integer({ min: 60, max: 1300 }),
      lasts: fc.integer({ min: 1, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(oddity, { maxLength: 4 }), fc.constantFrom(60_000, 240_000), async (oddities, step) => {
        const points = oddities.reduce((all, odd) => broken(all, odd), counter(1, step));
        const { metrics } = await stored(points);
        expectSame(await intervals(metrics, 1), rowByRow(points, 1));
      }),
      { numRuns: 60 },
    );
  });

  test('that is read each hour keeps its hours measured, and a missing reading is a gap', async () => {
    const points = counter(2, HOUR).filter((_, hour) => hour !== 30);
    const { metrics } = await stored(points);
    const found = await intervals(metrics, 2);
    expectSame(found, rowByRow(points, 2));
    expect(found.filter(({ quality }) => quality === 'filled').map(({ from }) => (from - START) / HOUR)).toEqual([
      29, 30,
    ]);
  });
});

test('a year is read four weeks at a time, and a power a day at a time', async () => {
  const { metrics, read, summaries } = await stored([]);
  await intervals(metrics, 364);
  const longest = Math.max(...summaries.mock.calls.map(([{ from, to }]) => to - from));
  expect([summaries.mock.calls.length, longest]).toEqual([13, (28 * 24 + 6) * HOUR]);
  await intervals(metrics, 10, { ...COUNTER, metric: 'active_power_w' });
  expect(Math.max(...read.mock.calls.map(([{ from, to }]) => to - from))).toBe(30 * HOUR);
});

function broken(
  points: readonly Point[],
  { kind, at, lasts }: { readonly kind: string; readonly at: number; readonly lasts: number },
): Point[] {
  const begin = START + at * 60_000;
  const first = points.findIndex((point) => point.at >= begin);
  if (kind === 'silence') return points.filter((point) => point.at < begin || point.at > begin + lasts * 25 * 60_000);
  return points.map((point, i) => {
    const within = kind === 'reset' ? i >= first : i >= first && i < first + (kind === 'spike' ? 1 : lasts);
    const by = kind === 'spike' ? 900 : -900;
    return within ? { ...point, value: (point.value ?? 0) + by } : point;
  });
}
