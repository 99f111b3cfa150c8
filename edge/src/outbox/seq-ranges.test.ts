import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryDelayMs } from './retry-schedule.ts';
import { appendSeq, countSeqs, splitAt, withoutSeqs, type SeqRanges } from './seq-ranges.ts';

function members(ranges: SeqRanges): number[] {
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
}

test('ranges behave like the set of numbers that they stand for', () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), skip: fc.integer({ min: 1, max: 3 }), join: fc.nat(40) }),
    fc.record({ kind: fc.constant('remove' as const), seqs: fc.array(fc.nat(60), { maxLength: 12 }) }),
    fc.record({ kind: fc.constant('split' as const), at: fc.nat(60) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      let ranges: SeqRanges = [];
      let set = new Set<number>();
      let newest = 0;
      for (const step of actions) {
        if (step.kind === 'append') {
          newest += step.skip;
          ranges = appendSeq(ranges, newest, step.join);
          set.add(newest);
        } else if (step.kind === 'remove') {
          ranges = withoutSeqs(ranges, step.seqs);
          set = set.difference(new Set(step.seqs));
        } else ranges = splitAt(ranges, step.at);
        expect(members(ranges)).toEqual([...set].toSorted((a, b) => a - b));
        expect(countSeqs(ranges)).toBe(set.size);
      }
    }),
  );
});

test('a number joins the last range only on the live side of the border', () => {
  expect(appendSeq([[1, 4]], 5, 1)).toEqual([[1, 5]]);
  expect(appendSeq([[1, 4]], 5, 5)).toEqual([
    [1, 4],
    [5, 5],
  ]);
});

test('the pause between attempts doubles up to its bound, and half of it is spread', () => {
  expect([1, 2, 3, 4, 5, 6, 60].map((failures) => retryDelayMs(failures, 1))).toEqual([
    1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000,
  ]);
  expect([1, 5].map((failures) => retryDelayMs(failures, 0))).toEqual([500, 7_500]);
});
