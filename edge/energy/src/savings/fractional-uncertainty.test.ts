import { describe, expect, test } from 'vitest';
import { studentQuantile } from '../statistics/student-t.ts';
import { uncertaintyBand, type UncertaintyFacts } from './fractional-uncertainty.ts';

const METRICS = {
  n: 360,
  mean: 100,
  sse: 36_000,
  r2: 0.8,
  r2Adjusted: 0.8,
  correlation2: 0.8,
  rmse: 10,
  cvrmse: 0.1,
  cvrmseAdjusted: 0.1,
  nmbe: 0,
  nmae: 0,
  mape: 0,
  rho: 0.3,
};

function band(more: Partial<UncertaintyFacts> = {}, confidence = 0.9) {
  const facts = {
    method: 'towt-daily',
    metrics: METRICS,
    parameters: 17,
    intercepts: 2,
    m: 360,
    reportingDays: 360,
    adjustedBaseline: 36_000,
  } as const;
  return uncertaintyBand({ ...facts, ...more }, confidence);
}

describe('nmecr’s form', () => {
  test('little autocorrelation: all observations count, twelve months of baseline', () => {
    const t = studentQuantile(0.95, 360 - 19);
    const factor = -0.00024 * 144 + 0.03535 * 12 + 1.00286;
    const perInterval = (t * factor * Math.sqrt((36_000 / 341) * (1 + 2 / 360) * 360)) / 360;
    expect(band()?.energy).toBeCloseTo(perInterval * 360, 8);
    expect(band()).toMatchObject({ effective: 360, degreesOfFreedom: 341 });
  });

  test('from ρ = 0.5 on an effective number counts, less the parameters without intercepts', () => {
    const effective = (360 * 0.5) / 1.5;
    expect(band({ metrics: { ...METRICS, rho: 0.5 } })).toMatchObject({ effective, degreesOfFreedom: effective - 17 });
    expect(band({ metrics: { ...METRICS, rho: 0.499 } })?.effective).toBe(360);
  });

  test('hours take ASHRAE’s factor 1.26 instead of months', () => {
    const factor = -0.00024 * 144 + 0.03535 * 12 + 1.00286;
    expect(band({ method: 'towt-hourly' })!.energy / band()!.energy).toBeCloseTo(1.26 / factor, 10);
  });
});

describe('eemeter’s form', () => {
  const daily = { method: 'caltrack-daily', parameters: 2, intercepts: 1, m: 90 } as const;

  test('months of the reporting period, autocorrelation always, the energy of the baseline', () => {
    const effective = (360 * 0.7) / 1.3;
    const factor = -0.00024 * 9 + 0.03535 * 3 + 1.00286;
    const cvrmse = Math.sqrt(36_000 / 358) / 100;
    const spread = Math.sqrt(((360 / effective) * (1 + 2 / effective)) / 90);
    expect(band(daily)?.energy).toBeCloseTo(36_000 * studentQuantile(0.95, 358) * factor * cvrmse * spread, 6);
  });

  test('bills count months by the days between', () => {
    const bills = {
      ...daily,
      method: 'caltrack-billing',
      metrics: { ...METRICS, n: 12 },
      m: 11,
      reportingDays: 361,
    } as const;
    expect(band(bills)?.energy).toBe(band({ ...bills, reportingDays: 366 })?.energy);
    expect(band(bills)?.energy).not.toBe(band({ ...bills, reportingDays: 391 })?.energy);
  });
});

test('more confidence is a wider band', () => {
  expect(band({}, 0.68)!.energy).toBeLessThan(band({}, 0.9)!.energy);
});

test('when nothing is left to say anything with, there is none', () => {
  expect(band({ metrics: { ...METRICS, n: 19 } })).toBeNull();
  expect(band({ metrics: { ...METRICS, rho: 0.95 } })).toBeNull();
  expect(band({ m: 0 })).toBeNull();
  expect(band({ method: 'caltrack-daily', m: 0 })).toBeNull();
  for (const rho of [1, 0.999, -1]) expect(band({ method: 'caltrack-daily', metrics: { ...METRICS, rho } })).toBeNull();
});
