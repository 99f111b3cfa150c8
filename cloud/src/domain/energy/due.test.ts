import { describe, expect, test } from 'vitest';
import { dueOf, duePeriods, isPeriod, isToBeMade } from './due.ts';

const periods = (instant: string, zone: string) => duePeriods(Date.parse(instant), zone).map(({ period }) => period);

describe('what is due', () => {
  test('a day three hours after its local midnight, and the days and months before, oldest first', () => {
    expect(periods('2026-03-01T18:59:59Z', 'Asia/Shanghai').at(6)).toBe('2026-02-28');
    expect(periods('2026-03-01T19:00:00Z', 'Asia/Shanghai')).toEqual([
      '2026-02-23',
      '2026-02-24',
      '2026-02-25',
      '2026-02-26',
      '2026-02-27',
      '2026-02-28',
      '2026-03-01',
      '2025-12',
      '2026-01',
      '2026-02',
    ]);
  });

  test('a month three hours after it ended by the client’s own clock', () => {
    expect(periods('2026-02-28T18:59:59Z', 'Asia/Shanghai').at(-1)).toBe('2026-01');
    expect(periods('2026-02-28T19:00:00Z', 'Asia/Shanghai').at(-1)).toBe('2026-02');
    expect(periods('2026-02-28T19:00:00Z', 'Europe/London').at(-1)).toBe('2026-01');
  });
});

describe('a report that is due', () => {
  const due = dueOf('2026-03-02');
  const at = (madeAt: string, missing: number | null, now: string) =>
    isToBeMade(due, { madeAt, missing }, Date.parse(now), 'Asia/Shanghai');

  test('is made when it is not there', () => {
    expect(isToBeMade(due, undefined, 0, 'Asia/Shanghai')).toBe(true);
  });

  test('stands when it is whole', () => {
    expect(at('2026-03-02T20:00:00Z', 0, '2026-03-04T00:00:00Z')).toBe(false);
  });

  test('with gaps is tried anew after a day, until a week after its end', () => {
    expect(at('2026-03-02T20:00:00Z', 1, '2026-03-03T19:59:59Z')).toBe(false);
    expect(at('2026-03-02T20:00:00Z', null, '2026-03-03T20:00:00Z')).toBe(true);
    expect(at('2026-03-09T16:00:00Z', 1, '2026-03-12T00:00:00Z')).toBe(false);
  });
});

test('what the calendar does not have is no period', () => {
  expect(['2026-02', '2026-02-28'].map(isPeriod)).toEqual([true, true]);
  expect(['2026-13', '2026-02-30', '2026', '2026-02-1', 'v1'].map(isPeriod)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('a period is a month or a day, by its text', () => {
  expect(dueOf('2026-12')).toEqual({ kind: 'month', period: '2026-12', from: '2026-12-01', to: '2027-01-01' });
  expect(dueOf('2026-12-31')).toEqual({ kind: 'day', period: '2026-12-31', from: '2026-12-31', to: '2027-01-01' });
});
