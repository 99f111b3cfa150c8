import { expect, test } from 'vitest';
import { createRuleMemory } from './rule-memory.ts';

test('a cell that is set before anybody asked for it takes the place of what was saved', () => {
  const memory = createRuleMemory([
    ['a', 'saved'],
    ['b', 'saved'],
  ]);
  memory.serve({ keyOf: (number) => 'ab'.charAt(number) });
  memory.set(0, 'new');
  expect([...memory.entries()]).toEqual([
    ['b', 'saved'],
    ['a', 'new'],
  ]);
});

test('cells that lie far apart are found, null is a cell, and what was taken back is none', () => {
  const memory = createRuleMemory();
  memory.serve({ keyOf: (number) => `n${number}` });
  expect([memory.isEmpty, memory.get(5_000)]).toEqual([true, undefined]);
  memory.set(5_000, null);
  memory.set(1, ['x']);
  expect([memory.isEmpty, memory.get(5_000), memory.get(1)]).toEqual([false, null, ['x']]);
  memory.restore(1, undefined);
  expect([...memory.entries()]).toEqual([['n5000', null]]);
});

test('what one asker has set the next finds under its text', () => {
  const memory = createRuleMemory();
  memory.serve({ keyOf: (number) => 'ab'.charAt(number) });
  memory.set(0, 1);
  memory.set(1, 2);
  memory.serve({ keyOf: (number) => 'ba'.charAt(number) });
  expect([memory.get(0), memory.get(1)]).toEqual([2, 1]);
});
