import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantile, quantileWithout, shrunkRate } from './statistics.ts';

describe('quantile', () => {
  // numpy.percentile and percentile_cont give the same.
  test.each([
    [[1, 2, 3, 4], 0.5, 2.5],
    [[15, 20, 35, 40, 50], 0.4, 29],
    [[3, 1, 2], 0.95, 2.9],
    [[7], 0.95, 7],
    [[], 0.5, null],
  ])('of %j at %d is %s', (values, p, expected) => {
    const found = quantile(values, p);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toBeCloseTo(expected, 12);
  });

  test('never falls when a value rises', () => {
    const value = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1 }),
        fc.nat(),
        value,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, i, more, p) => {
          const raised = values.with(i % values.length, (values[i % values.length] ?? 0) + more);
          expect(quantile(raised, p) ?? 0).toBeGreaterThanOrEqual((quantile(values, p) ?? 0) - 1e-9);
        },
      ),
    );
  });
});

test('one miss in one case is not a rate of zero', () => {
  expect(shrunkRate(0, 1, 0.98)).toBeCloseTo(9.8 / 11, 12);
});

test('no case is no rate', () => {
  expect(shrunkRate(0, 0, 0.98)).toBeNull();
});

test('leaving one out is the quantile of the others', () => {
  const values = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(values, fc.nat(), (each, i) => {
      const sorted = each.toSorted((a, b) => a - b);
      const left = i % sorted.length;
      expect(quantileWithout(sorted, left, 0.9)).toBe(quantile(sorted.toSpliced(left, 1), 0.9));
    }),
  );
});
