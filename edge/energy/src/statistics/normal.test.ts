import { expect, test } from 'vitest';
import { upperTail } from './normal.ts';

test.each([
  [0, 0.5],
  [1, 0.158655254],
  [1.6448536, 0.05],
  [-1, 0.841344746],
  [6, 9.865876e-10],
  [7.13, 5.018446e-13],
])('beyond %d lies %d of a normal distribution', (z, share) => {
  expect(upperTail(z) / share).toBeCloseTo(1, 4);
});
