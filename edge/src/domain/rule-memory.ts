/** A value that survives JSON unchanged. A cell is never changed: a new one takes its place. */
export type RuleCell = null | boolean | number | string | readonly RuleCell[] | { readonly [key: string]: RuleCell };

/** What the rules remember between readings. The caller decides whether a write lasts. */
export interface RuleMemory {
  get(key: string): RuleCell | undefined;
  set(key: string, cell: RuleCell): void;
}

/** A memory that can be saved whole: `entries` through JSON and back gives an equal memory. */
export interface SavedMemory extends RuleMemory {
  entries(): [string, RuleCell][];
}

/** Holds cells in a map, starting with what was saved. */
export function createRuleMemory(saved: Iterable<readonly [string, RuleCell]> = []): SavedMemory {
  const cells = new Map(saved);
  return {
    get: (key) => cells.get(key),
    set: (key, cell) => void cells.set(key, cell),
    entries: () => [...cells],
  };
}

/** Writes on top of `base` without touching it, until `commit` copies them down. Drop it to forget them. */
export function overlayMemory(base: RuleMemory): RuleMemory & { commit(): void } {
  const written = new Map<string, RuleCell>();
  return {
    get(key) {
      const cell = written.get(key);
      return cell === undefined ? base.get(key) : cell;
    },
    set: (key, cell) => void written.set(key, cell),
    commit() {
      for (const [key, cell] of written) base.set(key, cell);
      written.clear();
    },
  };
}
