import { expect, test } from 'vitest';
import { BoundedCells } from './bounded-cells.ts';

test('beyond the limit the key that was written longest ago goes', () => {
  const cells = new BoundedCells<number>(3, [
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  cells.set('a', 4);
  cells.set('d', 5);
  expect([...cells.keys()]).toEqual(['c', 'a', 'd']);
  expect([cells.get('a'), cells.get('b')]).toEqual([4, undefined]);
  cells.delete('c');
  expect([...cells.keys()]).toEqual(['a', 'd']);
});
