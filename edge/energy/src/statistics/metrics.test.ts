import { expect, test } from 'vitest';
import { fitMetrics } from './metrics.ts';

test('eemeter’s example of five observations', () => {
  const metrics = fitMetrics([1, 3, 4, 1, 6], [2, 3, 3, 2, 4], 2);
  const adjusted = 1 - ((1 - metrics.correlation2!) * 4) / 2;
  expect([metrics.correlation2!, adjusted].map((x) => x.toFixed(3))).toEqual(['0.972', '0.944']);
  expect([metrics.cvrmse!, metrics.cvrmseAdjusted!].map((x) => x.toFixed(3))).toEqual(['0.394', '0.509']);
  expect([metrics.mape!, metrics.nmae!, metrics.nmbe!].map((x) => x.toFixed(3))).toEqual(['0.517', '0.333', '-0.067']);
  expect(metrics.rho!.toFixed(3)).toBe('-0.674');
});

test('what a constant meter, a meter at zero and a perfect fit leave undefined is null, never NaN', () => {
  expect(fitMetrics([5, 5, 5], [5, 5, 5], 0)).toMatchObject({ r2: null, correlation2: null, rho: null, cvrmse: 0 });
  expect(fitMetrics([0, 0, 0], [0, 0, 0], 0)).toMatchObject({
    r2: null,
    cvrmse: null,
    nmbe: null,
    nmae: null,
    mape: null,
  });
  expect(fitMetrics([1, 2, 3], [1, 2, 3], 3)).toMatchObject({ r2: 1, r2Adjusted: null, cvrmseAdjusted: null });
});
