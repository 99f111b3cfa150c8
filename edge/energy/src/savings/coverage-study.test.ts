import { expect, test } from 'vitest';
import { BUILDING_FROM, building, byDays, period, usualUse } from '../testing/building.ts';
import { studyCoverage, type StudyRequest } from './coverage-study.ts';

const calm = byDays(building({ use: (hour) => usualUse(hour) * (0.9 + 0.2 * hour.chance) }));

function study(more: Partial<StudyRequest> = {}) {
  return studyCoverage({
    method: 'towt-daily',
    measured: calm,
    fuel: 'electricity',
    within: period(0, 730),
    fitMonths: 12,
    testMonths: 6,
    cuts: [0, 0.1],
    confidence: 0.9,
    draws: 1000,
    seed: 1,
    monthsAfter: (at, months) =>
      Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO('UTC').add({ months }).epochMilliseconds,
    ...more,
  });
}

test('windows roll month by month, and an interval’s error does not depend on the cut', () => {
  const [none, tenth] = study();
  // The 730 days of 2023 and 2024 end on 30 December.
  expect([none?.windows, none?.refused]).toEqual([6, 0]);
  expect(tenth?.covered).toEqual(none?.covered);
  expect(tenth?.largestError).toBeCloseTo(none!.largestError!, 10);
  expect(new Date(BUILDING_FROM).getUTCDate()).toBe(1);
});

test('a cut is demonstrated where it was made, and nowhere else', () => {
  const [none, tenth] = study();
  expect(tenth?.demonstrated).toBe(1);
  expect(none?.demonstrated).toBeLessThan(0.5);
});

test('a building that changes after its baseline slips out of every interval', () => {
  const risen = {
    ...calm,
    meter: calm.meter.map(({ at, value }) => ({ at, value: at < period(365, 366).from ? value : value! * 1.5 })),
  };
  const [changed] = study({ measured: risen, cuts: [0], within: period(0, 550) });
  expect(changed?.covered.fsu).toBe(0);
  expect(changed?.medianError).toBeLessThan(-0.3);
});

test('windows that a method refuses are counted', () => {
  const [short] = study({ method: 'caltrack-daily', fitMonths: 6, cuts: [0] });
  expect(short).toMatchObject({
    refused: short?.windows,
    covered: { fsu: null },
    demonstrated: null,
    largestError: null,
  });
});
