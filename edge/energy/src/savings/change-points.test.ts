import { expect, test } from 'vitest';
import { seededRandom } from '../statistics/random.ts';
import { differ, segmentsOf } from './change-points.ts';

const random = seededRandom(4);
const noise = Array.from({ length: 300 }, () => random() + random() + random() - 1.5);
const rules = { penalty: 30, shortest: 7, every: 1 };

/** Another way: every set of cuts is tried by dynamic programming without pruning. */
function exhaustive(values: readonly number[], penalty: number, shortest: number): number[] {
  const cost = (from: number, to: number) => {
    const part = values.slice(from, to);
    const mean = part.reduce((sum, x) => sum + x, 0) / part.length;
    const variance = Math.max(1e-11, part.reduce((sum, x) => sum + (x - mean) ** 2, 0) / part.length);
    return part.length * (Math.log(2 * Math.PI * variance) + 1);
  };
  const best: { cost: number; cuts: number[] }[] = [{ cost: 0, cuts: [] }];
  for (let to = 1; to <= values.length; to += 1) {
    best[to] = { cost: Infinity, cuts: [] };
    for (let from = 0; from <= to - shortest; from += 1) {
      const total = best[from]!.cost + cost(from, to) + (from > 0 ? penalty : 0);
      if (total < best[to]!.cost) best[to] = { cost: total, cuts: from > 0 ? [...best[from]!.cuts, from] : [] };
    }
  }
  return best[values.length]!.cuts;
}

const cutsOf = (values: readonly number[], cuts = rules) =>
  segmentsOf(values, cuts)
    .slice(1)
    .map(({ from }) => from);

test('steady noise is one stretch', () => {
  expect(segmentsOf(noise, rules)).toMatchObject([{ from: 0, to: 300 }]);
});

test.each([
  ['a higher level', (x: number, i: number) => (i >= 120 && i < 180 ? x + 4 : x), [120, 180]],
  ['a lower level', (x: number, i: number) => (i >= 200 ? x - 4 : x), [200]],
  ['more noise at the same level', (x: number, i: number) => (i >= 100 && i < 200 ? x * 6 : x), [100, 200]],
])('%s is found where it begins and ends', (_, change, expected) => {
  const found = cutsOf(noise.map(change));
  expect(found).toHaveLength(expected.length);
  for (const [i, cut] of found.entries()) expect(Math.abs(cut - expected[i]!)).toBeLessThanOrEqual(2);
});

test.each([1, 5, 30])('pruning changes nothing: penalty %d', (penalty) => {
  const values = noise.slice(0, 120).map((x, i) => x + (i > 50 ? 1.5 : 0) + (i > 90 ? -2 : 0));
  expect(cutsOf(values, { penalty, shortest: 5, every: 1 })).toEqual(exhaustive(values, penalty, 5));
});

test('cuts lie on the grid, and a stretch that never changes is no reason for infinity', () => {
  const steps = Array.from({ length: 240 }, (_, i) => (i < 96 ? 1 : 5));
  expect(segmentsOf(steps, { penalty: 24, shortest: 24, every: 24 })).toMatchObject([
    { from: 0, to: 96, mean: expect.closeTo(1, 9), variance: expect.closeTo(0, 9) },
    { from: 96, to: 240, mean: expect.closeTo(5, 9) },
  ]);
});

test('a short series is one stretch, an empty one none', () => {
  expect(segmentsOf([1, 2, 3], rules)).toMatchObject([{ from: 0, to: 3, mean: 2 }]);
  expect(segmentsOf([], rules)).toEqual([]);
});

test('two stretches differ by level or by noise, and not because something lay between them', () => {
  const values = [...noise.slice(0, 100), ...noise.slice(100, 200).map((x) => x + 4), ...noise.slice(200)];
  const [before, between, after] = segmentsOf(values, rules);
  expect(differ(before!, between!, rules.penalty)).toBe(true);
  expect(differ(before!, after!, rules.penalty)).toBe(false);
});
