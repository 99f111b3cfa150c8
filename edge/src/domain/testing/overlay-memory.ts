import type { RuleCell, RuleMemory } from '../rule-memory.ts';

/** Writes on top of `base` without touching it. Drop it to forget them. */
export function overlayMemory(base: RuleMemory): RuleMemory {
  const written = new Map<string, RuleCell>();
  return {
    get(name) {
      const cell = written.get(name.key);
      return cell === undefined ? base.get(name) : cell;
    },
    set: (name, cell) => void written.set(name.key, cell),
  };
}
