/** A value that survives JSON unchanged. A cell is never changed: a new one takes its place. */
export type RuleCell = null | boolean | number | string | readonly RuleCell[] | { readonly [key: string]: RuleCell };

/** Nobody has asked the memory for it yet. */
const UNASKED = Symbol('unasked');

/**
 * What a cell is called. Whoever asks for a cell again and again keeps its name, and the memory keeps the cell in
 * it: it is looked up by its text once, and there are many times ten thousand cells whose text is nowhere kept.
 */
export abstract class CellName {
  /** The memory's own: what lies there for whoever it serves; undefined: nobody has set it, or it was taken back. */
  held: RuleCell | undefined | typeof UNASKED = UNASKED;

  /** The cell's name in what is saved: no two names of one asker have the same. */
  abstract get key(): string;
}

/** A name that is kept as text. */
export class TextName extends CellName {
  readonly key: string;

  constructor(key: string) {
    super();
    this.key = key;
  }
}

/** What the rules remember between readings. The caller decides whether a write lasts. */
export interface RuleMemory {
  /** Nobody has set a cell yet; absent: somebody may have. */
  readonly isEmpty?: boolean;
  /** Grows when what was true a moment ago may not be: a write was taken back, or others were served. Absent: nobody may rest on it. */
  readonly upsets?: number;
  /** From now on the names are this asker's. Whoever keeps names says so before it asks, and lets go when it turns to another memory. */
  serve(asker: object): void;
  /** All cells lie under their texts again: names that were asked with hold nothing. */
  letGo(): void;
  get(name: CellName): RuleCell | undefined;
  set(name: CellName, cell: RuleCell): void;
  /** A cell of which nobody has a name yet: one that was asked for by its name is not found. */
  unclaimed(key: string): RuleCell | undefined;
}

/** Hears what writes replace, so that they can be taken back. */
export interface Replaced {
  note(place: { restore(name: unknown, before: unknown): void }, name: unknown, before: unknown): void;
}

/** A memory that can be saved whole: `entries` through JSON and back gives an equal memory. */
export class SavedMemory implements RuleMemory {
  /** By their texts. */
  readonly #unclaimed: Map<string, RuleCell>;
  /** All names that were asked with. */
  #names: CellName[] = [];
  #asker: object | null = null;
  readonly #replaced: Replaced | null;
  #upsets = 0;

  /** A map is the memory's own from then on. */
  constructor(saved: Iterable<readonly [string, RuleCell]> = [], replaced: Replaced | null = null) {
    this.#replaced = replaced;
    this.#unclaimed = saved instanceof Map ? saved : new Map(saved);
  }

  get upsets(): number {
    return this.#upsets;
  }

  get isEmpty(): boolean {
    return this.#unclaimed.size === 0 && this.#names.every(({ held }) => held === undefined);
  }

  serve(asker: object): void {
    if (this.#asker === asker) return;
    this.letGo();
    this.#asker = asker;
  }

  letGo(): void {
    for (const name of this.#names) {
      if (name.held !== undefined) this.#unclaimed.set(name.key, name.held as RuleCell);
      name.held = UNASKED;
    }
    this.#names = [];
    this.#asker = null;
    this.#upsets += 1;
  }

  get(name: CellName): RuleCell | undefined {
    return name.held === UNASKED ? this.#claim(name) : name.held;
  }

  unclaimed(key: string): RuleCell | undefined {
    return this.#unclaimed.get(key);
  }

  set(name: CellName, cell: RuleCell): void {
    const before = name.held === UNASKED ? this.#claim(name) : name.held;
    this.#replaced?.note(this, name, before);
    name.held = cell;
  }

  /** For the journal. */
  restore(name: CellName, before: unknown): void {
    name.held = before as RuleCell | undefined;
    this.#upsets += 1;
  }

  /**
   * All cells as they are now, however late they are read: cells are never changed, and their texts are made as they
   * are asked for. What nobody has set, or what was taken back, is not among them.
   */
  entries(): IteratorObject<[string, RuleCell], undefined> {
    const names = this.#names.slice();
    const held = names.map((name) => name.held as RuleCell | undefined);
    return entriesOf([...this.#unclaimed.keys()], [...this.#unclaimed.values()], names, held);
  }

  #claim(name: CellName): RuleCell | undefined {
    const { key } = name;
    const cell = this.#unclaimed.get(key);
    this.#unclaimed.delete(key);
    this.#names.push(name);
    name.held = cell;
    return cell;
  }
}

function* entriesOf(
  texts: readonly string[],
  unclaimed: readonly RuleCell[],
  names: readonly CellName[],
  held: readonly (RuleCell | undefined)[],
): Generator<[string, RuleCell], undefined> {
  for (const [place, text] of texts.entries()) yield [text, unclaimed[place] as RuleCell];
  for (const [place, name] of names.entries()) {
    const cell = held[place];
    if (cell !== undefined) yield [name.key, cell];
  }
}

/** Holds cells, starting with what was saved. */
export function createRuleMemory(saved: Iterable<readonly [string, RuleCell]> = []): SavedMemory {
  return new SavedMemory(saved);
}
