import { expect, test } from 'vitest';
import { fromEnds, spansOf, stepOf } from './series.ts';

const DAY = 86_400_000;
const at = (day: number, value: number | null = 1) => ({ at: day * DAY, value });

test('an interval lasts until the next one, but never over a gap', () => {
  expect(spansOf([at(0), at(1), at(2), at(9), at(10)]).map(({ from, to }) => (to - from) / DAY)).toEqual([
    1, 1, 1, 1, 1,
  ]);
});

test('bills are as long as they are', () => {
  expect(
    spansOf([at(0), at(29), at(62), at(92), at(124, null)])
      .slice(0, 4)
      .map(({ from, to }) => (to - from) / DAY),
  ).toEqual([29, 33, 30, 32]);
});

test('rows that carry the end of their interval begin where the one before ended', () => {
  expect(fromEnds([at(30, 5), at(61, 6), at(89, 7)])).toEqual([at(-1, 5), at(30, 6), at(61, 7)]);
  expect(fromEnds([at(1, 5), at(2, 6), at(3, 6), at(7, 7)]).map((point) => point.at / DAY)).toEqual([0, 1, 2, 6]);
});

test('one point alone has no step', () => {
  expect(stepOf([at(3)])).toBeNull();
  expect(spansOf([at(3)])).toEqual([{ from: 3 * DAY, to: 3 * DAY, value: 1 }]);
});
