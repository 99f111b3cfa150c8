import { createRuleMemory, type SavedMemory } from '../rule-memory.ts';

/** As it is now; what is done to the one the other knows nothing of. */
export function copyOf(memory: SavedMemory): SavedMemory {
  return createRuleMemory(memory.entries());
}
