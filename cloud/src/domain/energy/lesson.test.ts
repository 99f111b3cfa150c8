import type { EnergyBaseline, EnergyMeasure } from '@keepsite/cloud-contract';
import { describe, expect, test } from 'vitest';
import { dueLesson, groundsOf, isWorthATry, type Standing } from './lesson.ts';

const TODAY = '2026-07-01';

function baseline(more: Partial<EnergyBaseline> = {}): EnergyBaseline {
  return {
    version: 1,
    method: 'towt-daily',
    from: '2025-01-01',
    to: '2026-01-01',
    zone: 'UTC',
    setup: 1,
    boundary: 'b',
    learnedAt: '2026-01-01T00:00:00.000Z',
    by: 'system',
    dataHash: '',
    software: '',
    usable: true,
    reasons: [],
    warnings: [],
    formula: null,
    coefficients: [],
    r2: null,
    cvrmse: null,
    n: 365,
    ...more,
  };
}

function measure(from: string, to: string, id = 'led'): EnergyMeasure {
  return { id, what: { en: id, zh: id }, from, to, by: 'Wang' };
}

function lesson(more: Partial<Standing> = {}) {
  const due = dueLesson({ today: TODAY, boundary: 'b', baselines: [], measures: [], ...more });
  return due && [due.from, due.to, due.why.en];
}

const FIRST = expect.stringContaining('first days');

describe('without a baseline', () => {
  test('the last year is learned, and once a measure has begun the year before it', () => {
    expect(lesson()).toEqual(['2025-07-01', TODAY, FIRST]);
    expect(
      lesson({ measures: [measure('2026-05-01', '2026-05-08'), measure('2026-03-01', '2026-03-02', 'fan')] }),
    ).toEqual(['2025-03-01', '2026-03-01', FIRST]);
    expect(lesson({ measures: [measure('2026-08-01', '2026-08-08')] })).toEqual(['2025-07-01', TODAY, FIRST]);
  });

  test('a refused one counts for none', () => {
    expect(lesson({ baselines: [baseline({ usable: false })] })).toEqual(['2025-07-01', TODAY, FIRST]);
  });
});

describe('a baseline that reports may use', () => {
  test.each([
    ['of the whole year', baseline()],
    ['that a person chose, however short', baseline({ by: 'Wang', n: 180 })],
    ['of hours, a whole year of them', baseline({ method: 'towt-hourly', n: 8700 })],
  ])('%s is frozen: nothing is learned in its place, years later either', (_, kept) => {
    expect(lesson({ baselines: [kept] })).toBeNull();
    expect(lesson({ baselines: [kept], today: '2029-01-01' })).toBeNull();
  });

  test('of half a year gives way once, when the year is whole and no measure has begun', () => {
    const half = baseline({ n: 185, from: '2025-01-10', to: '2026-01-10' });
    const whole = ['2025-07-09', '2026-07-09', expect.stringContaining('whole year')];
    expect(lesson({ baselines: [half], today: '2026-07-08' })).toBeNull();
    expect(lesson({ baselines: [half], today: '2026-07-09' })).toEqual(whole);
    expect(lesson({ baselines: [half], today: '2026-07-09', measures: [measure('2026-07-10', '2026-07-12')] })).toEqual(
      whole,
    );
    expect(
      lesson({ baselines: [half], today: '2026-07-09', measures: [measure('2026-02-01', '2026-02-05')] }),
    ).toBeNull();
    const second = baseline({ version: 2, n: 200, from: '2025-07-09', to: '2026-07-09' });
    expect(lesson({ baselines: [second, half], today: '2028-01-01' })).toBeNull();
  });

  test('is learned again over the same days when the meter tree has changed', () => {
    const days = { from: '2024-06-01', to: '2025-06-01' };
    expect(lesson({ baselines: [baseline({ ...days, boundary: 'other' })] })).toEqual([
      days.from,
      days.to,
      expect.stringContaining('same days'),
    ]);
    expect(lesson({ baselines: [baseline(), baseline({ ...days, boundary: 'other' })] })).toBeNull();
  });

  test('gives way to the year before a measure whose work turns out to lie within it', () => {
    const measures = [measure('2025-11-03', '2025-11-10')];
    const within = expect.stringContaining('work of a measure');
    expect(lesson({ baselines: [baseline()], measures })).toEqual(['2024-11-03', '2025-11-03', within]);
    const sound = baseline({ version: 2, from: '2024-11-03', to: '2025-11-03' });
    expect(lesson({ baselines: [sound, baseline()], measures })).toBeNull();
  });
});

describe('a refused lesson', () => {
  const why = { en: '', zh: '' };
  const refused = { id: 'baseline' as const, day: '2026-06-24', grounds: 'g', from: '', to: '', why, reasons: [] };
  const tried = (day: string, to: string, grounds = 'g') =>
    isWorthATry({ from: '', to, why }, { ...refused, day }, { today: TODAY, grounds });

  test('is tried again after a week while days are added, and after four when its days lie in the past', () => {
    expect([tried('2026-06-25', TODAY), tried('2026-06-24', TODAY)]).toEqual([false, true]);
    expect([tried('2026-06-04', '2026-03-01'), tried('2026-06-03', '2026-03-01')]).toEqual([false, true]);
  });

  test('is tried at once when the setup or a measure has changed, or nothing was tried yet', () => {
    const grounds = groundsOf(2, [measure('2026-05-01', '2026-05-08')]);
    expect(tried(TODAY, TODAY, grounds)).toBe(true);
    expect(new Set([grounds, groundsOf(3, [measure('2026-05-01', '2026-05-08')]), groundsOf(2, [])]).size).toBe(3);
    expect(isWorthATry({ from: '', to: TODAY, why }, undefined, { today: TODAY, grounds })).toBe(true);
  });
});
