import type { Millis } from '@keepsite/edge-contract';
import type { CellRows } from './cell-rows.ts';
import type { RuleCell, RuleMemory } from './rule-memory.ts';

/**
 * When each instance next has to be looked at: a tree of smallest values with 32 branches, kept in
 * the rules' memory itself, so that it is undone with everything else when a commit fails. Setting
 * and finding the earliest cost one small cell a level (three levels: 32,768 instances).
 */
const FAN = 32;

type Group = readonly (Millis | null)[];

export interface DueIndex {
  /** False for a memory that was filled for other instances: only `rebuild` helps then. */
  knows(memory: RuleMemory): boolean;
  /** Null takes the instance out. */
  set(index: number, at: Millis | null, memory: RuleMemory): void;
  /** The earliest one, the lowest index first among equals; null: nothing is due, ever. */
  first(memory: RuleMemory): { readonly index: number; readonly at: Millis } | null;
  firstAt(memory: RuleMemory): Millis | null;
  /** Writes the whole tree anew. */
  rebuild(dues: readonly (Millis | null)[], memory: RuleMemory): void;
}

/** The root of the tree: whose it is, and the earliest instant. */
type Root = readonly [shape: string, first: Millis | null];

/** An index for `size` instances that are told from others by their `shape`. */
export function createDueIndex(size: number, shape: string, cells: CellRows): DueIndex {
  const depth = depthOf(size);
  const root = cells.row(1, () => 'due');
  const levels = Array.from({ length: depth }, (_, level) =>
    cells.row(Math.ceil(size / FAN ** (level + 1)) || 1, (number) => `due:${level}:${number}`),
  );

  function group(level: number, number: number): number {
    return (levels[level] ?? 0) + number;
  }

  function read(level: number, number: number, memory: RuleMemory): Group {
    return (memory.get(group(level, number)) as Group | undefined) ?? [];
  }

  function set(index: number, at: Millis | null, memory: RuleMemory): void {
    let value = at;
    for (let level = 0, place = index; level < depth; level++) {
      const number = Math.floor(place / FAN);
      const before = read(level, number, memory);
      const slot = place % FAN;
      if ((before[slot] ?? null) === value) return;
      const after = before.slice();
      while (after.length <= slot) after.push(null);
      after[slot] = value;
      memory.set(group(level, number), after);
      value = smallest(after);
      place = number;
    }
    memory.set(root, [shape, value] satisfies Root);
  }

  function first(memory: RuleMemory): { index: number; at: Millis } | null {
    let place = 0;
    let at: Millis | null = null;
    for (let level = depth - 1; level >= 0; level--) {
      const here = read(level, place, memory);
      at = smallest(here);
      if (at === null) return null;
      place = place * FAN + here.indexOf(at);
    }
    return at === null ? null : { index: place, at };
  }

  function rebuild(dues: readonly (Millis | null)[], memory: RuleMemory): void {
    let values: Group = dues;
    for (let level = 0; level < depth; level++) {
      const above: (Millis | null)[] = [];
      for (let number = 0; number * FAN < values.length || number === 0; number++) {
        const cells = values.slice(number * FAN, (number + 1) * FAN);
        memory.set(group(level, number), cells satisfies RuleCell);
        above.push(smallest(cells));
      }
      values = above;
    }
    memory.set(root, [shape, values[0] ?? null] satisfies Root);
  }

  const rootIn = (memory: RuleMemory) => memory.get(root) as Root | undefined;
  return {
    knows: (memory) => rootIn(memory)?.[0] === shape,
    set,
    first,
    firstAt: (memory) => rootIn(memory)?.[1] ?? null,
    rebuild,
  };
}

function depthOf(size: number): number {
  let depth = 1;
  for (let room = FAN; room < size; room *= FAN) depth++;
  return depth;
}

function smallest(values: Group): Millis | null {
  let least: Millis | null = null;
  for (const value of values) if (value !== null && (least === null || value < least)) least = value;
  return least;
}
