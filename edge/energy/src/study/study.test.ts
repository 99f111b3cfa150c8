import { describe, expect, test } from 'vitest';
import { seededRandom } from '../statistics/random.ts';
import { inject } from './inject.ts';
import { runStudy } from './study.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONE = 'Asia/Shanghai';
/** A Monday, midnight in Shanghai. */
const START = Date.parse('2025-01-06T00:00+08:00');

function office(days: number) {
  const next = seededRandom(3);
  return Array.from({ length: days * 24 }, (_, i) => {
    const hour = i % 24;
    const weekend = Math.floor(i / 24) % 7 >= 5;
    const usual = hour < 6 || hour >= 22 ? 20 : weekend ? 30 : 60;
    return { at: START + i * HOUR, value: usual * (0.85 + 0.3 * next()) };
  });
}

describe('an injected fault', () => {
  const points = office(14).map(({ at }, i) => ({ at, value: i }));
  const from = START + 2 * DAY;
  const changed = (fault: Parameters<typeof inject>[0]) => inject(fault, points, from, ZONE);

  test('leaves what was before as it is', () => {
    for (const fault of ['night +20 %', 'weekend on', '+1 % a week', 'stuck meter'] as const)
      expect(changed(fault).slice(0, 48)).toEqual(points.slice(0, 48));
  });

  test('night +20 %: only from 22 to 6', () => {
    const after = changed('night +20 %').slice(48, 72);
    after.forEach(({ value }, hour) => {
      expect(value).toBeCloseTo((48 + hour) * (hour < 6 || hour >= 22 ? 1.2 : 1), 9);
    });
  });

  test('weekend on: Saturday and Sunday run like Friday, if that is more', () => {
    const falling = points.map(({ at }, i) => ({ at, value: 1000 - i }));
    const after = inject('weekend on', falling, from, ZONE);
    const friday = falling.slice(4 * 24, 5 * 24).map(({ value }) => value);
    expect(after.slice(5 * 24, 6 * 24).map(({ value }) => value)).toEqual(friday);
    expect(after.slice(6 * 24, 7 * 24).map(({ value }) => value)).toEqual(friday);
    expect(after.slice(7 * 24, 12 * 24)).toEqual(falling.slice(7 * 24, 12 * 24));
    expect(changed('weekend on')).toEqual(points);
  });

  test('+1 % a week: after a week it is one percent', () => {
    expect(changed('+1 % a week')[9 * 24]?.value).toBeCloseTo(9 * 24 * 1.01, 9);
  });

  test('stuck meter: the last value stays, and a gap stays a gap', () => {
    const gap = points.map((point, i) => (i === 60 ? { at: point.at, value: null } : point));
    const after = inject('stuck meter', gap, from, ZONE);
    expect(after[60]?.value).toBeNull();
    expect(after[61]?.value).toBe(47);
  });
});

test('a study tells of every detector how late and how often wrong it was', () => {
  const points = office(240);
  const lesson = {
    baseline: points.slice(0, 168 * 24),
    step: HOUR,
    zone: ZONE,
    temperatures: null,
    freeDays: new Set<string>(),
  };
  const rows = runStudy(lesson, points.slice(168 * 24));
  const row = (name: string) => rows.find(({ detector }) => detector === name);
  expect(rows.map(({ detector }) => detector)).toEqual([
    'meter watch',
    'data faults',
    'watch',
    'static threshold',
    'windowed Gaussian',
  ]);
  expect(row('meter watch')?.falseAlarmsAMonth).toBeLessThanOrEqual(1);
  const night = row('meter watch')?.faults['night +20 %'];
  expect(night).toMatchObject({ trials: 3, found: 3 });
  expect(night?.medianDelayDays).toBeLessThan(5);
  expect(row('data faults')?.faults['stuck meter']).toMatchObject({ trials: 3, found: 3 });
  expect(row('data faults')?.faults['stuck meter'].medianDelayDays).toBeLessThan(1);
  expect(row('static threshold')?.faults['night +20 %']).toEqual({ trials: 3, found: 0, medianDelayDays: null });
});
