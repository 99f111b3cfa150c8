import type { RuleCell, RuleMemory } from '../rule-memory.ts';

/** Writes on top of `base` without touching it. Drop it to forget them. */
export function overlayMemory(base: RuleMemory): RuleMemory {
  const written = new Map<string, RuleCell>();
  return {
    serve: (asker) => base.serve(asker),
    letGo: () => base.letGo(),
    get: (name) => written.get(name.key) ?? base.get(name),
    unclaimed: (key) => written.get(key) ?? base.unclaimed(key),
    set: (name, cell) => void written.set(name.key, cell),
  };
}
