import { expect, test } from 'vitest';
import { dayOf } from '../day.ts';
import { seededRandom } from '../statistics/random.ts';
import { monthRisk } from './month-risk.ts';

const HOUR = 3_600_000;
const ZONE = 'Asia/Shanghai';
const START = Date.parse('2025-01-01T00:00+08:00');

/** 10 kW round the clock and a little scatter, from the new year on. */
function recording(days: number) {
  const next = seededRandom(2);
  return Array.from({ length: days * 24 }, (_, i) => ({ at: START + i * HOUR, value: 10 * (0.95 + 0.1 * next()) }));
}

function risk(budgetKwh: number, temperatures: ReadonlyMap<string, number | null> | null) {
  // To 15 July: sixteen days of that month are to come.
  const points = recording(195);
  const baseline = points.slice(0, 120 * 24);
  const lesson = { baseline, step: HOUR, zone: ZONE, temperatures, freeDays: new Set<string>() };
  return monthRisk(lesson, points.slice(120 * 24), budgetKwh);
}

test('the days to come of a month are those that the calendar has', () => {
  expect(risk(8000, null)).toMatchObject({ month: '2025-07', warning: false });
  // 31 days of 240 kWh.
  expect((risk(8000, null)?.forecastKwh ?? 0) / 7440).toBeCloseTo(1, 1);
  expect(risk(7300, null)?.warning).toBe(true);
});

test('days whose weather is not known yet are expected like the last four weeks', () => {
  const random = seededRandom(8);
  const felt = new Map(recording(195).map(({ at }) => [dayOf(at, ZONE), 40 + 40 * random()]));
  expect((risk(8000, felt)?.forecastKwh ?? 0) / 7440).toBeCloseTo(1, 1);
});

test('a recording without a whole day has no month', () => {
  const points = recording(10);
  const lesson = { baseline: points, step: HOUR, zone: ZONE, temperatures: null, freeDays: new Set<string>() };
  expect(monthRisk(lesson, points.slice(0, 5), 100)).toBeNull();
});
