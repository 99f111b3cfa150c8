import { describe, expect, test } from 'vitest';
import type { Point } from '../series.ts';
import type { MeterKind } from './fault.ts';
import { dataFaults } from './faults.ts';

const QUARTER = 15 * 60_000;
const DAY = 96 * QUARTER;
const START = Date.parse('2026-03-02T00:00:00Z');

/** 14 days in quarters of an hour: 20 kW at night, 80 by day, every day and every quarter a little different. */
function power(): { at: number; value: number }[] {
  return Array.from({ length: 14 * 96 }, (_, i) => {
    const hour = (i % 96) / 4;
    const usual = (hour >= 8 && hour < 19 ? 80_000 : 20_000) * (1 + 0.02 * (Math.floor(i / 96) % 7));
    return { at: START + i * QUARTER, value: usual + ((i * 37) % 101) * 10 };
  });
}

function counter(): { at: number; value: number }[] {
  let value = 50_000;
  return power().map((row) => ({ at: row.at, value: (value += row.value / 4000) }));
}

function kinds(rows: readonly Point[], kind: MeterKind, rules = {}) {
  return dataFaults(rows, kind, rules).map((fault) => fault.kind);
}

test.each(['power', 'energy', 'counter'] as const)('a sound %s recording has no fault', (kind) => {
  expect(kinds(kind === 'counter' ? counter() : power(), kind)).toEqual([]);
});

test('a plateau of every night is not a stuck value', () => {
  const plateau = power().map((row) => ({ ...row, value: row.value < 50_000 ? 20_000 : row.value }));
  expect(kinds(plateau, 'power')).toEqual([]);
});

describe('rows', () => {
  test('an equal row is a duplicate, another value for the same time a conflict', () => {
    const rows = power();
    const [a, b] = [rows[10], rows[20]] as [Point, Point];
    rows.splice(11, 0, { at: a.at, value: a.value ?? 0 });
    rows.splice(22, 0, { at: b.at, value: 7 });
    expect(dataFaults(rows, 'power')).toMatchObject([
      { kind: 'duplicate', from: a.at, rows: 2 },
      { kind: 'conflict', from: b.at, value: 7 },
    ]);
  });

  test('a row behind a later one is told', () => {
    const rows = power();
    const [moved] = rows.splice(100, 1) as [{ at: number; value: number }];
    rows.splice(104, 0, moved);
    expect(dataFaults(rows, 'power')).toMatchObject([{ kind: 'unordered', from: moved.at }]);
  });

  test('silence is a gap, also when the rows are there without a value', () => {
    const silent = power().map((row, i) => (i >= 200 && i < 210 ? { at: row.at, value: null } : row));
    expect(dataFaults(silent, 'power')).toMatchObject([
      { kind: 'gap', from: START + 199 * QUARTER, to: START + 210 * QUARTER },
    ]);
  });
});

describe('values', () => {
  const from = START + 8 * DAY + 9 * 4 * QUARTER;

  test('a value repeated for six hours is stuck', () => {
    const stuck = power().map((row) =>
      row.at >= from && row.at < from + 24 * QUARTER ? { ...row, value: 81_234 } : row,
    );
    expect(dataFaults(stuck, 'power')).toMatchObject([{ kind: 'stuck', from, value: 81_234, rows: 24 }]);
  });

  test.each([
    ['zero', 0],
    ['negative', -5000],
  ] as const)('%s is told', (kind, value) => {
    const rows = power().map((row) => (row.at === from ? { ...row, value } : row));
    expect(dataFaults(rows, 'energy')).toMatchObject([{ kind, from, rows: 1, value }]);
  });

  test('a day far above the others is for a person to look at', () => {
    const rows = power().map((row) =>
      row.at >= START + 5 * DAY && row.at < START + 6 * DAY ? { ...row, value: row.value * 3 } : row,
    );
    expect(dataFaults(rows, 'power')).toMatchObject([{ kind: 'outlier', from: START + 5 * DAY }]);
  });

  test('everything a thousand times more from one day on is another unit', () => {
    const rows = power().map((row) => (row.at >= START + 7 * DAY ? { ...row, value: row.value * 1000 } : row));
    expect(dataFaults(rows, 'power').filter(({ kind }) => kind === 'unit_jump')).toMatchObject([
      { from: START + 7 * DAY, value: expect.closeTo(1000, -3) },
    ]);
  });
});

describe('a counter', () => {
  const rules = { maxKw: 500 };
  const from = START + 7 * DAY;

  test.each([
    ['spike', 900_000, 1],
    ['dip', 0, 3],
  ] as const)('%s: it returns', (kind, value, length) => {
    const rows = counter().map((row) => (row.at >= from && row.at < from + length * QUARTER ? { ...row, value } : row));
    expect(dataFaults(rows, 'counter', rules)).toMatchObject([{ kind, from, rows: length, value }]);
  });

  test('a spike that a large building might have drawn is one all the same, and no reset', () => {
    const rows = counter().map((row) => (row.at === from ? { ...row, value: row.value + 5000 } : row));
    expect(dataFaults(rows, 'counter', {})).toMatchObject([{ kind: 'spike', from, to: from + QUARTER, rows: 1 }]);
  });

  test.each([
    ['reset', -50_000],
    ['jump', 20_000],
  ] as const)('%s: it does not return', (kind, by) => {
    const rows = counter().map((row) => (row.at >= from ? { ...row, value: row.value + by } : row));
    expect(dataFaults(rows, 'counter', rules)).toMatchObject([{ kind, to: from }]);
  });

  test('a full register is known as such when its size is', () => {
    const rows = counter().map((row) => ({ ...row, value: row.value % 60_000 }));
    expect(kinds(rows, 'counter', { ...rules, rollsOverAt: 60_000 })).toEqual(['rollover']);
    expect(kinds(rows, 'counter', rules)).toEqual(['reset']);
  });

  test('it stands still for a day: stuck', () => {
    const still = counter().map((row) => row.value);
    const rows = counter().map((row, i) =>
      row.at >= from && row.at < from + DAY
        ? { ...row, value: still[7 * 96] ?? 0 }
        : { ...row, value: row.at >= from + DAY ? (still[i - 96] ?? 0) : row.value },
    );
    expect(dataFaults(rows, 'counter', rules)).toMatchObject([{ kind: 'stuck', from }]);
  });
});
