import { expect, test } from 'vitest';
import { CellRows } from './cell-rows.ts';

test('cells are numbered row by row, and the last row grows', () => {
  const cells = new CellRows();
  const firsts = [
    cells.row(2, (place) => `a${place}`),
    cells.row(0, (place) => `none${place}`),
    cells.row(1, (place) => `b${place}`),
    cells.row(0, (place) => `c${place}`),
  ];
  expect([firsts, cells.more(3), cells.more(1), cells.count]).toEqual([[0, 2, 2, 3], 3, 6, 7]);
  expect(Array.from({ length: 7 }, (_, number) => cells.keyOf(number))).toEqual('a0 a1 b0 c0 c1 c2 c3'.split(' '));
  expect(() => cells.keyOf(7)).toThrow(RangeError);
  expect(() => cells.row(1, () => 'd')).toThrow(RangeError);
});
