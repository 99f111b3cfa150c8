import { describe, expect, test } from 'vitest';
import { addPoint, MAX_POINTS, median, type Points, slope, slopeOfAllPairs, spread } from './window.ts';

const SPAN = { overMs: 600_000, maxGapMs: 1_800_000 };
const MINUTE = 60_000;

function series(values: readonly (readonly [minute: number, value: number])[]): Points {
  return values.reduce<Points>((points, [minute, value]) => addPoint(points, minute * MINUTE, value, SPAN), []);
}

describe('points', () => {
  test('a window never holds more than its bound, however fast the sensor speaks', () => {
    let points: Points = [];
    for (let s = 0; s < 5000; s++) points = addPoint(points, s * 1000, s, SPAN);
    expect(points.length / 2).toBeLessThanOrEqual(MAX_POINTS);
    expect(points.at(-1)).toBe(4999);
    expect(points[0]).toBeGreaterThanOrEqual(4999_000 - SPAN.overMs);
  });

  test('a point that is not later than the last is left out', () => {
    const points = series([[1, 5]]);
    expect(addPoint(points, MINUTE, 9, SPAN)).toBe(points);
  });

  test('adding does not change the points that were there', () => {
    const points = series([[1, 5]]);
    addPoint(points, 2 * MINUTE, 6, SPAN);
    expect(points).toEqual([MINUTE, 5]);
  });

  test('a gap starts the window anew', () => {
    expect(
      series([
        [1, 1],
        [2, 2],
        [40, 3],
      ]),
    ).toEqual([40 * MINUTE, 3]);
  });

  test('a sensor that speaks every 20 minutes keeps four points of a ten-minute window', () => {
    expect(
      series([
        [0, 0],
        [20, 1],
        [40, 2],
        [60, 3],
        [80, 4],
      ]).length / 2,
    ).toBe(4);
  });
});

describe('slope', () => {
  test.each([
    ['a straight rise', [0, 1, 2, 3, 4, 5, 6, 7, 8].map((m) => [m, m * 2] as const), 2],
    ['one wild value in it', [0, 1, 2, 3, 4, 5, 6, 7, 8].map((m) => [m, m === 4 ? 500 : m * 2] as const), 2],
    ['a level line', [0, 2, 4, 6, 8].map((m) => [m, 7] as const), 0],
  ])('%s', (_, points, perMinute) => {
    expect((slope(series(points), SPAN) ?? NaN) * MINUTE).toBeCloseTo(perMinute, 6);
  });

  test('is not known from two points, nor from less than half of the window', () => {
    expect(
      slope(
        series([
          [0, 1],
          [9, 2],
        ]),
        SPAN,
      ),
    ).toBeNull();
    expect(
      slope(
        series([
          [0, 1],
          [1, 2],
          [2, 3],
        ]),
        SPAN,
      ),
    ).toBeNull();
  });

  test('of all pairs is that of a line with one wild day', () => {
    expect(slopeOfAllPairs([0, 0, 1, 3, 2, 6, 3, 90, 4, 12, 5, 15])).toBeCloseTo(3, 6);
  });
});

test('the median of an even number is the mean of the two in the middle, and the spread is scaled to σ', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(spread([1, 2, 3, 4, 100], 3)).toBeCloseTo(1.4826, 6);
});
