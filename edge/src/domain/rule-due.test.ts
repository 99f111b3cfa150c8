import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CellRows } from './cell-rows.ts';
import { createDueIndex } from './rule-due.ts';
import { createRuleMemory, type RuleMemory } from './rule-memory.ts';
import { copyOf } from './testing/copy-of.ts';

/** An index that asks this memory. */
function indexIn(memory: RuleMemory, size: number, shape: string) {
  const cells = new CellRows();
  const index = createDueIndex(size, shape, cells);
  memory.serve({ cells, leaves: new CellRows() });
  return index;
}

test('the earliest is found as a sorted list would find it, whatever is set and taken out', () => {
  const steps = fc.array(fc.tuple(fc.nat(99), fc.option(fc.nat(50))), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (changes) => {
      const memory = createRuleMemory();
      const index = indexIn(memory, 100, 'x');
      index.rebuild(Array<null>(100).fill(null), memory);
      const plain = new Map<number, number>();
      for (const [place, at] of changes) {
        index.set(place, at, memory);
        if (at === null) plain.delete(place);
        else plain.set(place, at);
        const [first] = [...plain].toSorted((a, b) => a[1] - b[1] || a[0] - b[0]);
        expect(index.first(memory)).toEqual(first ? { index: first[0], at: first[1] } : null);
        expect(index.firstAt(memory)).toBe(first ? first[1] : null);
      }
    }),
  );
});

test('what was set in a copy that is dropped was never set', () => {
  const memory = createRuleMemory();
  const index = indexIn(memory, 2000, 'x');
  index.rebuild(
    Array.from({ length: 2000 }, (_, i) => (i === 1999 ? 7 : null)),
    memory,
  );
  const copy = copyOf(memory);
  const same = indexIn(copy, 2000, 'x');
  same.set(1999, null, copy);
  same.set(3, 5, copy);
  expect(same.first(copy)).toEqual({ index: 3, at: 5 });
  expect(index.first(memory)).toEqual({ index: 1999, at: 7 });
});

test('a memory that was filled for other instances is not known', () => {
  const memory = createRuleMemory();
  indexIn(memory, 1, 'a').rebuild([null], memory);
  for (const [shape, known] of [
    ['a', true],
    ['b', false],
    ['a', true],
  ] as const) {
    expect(indexIn(memory, 1, shape).knows(memory)).toBe(known);
  }
});
