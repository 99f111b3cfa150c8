import { describe, expect, test } from 'vitest';
import type { Interval } from '../intervals/intervals.ts';
import { loadFigures, pueOf } from './indicators.ts';

const HOUR = 3_600_000;

function hours(count: number, kwhAt: (hour: number) => number | null): Interval[] {
  return Array.from({ length: count }, (_, hour) => {
    const kwh = kwhAt(hour);
    const quality = kwh === null ? 'missing' : 'measured';
    return { from: hour * HOUR, to: (hour + 1) * HOUR, kwh, coverage: kwh === null ? 0 : 1, quality };
  });
}

describe('PUE', () => {
  test('is interim below a year', () => {
    expect(
      pueOf(
        hours(8760, () => 130),
        hours(8760, () => 100),
      ),
    ).toMatchObject({ value: 1.3, interim: false, coverage: 1 });
    expect(
      pueOf(
        hours(8759, () => 130),
        hours(8759, () => 100),
      ),
    ).toMatchObject({ value: 1.3, interim: true });
  });

  test('an hour of which one side is missing counts on neither', () => {
    const it = hours(100, (hour) => (hour < 5 ? null : 100));
    expect(
      pueOf(
        hours(100, () => 130),
        it,
      ),
    ).toMatchObject({ value: expect.closeTo(1.3, 12), coverage: 0.95 });
  });

  test('with less than nine tenths of the time there is none', () => {
    const it = hours(100, (hour) => (hour < 11 ? null : 100));
    expect(
      pueOf(
        hours(100, () => 130),
        it,
      ),
    ).toMatchObject({ value: null, coverage: 0.89 });
    expect(pueOf([], []).value).toBeNull();
    expect(
      pueOf(
        hours(10, () => 1),
        hours(10, () => 0),
      ).value,
    ).toBeNull();
  });
});

describe('a load', () => {
  const day = hours(24, (hour) => (hour >= 8 && hour < 20 ? 30 : 10));

  test('its figures', () => {
    const nights = [
      { from: 0, to: 6 * HOUR },
      { from: 22 * HOUR, to: 24 * HOUR },
    ];
    expect(loadFigures(day, { nights, areaM2: 960 })).toMatchObject({
      kwh: 480,
      meanKw: 20,
      peakKw: 30,
      loadFactor: expect.closeTo(2 / 3, 12),
      nightShare: expect.closeTo(80 / 480, 12),
      kwhPerM2: 0.5,
      days: 1,
    });
  });

  test('what is not given is not known', () => {
    expect(loadFigures(day)).toMatchObject({ nightShare: null, kwhPerM2: null });
    expect(loadFigures(hours(24, (hour) => (hour < 3 ? null : 1)))).toMatchObject({ kwh: null, loadFactor: null });
  });
});
