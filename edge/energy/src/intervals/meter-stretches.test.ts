import { expect, test } from 'vitest';
import { meterStretches } from './meter-stretches.ts';

const HOUR = 3_600_000;
const rows = (...values: (number | null)[]) => values.map((value, i) => ({ at: i * HOUR, value }));

test('energy per interval lasts until the next one, and a missing one stays missing', () => {
  expect(meterStretches(rows(1, 2, null, 4), 'energy')).toEqual([
    { from: 0, to: HOUR, kwh: 1 },
    { from: HOUR, to: 2 * HOUR, kwh: 2 },
    { from: 3 * HOUR, to: 4 * HOUR, kwh: 4 },
  ]);
});

test('a row that repeats counts once, rows that contradict each other say nothing', () => {
  const repeated = [...rows(1, 2, 3), { at: HOUR, value: 2 }, { at: 2 * HOUR, value: 9 }];
  expect(meterStretches(repeated, 'energy').map(({ kwh }) => kwh)).toEqual([1, 2]);
});

test('a counter bridges the row that was contradicted', () => {
  const counter = [...rows(100, 110, 120), { at: HOUR, value: 117 }];
  expect(meterStretches(counter, 'counter')).toEqual([{ from: 0, to: 2 * HOUR, kwh: 20 }]);
});

test('a recorded power holds until the next row, and before a gap or the end for one step', () => {
  const power = [...rows(1000, 2000, null, 4000), { at: 9 * HOUR, value: 5000 }];
  expect(meterStretches(power, 'power', { maxGapMs: 1.5 * HOUR })).toEqual([
    { from: 0, to: HOUR, kwh: 1 },
    { from: HOUR, to: 2 * HOUR, kwh: 2 },
    { from: 3 * HOUR, to: 4 * HOUR, kwh: 4 },
    { from: 9 * HOUR, to: 10 * HOUR, kwh: 5 },
  ]);
});
