import { type LeafCell, LeafMemory } from './leaf-memory.ts';

/** A value that survives JSON unchanged. A cell is never changed: a new one takes its place. */
export type RuleCell = null | boolean | number | string | readonly RuleCell[] | { readonly [key: string]: RuleCell };

/**
 * Whoever asks a memory numbers its cells, from 0 on: there are many times ten thousand of them, and whoever asks for
 * one again and again has nothing to look up. Its text is made where something is saved, and is nowhere kept.
 */
export interface CellNumbers {
  /** What a cell is called in what is saved: the same in every run, and no two that are ever set are called the same. */
  keyOf(number: number): string;
}

/** Whoever asks a memory: the numbers of its cells, and those of its leaves. */
export interface Asker {
  readonly cells: CellNumbers;
  readonly leaves: CellNumbers;
}

/** What the rules remember between readings. The caller decides whether a write lasts. */
export interface RuleMemory {
  /** Nobody has written anything yet. */
  readonly isEmpty: boolean;
  /** Grows when what was true a moment ago may not be: a write was taken back, or others were served. */
  readonly upsets: number;
  /** What leaves know of series. Another one once others are served. */
  readonly leaves: LeafMemory;
  /** From now on numbers are this asker's; what was set under another one's lies under its text. */
  serve(asker: Asker): void;
  get(number: number): RuleCell | undefined;
  set(number: number, cell: RuleCell): void;
}

/** Hears what writes replace, so that they can be taken back. */
export interface Replaced {
  note(place: { restore(number: unknown, before: unknown): void }, number: unknown, before: unknown): void;
}

/** It was asked for, and nobody has set it. */
const NOTHING = Symbol('nothing');

/** Undefined: nobody has asked for it. */
type Held = RuleCell | typeof NOTHING | undefined;

/** Cells stand in pages of 1,024: one list of all would have to be copied as it grows, and keep room for half as many again. */
const PAGE_BITS = 10;
const PAGE = 1 << PAGE_BITS;

/** A memory that can be saved whole: `entries` through JSON and back gives an equal memory. */
export class SavedMemory implements RuleMemory {
  /** By their texts: nobody has asked for them yet. */
  readonly #unclaimed: Map<string, RuleCell>;
  /** By their numbers. */
  #pages: Held[][] = [];
  #leaves: LeafMemory;
  #asker: Asker | null = null;
  readonly #replaced: Replaced | null;
  #upsets = 0;

  /** A map is the memory's own from then on. */
  constructor(saved: Iterable<readonly [string, RuleCell]> = [], replaced: Replaced | null = null) {
    this.#replaced = replaced;
    this.#unclaimed = saved instanceof Map ? saved : new Map(saved);
    this.#leaves = this.#noLeaves();
  }

  get upsets(): number {
    return this.#upsets + this.#leaves.upsets;
  }

  get isEmpty(): boolean {
    return this.#unclaimed.size === 0 && this.#leaves.isEmpty && this.#pages.every((page) => !page.some(isSet));
  }

  get leaves(): LeafMemory {
    return this.#leaves;
  }

  serve(asker: Asker): void {
    if (this.#asker === asker) return;
    for (const [key, cell] of this.#claimed()) this.#unclaimed.set(key, cell);
    // One more than both had: what was true for the leaves that go is not for those that come.
    this.#upsets = this.upsets + 1;
    this.#asker = asker;
    this.#pages = [];
    this.#leaves = this.#noLeaves();
  }

  get(number: number): RuleCell | undefined {
    const known = this.#pageOf(number)[number % PAGE];
    const held = known === undefined ? this.#claim(number) : known;
    return held === NOTHING ? undefined : held;
  }

  set(number: number, cell: RuleCell): void {
    const before = this.get(number);
    this.#replaced?.note(this, number, before);
    this.#pageOf(number)[number % PAGE] = cell;
  }

  /** For the journal. */
  restore(number: number, before: unknown): void {
    this.#pageOf(number)[number % PAGE] = before === undefined ? NOTHING : (before as RuleCell);
    this.#upsets += 1;
  }

  /**
   * All cells as they are now, however late they are read: cells are never changed, and their texts are made as they
   * are asked for. What nobody has set, or what was taken back, is not among them.
   */
  entries(): IteratorObject<[string, RuleCell], undefined> {
    return together([...this.#unclaimed], this.#claimed());
  }

  /** As they are now. */
  #claimed(): Iterable<[string, RuleCell]> {
    if (this.#asker === null) return [];
    return together(this.#cells(this.#asker.cells), spelt(this.#asker.leaves, this.#leaves.entries()));
  }

  #cells(asker: CellNumbers): Iterable<[string, RuleCell]> {
    return spelt(asker, cellsOn(this.#pages.map((page) => page.slice())));
  }

  #pageOf(number: number): Held[] {
    while (this.#pages.length <= number >>> PAGE_BITS) this.#pages.push(Array.from({ length: PAGE }));
    return this.#pages[number >>> PAGE_BITS] as Held[];
  }

  #claim(number: number): Held {
    const cell = this.#takeOut(this.#asker?.cells, number);
    const held = cell === undefined ? NOTHING : cell;
    this.#pageOf(number)[number % PAGE] = held;
    return held;
  }

  #noLeaves(): LeafMemory {
    return new LeafMemory((leaf) => this.#takeOut(this.#asker?.leaves, leaf) as LeafCell | undefined, this.#replaced);
  }

  #takeOut(asker: CellNumbers | undefined, number: number): RuleCell | undefined {
    if (!asker || this.#unclaimed.size === 0) return undefined;
    const key = asker.keyOf(number);
    const cell = this.#unclaimed.get(key);
    this.#unclaimed.delete(key);
    return cell;
  }
}

function isSet(held: Held): held is RuleCell {
  return held !== undefined && held !== NOTHING;
}

function* together<T>(...all: Iterable<T>[]): Generator<T, undefined> {
  for (const some of all) yield* some;
}

function* cellsOn(pages: readonly (readonly Held[])[]): Generator<[number, RuleCell], undefined> {
  for (const [at, page] of pages.entries())
    for (const [place, held] of page.entries()) if (isSet(held)) yield [at * PAGE + place, held];
}

function* spelt(
  asker: CellNumbers,
  cells: Iterable<readonly [number, RuleCell]>,
): Generator<[string, RuleCell], undefined> {
  for (const [number, cell] of cells) yield [asker.keyOf(number), cell];
}

/** Holds cells, starting with what was saved. */
export function createRuleMemory(saved: Iterable<readonly [string, RuleCell]> = []): SavedMemory {
  return new SavedMemory(saved);
}
