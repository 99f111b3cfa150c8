import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines } from './deadlines.ts';

test('whatever is noted, moved and taken out, those that are due come in their order, the earliest first', () => {
  const id = fc.integer({ min: 0, max: 40 }).map((n) => `i-${n}`);
  const change = fc.record({ id, at: fc.option(fc.integer({ min: 0, max: 30 }), { freq: 3 }) });
  const asked = fc.record({ now: fc.integer({ min: -1, max: 31 }), limit: fc.integer({ min: 0, max: 50 }) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 120 }), asked, (changes, { now, limit }) => {
      const deadlines = new Deadlines();
      const plain = new Map<string, number>();
      for (const { id, at } of changes) {
        deadlines.set(id, at);
        if (at === null) plain.delete(id);
        else plain.set(id, at);
        expect(deadlines.next).toBe(Math.min(Infinity, ...plain.values()));
      }
      const due = [...plain].filter(([, at]) => at <= now).toSorted(([, a], [, b]) => a - b);
      expect(deadlines.due(now, limit)).toEqual(due.slice(0, limit).map(([id]) => id));
      expect(deadlines.size).toBe(plain.size);
    }),
    { numRuns: 500 },
  );
});

test('among equals who was noted first comes first, and asking takes nobody out', () => {
  const deadlines = new Deadlines();
  for (const id of ['c', 'a', 'b']) deadlines.set(id, 7);
  expect(deadlines.due(7, 2)).toEqual(['c', 'a']);
  expect(deadlines.due(7, 9)).toEqual(['c', 'a', 'b']);
  expect(deadlines.due(6, 9)).toEqual([]);
});
