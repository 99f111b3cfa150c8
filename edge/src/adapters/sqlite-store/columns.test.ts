import { QUALITIES, type Value } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { byTime, type ChunkRow, isGood, rowsOfChunk } from './chunk.ts';
import { encodeRows } from './columns.ts';

const HOUR = 3_600_000;

/** Numbers as sensors say them, any double, and whatever else a value may be. */
const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -99_999, max: 99_999 }).map((n) => n / 10) },
  { weight: 2, arbitrary: fc.double() },
  fc.constantFrom(-0, 0, NaN, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53, 0.1 + 0.2, 1e-9),
  fc.boolean(),
  fc.string(),
  fc.constantFrom('up', '电梯', ''),
  fc.constant(null),
);
const late: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: -5_000, max: 5_000 }),
  fc.constantFrom(-(2 ** 41), 2 ** 41),
);
const row: fc.Arbitrary<ChunkRow> = fc.tuple(
  fc.integer({ min: 0, max: 24 * HOUR - 1 }),
  fc.option(late, { nil: null }),
  value,
  fc.integer({ min: 0, max: QUALITIES.length * 2 - 1 }),
);
const kinds: fc.Arbitrary<readonly ChunkRow[]> = fc.oneof(
  fc.array(row, { maxLength: 40 }),
  // One value again and again, numbers alone, words alone: each has a form of its own.
  fc
    .tuple(fc.array(row, { maxLength: 200 }), value)
    .map(([rows, one]) => rows.map(([a, b, , d]) => [a, b, one, d] as const)),
  fc
    .array(fc.tuple(row, fc.double()), { maxLength: 60 })
    .map((all) => all.map(([[a, b, , d], v]) => [a, b, v, d] as const)),
  fc
    .array(fc.tuple(row, fc.integer({ min: -1000, max: 1000 })), { maxLength: 200 })
    .map((all) => all.map(([[a, b, , d], v]) => [a, b, v / 100, d] as const)),
);

test('every row comes back bit for bit, deflated or not', () => {
  fc.assert(
    fc.property(kinds, fc.boolean(), (rows, deflate) => {
      const back = rowsOfChunk(encodeRows(rows, deflate), 0, 0);
      expect(back).toHaveLength(rows.length);
      for (const [i, expected] of rows.entries()) {
        for (const [place, cell] of expected.entries())
          expect(Object.is(back[i]?.[place], cell), `row ${i}`).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test('rows can be counted from another chunk’s start', () => {
  expect(rowsOfChunk(encodeRows([[5, 1, 20.5, 0]]), 25, 24)).toEqual([[HOUR + 5, 1, 20.5, 0]]);
});

test('rows of one time stay in the order in which they came', () => {
  const rows: ChunkRow[] = [
    [7, 1, 'b', 0],
    [7, 1, 'a', 0],
    [3, 1, 'c', 0],
  ];
  expect(byTime(rows).map(([, , word]) => word)).toEqual(['c', 'b', 'a']);
});

test('an hour of a meter that speaks every ten seconds takes less than three bytes a reading', () => {
  const rows = Array.from({ length: 360 }, (_, n): ChunkRow => [
    n * 10_000 + ((n * 7) % 20),
    4 + ((n * 13) % 30),
    Math.round(21_000 + 900 * Math.sin(n / 9) + ((n * 31) % 17)) / 10,
    0,
  ]);
  expect(encodeRows(rows).length / rows.length).toBeLessThan(3);
});

test('bytes that are cut, and those of a later layout, are refused', () => {
  const bytes = encodeRows([[5, 1, 20.5, 0]]);
  expect(() => rowsOfChunk(bytes.subarray(0, bytes.length - 2), 0, 0)).toThrow(RangeError);
  expect(() => rowsOfChunk(Uint8Array.of(9, 1, 1), 0, 0)).toThrow(/layout 9/);
});

test('a good reading is told by its mark', () => {
  const rows = QUALITIES.map((_, quality): ChunkRow => [0, 0, 1, quality * 2]);
  expect(QUALITIES.filter((_, i) => isGood(rows[i] as ChunkRow))).toEqual(['good']);
});
