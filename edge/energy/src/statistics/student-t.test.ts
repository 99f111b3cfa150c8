import { expect, test } from 'vitest';
import { studentQuantile } from './student-t.ts';

test.each([0.55, 0.75, 0.9, 0.95, 0.975, 0.995])('p = %d: the closed forms of one and two degrees of freedom', (p) => {
  expect(studentQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 9);
  expect(studentQuantile(p, 2)).toBeCloseTo((2 * p - 1) / Math.sqrt(2 * p * (1 - p)), 11);
});

test('four degrees of freedom, closed form', () => {
  const alpha = 4 * 0.95 * 0.05;
  const q = Math.cos(Math.acos(Math.sqrt(alpha)) / 3) / Math.sqrt(alpha);
  expect(studentQuantile(0.95, 4)).toBeCloseTo(2 * Math.sqrt(q - 1), 11);
});

test('with ever more of them it is the normal quantile', () => {
  expect(studentQuantile(0.95, 1e7)).toBeCloseTo(1.6448536, 5);
});

test('fractional degrees of freedom lie between the whole ones', () => {
  expect(studentQuantile(0.95, 72.3)).toBeLessThan(studentQuantile(0.95, 72));
  expect(studentQuantile(0.95, 72.3)).toBeGreaterThan(studentQuantile(0.95, 73));
});

test('it is symmetric, and zero in the middle', () => {
  expect(studentQuantile(0.05, 7)).toBe(-studentQuantile(0.95, 7));
  expect(studentQuantile(0.5, 7)).toBe(0);
});

test.each([
  [0, 5],
  [1, 5],
  [Number.NaN, 5],
  [0.9, 0],
  [0.9, -3],
  [0.9, Number.NaN],
])('p = %d with %d degrees of freedom is refused', (p, degrees) => {
  expect(() => studentQuantile(p, degrees)).toThrow(RangeError);
});
