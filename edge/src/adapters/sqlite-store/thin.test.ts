import { QUALITIES, type Value } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import type { ChunkRow } from './chunk.ts';
import { thinRows } from './thin.ts';

const SLOT = 1_000;
const row = (since: number, value: Value, quality: (typeof QUALITIES)[number] = 'good'): ChunkRow => [
  since,
  0,
  value,
  QUALITIES.indexOf(quality) * 2,
];
const left = (rows: readonly ChunkRow[]) => thinRows(rows, SLOT).map(([since, , value]) => [since, value]);

test('a slot keeps its least, its greatest and its last number, in their order', () => {
  const rows = [row(0, 5), row(100, 9), row(200, 1), row(300, 4), row(400, 6), row(1_000, 7)];
  expect(left(rows)).toEqual([
    [100, 9],
    [200, 1],
    [400, 6],
    [1_000, 7],
  ]);
});

test('of words the first of each stays, and the last', () => {
  const rows = [row(0, false), row(1, false), row(2, true), row(3, false), row(4, 'stuck'), row(5, false)];
  expect(left(rows)).toEqual([
    [0, false],
    [2, true],
    [4, 'stuck'],
    [5, false],
  ]);
  const many = Array.from({ length: 50 }, (_, n) => row(n, `word ${n}`));
  expect(left(many)).toHaveLength(9);
});

test('what is not good goes where there is something good, and stays where there is nothing else', () => {
  expect(left([row(0, 900, 'cached'), row(1, 5), row(2, null, 'bad')])).toEqual([[1, 5]]);
  expect(left([row(0, 900, 'cached'), row(2, null, 'bad')])).toEqual([[2, null]]);
});

test('what was thinned once is left as it is', () => {
  const rows = Array.from({ length: 40 }, (_, n) => row(n * 90, Math.sin(n)));
  const once = thinRows(rows, SLOT);
  expect(thinRows(once, SLOT)).toEqual(once);
});
