import { expect, test } from 'vitest';
import { withoutEstimates } from './billed-reads.ts';

const DAY = 86_400_000;
const read = (from: number, to: number, kwh: number, estimated = false) => ({
  from: from * DAY,
  to: to * DAY,
  kwh,
  estimated,
});

test('an estimate and the reading that corrects it are one period', () => {
  expect(withoutEstimates([read(0, 30, 900), read(30, 60, 800, true), read(60, 90, 1300)])).toEqual([
    read(0, 30, 900),
    read(30, 90, 2100),
  ]);
});

test('more than 70 days, and estimates without a reading, are unknown and not low', () => {
  const long = [read(0, 30, 800, true), read(30, 60, 800, true), read(60, 90, 1300), read(90, 120, 900)];
  expect(withoutEstimates(long)).toEqual([read(90, 120, 900)]);
  expect(withoutEstimates([read(0, 30, 900), read(30, 60, 800, true)])).toEqual([read(0, 30, 900)]);
});

test('an estimate does not reach over a gap', () => {
  expect(withoutEstimates([read(0, 30, 800, true), read(40, 70, 900)])).toEqual([read(40, 70, 900)]);
});
