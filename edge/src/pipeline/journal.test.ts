import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Journal, Journaled } from './journal.ts';

const anyWrite = fc.record({ key: fc.constantFrom('a', 'b', 'c'), value: fc.option(fc.nat(9)) });

function write(cells: Journaled<number>, { key, value }: { key: string; value: number | null }): void {
  if (value === null) cells.delete(key);
  else cells.set(key, value);
}

test('what is undone to the mark, or from the beginning, never was', () => {
  fc.assert(
    fc.property(fc.array(anyWrite), fc.array(anyWrite), (first, second) => {
      const base = new Map([
        ['a', 1],
        ['b', 2],
      ]);
      const before = new Map(base);
      const journal = new Journal();
      const cells = new Journaled(base, journal);
      for (const each of first) write(cells, each);
      const between = new Map(base);
      journal.mark();
      for (const each of second) write(cells, each);
      journal.undo();
      expect(new Map(base)).toEqual(between);
      journal.undoAll();
      expect(new Map(base)).toEqual(before);
    }),
  );
});
