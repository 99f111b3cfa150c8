import type { RuleCell, RuleMemory } from '../rule-memory.ts';

/** Writes on top of `base` without touching it. Drop it to forget them. */
export function overlayMemory(base: RuleMemory): RuleMemory {
  const written = new Map<number, RuleCell>();
  return {
    serve: (asker) => base.serve(asker),
    get: (number) => written.get(number) ?? base.get(number),
    set: (number, cell) => void written.set(number, cell),
  };
}
