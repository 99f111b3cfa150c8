import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METHODS, type Method } from '../models/model.ts';
import type { Measured } from '../models/rows.ts';
import { type Random, seededRandom } from '../statistics/random.ts';
import { building, byDays, changed, period, usualUse } from '../testing/building.ts';
import { zoneClock } from '../zone.ts';
import { reckonSavings, type Savings, type SavingsRequest } from './savings.ts';

const BASELINE = period(0, 365);
const REPORTING = period(365, 730);
/** Enough for a test; a report takes a thousand. */
const DRAWS = 300;
const noisy = (seed: number) => building({ seed, use: (hour) => usualUse(hour) * (0.9 + 0.2 * hour.chance) });
const calm = noisy(1);
const other = noisy(3);

function asked(method: Method, measured: Measured, more: Partial<SavingsRequest> = {}): SavingsRequest {
  const random: Random = seededRandom(7);
  return {
    method,
    measured,
    baseline: BASELINE,
    reporting: REPORTING,
    fuel: 'electricity',
    confidence: 0.9,
    draws: DRAWS,
    random,
    ...more,
  };
}

function reckoned(method: Method, measured: Measured, more: Partial<SavingsRequest> = {}): Savings {
  const savings = reckonSavings(asked(method, measured, more));
  if (!savings.ok) throw new Error(savings.reasons.join());
  return savings;
}

function refusals(method: Method, measured: Measured, more: Partial<SavingsRequest> = {}): string {
  const savings = reckonSavings(asked(method, measured, more));
  return savings.ok ? 'not refused' : savings.reasons.join('\n');
}

/** The building's hours as bills of its calendar months. */
function billed(measured: Measured): Measured {
  const months = Map.groupBy(measured.meter, ({ at }) => new Date(at).toISOString().slice(0, 7));
  const meter = [...months.values()].map((hours) => ({
    at: hours[0]!.at,
    value: hours.reduce((sum, { value }) => sum + value!, 0),
  }));
  return { ...measured, meter: [...meter, { at: measured.meter.at(-1)!.at + 3_600_000, value: null }] };
}

function measuredFor(method: Method, measured: Measured): Measured {
  if (method === 'caltrack-billing') return billed(measured);
  return method.endsWith('daily') ? byDays(measured) : measured;
}
const cut = (measured: Measured, share: number): Measured => ({
  ...measured,
  meter: changed(measured.meter, REPORTING, (value) => value * (1 - share)),
});

describe.each(METHODS)('%s', (method) => {
  test.each([0.05, 0.15])('a cut of %d is found, within its interval', (share) => {
    const { fraction, interval, adjustedBaseline, verdict } = reckoned(method, measuredFor(method, cut(calm, share)));
    expect(Math.abs(fraction! - share)).toBeLessThan(0.02);
    expect(interval!.low).toBeLessThan(share * adjustedBaseline);
    expect(interval!.high).toBeGreaterThan(share * adjustedBaseline);
    expect(verdict).toBe('savings demonstrated');
  });

  test('when nothing was done no savings are demonstrated', () => {
    const { fraction, verdict } = reckoned(method, measuredFor(method, other));
    expect(Math.abs(fraction!)).toBeLessThan(0.015);
    expect(verdict).toBe('no savings demonstrated');
  });

  test('use that has risen is said to have', () => {
    expect(reckoned(method, measuredFor(method, cut(calm, -0.2))).verdict).toBe('use has risen');
  });

  test('nothing that it says is NaN or infinite', () => {
    const bad: string[] = [];
    JSON.stringify(reckoned(method, measuredFor(method, calm)), (key, value) => {
      if (typeof value === 'number' && !Number.isFinite(value)) bad.push(key);
      return value;
    });
    expect(bad).toEqual([]);
  });

  test('the same seed gives the same interval', () => {
    const measured = measuredFor(method, calm);
    expect(reckoned(method, measured).intervals).toEqual(reckoned(method, measured).intervals);
  });
});

describe('a gap is never a saving', () => {
  const perfect = building();
  const whole = reckoned('towt-daily', perfect);

  test('days that are missing are in neither sum', () => {
    const dark = period(400, 430);
    const gaps = { ...perfect, meter: changed(perfect.meter, dark, () => null) };
    const { savings, compared, missing, months } = reckoned('towt-daily', gaps);
    expect([compared, missing]).toEqual([335, 30]);
    expect(Math.abs(savings)).toBeLessThanOrEqual(Math.abs(whole.savings) + 3000);
    expect(months.reduce((sum, month) => sum + month.missing, 0)).toBe(30);
    expect(months.reduce((sum, month) => sum + month.savings, 0)).toBeCloseTo(savings, 6);
  });

  test('whatever hours are missing, a perfect building saves next to nothing', () => {
    const holes = fc.array(fc.tuple(fc.nat(364), fc.integer({ min: 1, max: 200 })), { maxLength: 5 });
    fc.assert(
      fc.property(holes, (list) => {
        let meter = perfect.meter as Measured['meter'];
        for (const [day, hours] of list) {
          const from = REPORTING.from + day * 86_400_000;
          meter = changed(meter, { from, to: from + hours * 3_600_000 }, () => null);
        }
        expect(Math.abs(reckoned('towt-daily', { ...perfect, meter }, { draws: 0 }).fraction!)).toBeLessThan(0.03);
      }),
      { numRuns: 25 },
    );
  });

  test('an electricity meter at zero is missing for CalTRACK, a gas meter at zero is not', () => {
    const off = { ...perfect, meter: changed(perfect.meter, period(400, 460), () => 0) };
    expect(reckoned('caltrack-daily', off).missing).toBe(60);
    const gas = reckoned('caltrack-daily', off, { fuel: 'gas' });
    expect(gas.missing).toBe(0);
    expect(gas.savings).toBeGreaterThan(10_000);
  });
});

describe('refusals say why', () => {
  const measured = calm;

  test.each([
    ['caltrack-daily', period(0, 300), /300 days of the baseline .* 365, of which at most 37 may be missing/],
    ['towt-daily', period(0, 90), /knows 90 days.*at least 180/],
    ['towt-hourly', period(0, 90), /knows 90 days.*at least 180/],
    ['caltrack-hourly', period(0, 45), /90 % of its hours/],
  ] as const)('%s: a baseline that is too short', (method, baseline, reason) => {
    expect(refusals(method, measured, { baseline })).toMatch(reason);
  });

  test('a person may ask for it all the same, and the reason stays', () => {
    const { baseline } = reckoned('caltrack-daily', measured, { baseline: period(0, 300), evenIfInsufficient: true });
    expect(baseline.sufficiency).toMatchObject({ sufficient: false, reasons: [expect.stringMatching(/300 days/)] });
  });

  test('37 missing days are allowed, 38 are not', () => {
    const gaps = (days: number) => ({ ...measured, meter: changed(measured.meter, period(10, 10 + days), () => null) });
    expect(refusals('caltrack-daily', gaps(37))).toBe('not refused');
    expect(refusals('caltrack-daily', gaps(38))).toMatch(/327 days/);
  });

  test('weather that never changes, a meter that says nothing, a meter that is always zero', () => {
    for (const method of METHODS)
      expect(refusals(method, measuredFor(method, building({ temperature: () => 60 })))).toMatch(/never changes/);
    expect(refusals('towt-daily', building({ use: () => null }))).toMatch(/knows 0 days/);
    expect(refusals('towt-daily', building({ use: () => 0 }))).toMatch(/adds up to nothing/);
    expect(refusals('caltrack-daily', building({ use: () => 0 }))).toMatch(
      /^0 days of the baseline.*\n365 readings of zero are taken for missing/,
    );
  });

  test('a meter that is read too seldom for the method', () => {
    expect(refusals('towt-daily', billed(measured))).toMatch(/every day; this meter is read every 744/);
    expect(refusals('caltrack-hourly', billed(measured))).toMatch(/every hour/);
    const daily = measured.temperature.filter((_, i) => i % 24 === 0);
    expect(refusals('towt-hourly', { ...measured, temperature: daily })).toMatch(/this temperature is read every 24/);
  });

  test('a reporting period without data, or in months that the baseline does not know', () => {
    expect(refusals('towt-daily', measured, { reporting: period(800, 900) })).toMatch(
      /no interval of the reporting period/,
    );
    const spring = { baseline: period(0, 200), reporting: period(365 + 270, 365 + 300) };
    expect(refusals('caltrack-hourly', measured, spring)).toMatch(/knows too little of the months/);
  });
});

test('CalTRACK hourly: a month of which more than a tenth is missing takes itself and its neighbours along', () => {
  const june = (days: number) => ({ ...calm, meter: changed(calm.meter, period(151, 151 + days), () => null) });
  const unknown = (days: number) =>
    reckoned('caltrack-hourly', june(days), { draws: 0 })
      .months.filter(({ compared }) => compared === 0)
      .map(({ month }) => month);
  expect(unknown(3)).toEqual([]);
  expect(unknown(4)).toEqual(['2024-05', '2024-06', '2024-07']);
});

describe('the rest of the report', () => {
  test('savings at temperatures that the baseline never felt are told apart', () => {
    const heatWave = { ...calm, temperature: changed(calm.temperature, period(560, 570), (value) => value + 30) };
    const { coverage, savings, compared } = reckoned('towt-daily', heatWave);
    expect(coverage.above).toBeGreaterThanOrEqual(8);
    expect(coverage.below + coverage.within + coverage.above).toBe(compared);
    expect(coverage.savingsWithin + coverage.savingsOutside).toBeCloseTo(savings, 6);
  });

  test('a building that drifts slowly has a wider tested interval than its residuals say', () => {
    const drifting = building({
      use: (hour) =>
        usualUse(hour) * (1 + 0.1 * Math.sin((hour.at / 86_400_000) * 0.0172)) * (0.95 + 0.1 * hour.chance),
    });
    const { intervals } = reckoned('towt-daily', drifting);
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    expect(width(intervals.tested!)).toBeGreaterThan(1.5 * width(intervals.bootstrap!));
  });

  test('without draws the FSU speaks alone', () => {
    expect(reckoned('towt-daily', calm, { draws: 0 })).toMatchObject({
      intervalKind: 'fsu',
      intervals: { bootstrap: null, tested: null },
    });
  });

  test('approved events leave both sums', () => {
    const event = period(450, 500);
    const measured = { ...calm, meter: changed(cut(calm, 0.1).meter, event, (value) => value * 3) };
    const without = reckoned('towt-daily', measured, { excluded: [event] });
    expect(Math.abs(without.fraction! - 0.1)).toBeLessThan(0.01);
    expect(without.missing).toBe(50);
    expect(reckoned('towt-daily', measured).fraction!).toBeLessThan(0);
  });

  test('south of the equator and where clocks change it is the same', () => {
    const zone = 'Australia/Sydney';
    const south = building({
      zone,
      from: Date.UTC(2022, 11, 31, 13),
      temperature: (at, chance) =>
        60 + 20 * Math.cos(((at - Date.UTC(2023, 0, 1)) / 86_400_000) * 0.0172) + 10 * chance,
    });
    const { fraction, coverage } = reckoned('towt-hourly', { ...south, clock: zoneClock(zone) });
    expect(Math.abs(fraction!)).toBeLessThan(0.01);
    expect(coverage.unseenTimes).toBe(0);
  });
});
