import type { RuleCell, RuleMemory } from '../rule-memory.ts';

/** Writes on top of `base` without touching it. Drop it to forget them. */
export function overlayMemory(base: RuleMemory): RuleMemory {
  const written = new Map<string, RuleCell>();
  return {
    get: (name) => written.get(name.key) ?? base.get(name),
    known: (key) => written.get(key) ?? base.known(key),
    set: (name, cell) => void written.set(name.key, cell),
  };
}
