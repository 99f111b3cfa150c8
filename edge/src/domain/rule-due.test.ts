import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDueIndex } from './rule-due.ts';
import { createRuleMemory } from './rule-memory.ts';
import { overlayMemory } from './testing/overlay-memory.ts';

test('the earliest is found as a sorted list would find it, whatever is set and taken out', () => {
  const steps = fc.array(fc.tuple(fc.nat(99), fc.option(fc.nat(50))), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (changes) => {
      const index = createDueIndex(100, 'x');
      const memory = createRuleMemory();
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

test('what was set on an overlay that is dropped was never set', () => {
  const index = createDueIndex(2000, 'x');
  const memory = createRuleMemory();
  index.rebuild(
    Array.from({ length: 2000 }, (_, i) => (i === 1999 ? 7 : null)),
    memory,
  );
  const overlay = overlayMemory(memory);
  index.set(1999, null, overlay);
  index.set(3, 5, overlay);
  expect(index.first(overlay)).toEqual({ index: 3, at: 5 });
  expect(index.first(memory)).toEqual({ index: 1999, at: 7 });
});

test('a memory that was filled for other instances is not known', () => {
  const memory = createRuleMemory();
  createDueIndex(1, 'a').rebuild([null], memory);
  for (const [shape, known] of [
    ['a', true],
    ['b', false],
    ['a', true],
  ] as const) {
    memory.letGo();
    expect(createDueIndex(1, shape).knows(memory)).toBe(known);
  }
});
