import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsLost, score, staleWeight, unit, type Weighed } from './score.ts';
import { INDICATORS, rankSum, SCORECARD } from './scorecard.ts';

const fresh = (weight: number, u: number | null): Weighed => ({ u, weight, fullWeight: weight });

const weighed: fc.Arbitrary<Weighed> = fc
  .record({
    u: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    fullWeight: fc.double({ min: 0.5, max: 20, noNaN: true }),
    freshness: fc.double({ min: 0.01, max: 1, noNaN: true }),
  })
  .map(({ u, fullWeight, freshness }) => ({ u, fullWeight, weight: fullWeight * freshness }));
const scorecards = fc.array(weighed, { minLength: 1, maxLength: 12 });

describe('unit', () => {
  test.each([
    [0, 0, 6, 1],
    [3, 0, 6, 0.5],
    [9, 0, 6, 0],
    [98, 98, 85, 1],
    [91.5, 98, 85, 0.5],
    [99, 98, 85, 1],
    [40, 40, -10, 1],
    [15, 40, -10, 0.5],
  ])('of %d between %d (good) and %d (bad) is %d', (value, good, bad, expected) => {
    expect(unit(value, good, bad)).toBeCloseTo(expected, 12);
  });
});

describe('score', () => {
  test('is the weighted mean of what is known, with the bounds of what is not', () => {
    const total = score([fresh(60, 1), fresh(20, 0.5), fresh(20, null)]);
    expect(total).toEqual({ score: 87.5, coverage: 0.8, low: 70, high: 90, observed: 80 });
  });

  test('of nothing is null, neither 0 nor 100', () => {
    expect(score([fresh(60, null)])).toEqual({ score: null, coverage: 0, low: null, high: null, observed: 0 });
  });

  test('lies within its bounds', () => {
    fc.assert(
      fc.property(scorecards, (each) => {
        const { score: s, low, high } = score(each);
        if (s === null || low === null || high === null) return;
        expect(low).toBeLessThanOrEqual(s + 1e-9);
        expect(high).toBeGreaterThanOrEqual(s - 1e-9);
      }),
    );
  });

  test('and the points lost add up to 100', () => {
    fc.assert(
      fc.property(scorecards, (each) => {
        const total = score(each);
        if (total.score === null) return;
        const lost = each.reduce((sum, one) => sum + (pointsLost(one, total.observed) ?? 0), 0);
        expect(total.score + lost).toBeCloseTo(100, 8);
      }),
    );
  });

  test('a missing indicator never raises coverage or the lower bound', () => {
    fc.assert(
      fc.property(scorecards, fc.nat(), (each, i) => {
        const gone = each.map((one, at) => (at === i % each.length ? { ...one, u: null } : one));
        expect(score(gone).coverage).toBeLessThanOrEqual(score(each).coverage + 1e-12);
        expect(score(gone).low ?? 0).toBeLessThanOrEqual((score(each).low ?? 0) + 1e-9);
      }),
    );
  });
});

describe('staleness', () => {
  test.each([
    [0, 13],
    [7, 13],
    [14, 6.5],
    [21, 3.25],
  ])('%d days old with a time to live of 7 leaves %d of 13', (age, left) => {
    expect(staleWeight(13, age, 7)).toBeCloseTo(left, 12);
  });

  test('what ages by itself keeps its weight', () => {
    expect(staleWeight(8, 4000, Infinity)).toBe(8);
  });
});

describe('the scorecard', () => {
  test('weighs 51 for equipment and service and 49 for the relation', () => {
    const weights = INDICATORS.map((name) => SCORECARD.lines[name].weight);
    const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
    expect([sum(weights.slice(0, 6)), sum(weights.slice(6))]).toEqual([51, 49]);
  });

  test('has the published bounds', () => {
    const bounds = INDICATORS.map((name) => [SCORECARD.lines[name].good, SCORECARD.lines[name].bad]);
    expect(bounds).toEqual([
      [0, 6],
      [0.5, 1.5],
      [98, 85],
      [0, 2],
      [3, 15],
      [98, 80],
      [2, 20],
      [0.5, 2],
      [100, 80],
      [40, -10],
      [0, 3],
      [30, 120],
    ]);
  });

  test("in a client's own order has rank-sum weights that sum to 100", () => {
    const order = INDICATORS.toReversed();
    const { lines } = rankSum(order);
    expect(lines.contact_gap.weight).toBeCloseTo((100 * 2 * 12) / (12 * 13), 10);
    expect(INDICATORS.reduce((sum, name) => sum + lines[name].weight, 0)).toBeCloseTo(100, 10);
    expect(() => rankSum(order.slice(1))).toThrow('CLOUD_SCORECARD_ORDER');
  });
});
