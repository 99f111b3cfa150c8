import { expect, test } from 'vitest';
import { type Asker, createRuleMemory } from './rule-memory.ts';

test('a cell that is set before anybody asked for it takes the place of what was saved', () => {
  const memory = createRuleMemory([
    ['a', 'saved'],
    ['b', 'saved'],
  ]);
  memory.serve(called((number) => 'ab'.charAt(number)));
  memory.set(0, 'new');
  expect([...memory.entries()]).toEqual([
    ['b', 'saved'],
    ['a', 'new'],
  ]);
});

test('cells that lie far apart are found, null is a cell, and what was taken back is none', () => {
  const memory = createRuleMemory();
  memory.serve(called((number) => `n${number}`));
  expect([memory.isEmpty, memory.get(5_000)]).toEqual([true, undefined]);
  memory.set(5_000, null);
  memory.set(1, ['x']);
  expect([memory.isEmpty, memory.get(5_000), memory.get(1)]).toEqual([false, null, ['x']]);
  memory.restore(1, undefined);
  expect([...memory.entries()]).toEqual([['n5000', null]]);
});

test('what one asker has set the next finds under its text', () => {
  const memory = createRuleMemory();
  memory.serve(called((number) => 'ab'.charAt(number)));
  memory.set(0, 1);
  memory.set(1, 2);
  memory.serve(called((number) => 'ba'.charAt(number)));
  expect([memory.get(0), memory.get(1)]).toEqual([2, 1]);
});

test('a series that is taken back upsets what rested on it, and its row is given again', () => {
  const memory = createRuleMemory();
  memory.serve(called((number) => 'ab'.charAt(number)));
  const { upsets } = memory;
  const row = memory.leaves.add(0, 'd', null);
  expect(memory.upsets).toBe(upsets);
  memory.leaves.restore(row, 0);
  expect(memory.upsets).toBeGreaterThan(upsets);
  expect(memory.leaves.add(1, 'd', null)).toBe(row);
});

test('what was said under one asker is upset under the next, and its leaves are found under their texts', () => {
  const memory = createRuleMemory();
  memory.serve(called((number) => 'ab'.charAt(number)));
  memory.leaves.write(memory.leaves.add(0, 'd', null), { truth: false });
  memory.leaves.restore(memory.leaves.add(1, 'd', null), 1);
  const { upsets } = memory;
  memory.serve(called((number) => 'ba'.charAt(number)));
  expect(memory.upsets).toBeGreaterThan(upsets);
  expect([0, 1].map((leaf) => memory.leaves.cellOf(leaf))).toEqual([[], [{ device: 'd', part: null, truth: false }]]);
});

/** Cells and leaves of one name are told apart by what stands before it. */
function called(keyOf: (number: number) => string): Asker {
  return { cells: { keyOf }, leaves: { keyOf: (leaf) => `l:${keyOf(leaf)}` } };
}
