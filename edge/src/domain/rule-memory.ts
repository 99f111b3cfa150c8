/** A value that survives JSON unchanged. A cell is never changed: a new one takes its place. */
export type RuleCell = null | boolean | number | string | readonly RuleCell[] | { readonly [key: string]: RuleCell };

/** Where one cell lies; undefined: nobody has set it, or it was taken back. */
class Place {
  cell: RuleCell | undefined = undefined;
  readonly #taken: { back: number };

  constructor(taken: { back: number }) {
    this.#taken = taken;
  }

  restore(_key: string, before: unknown): void {
    this.cell = before as RuleCell | undefined;
    this.#taken.back += 1;
  }
}

/**
 * What a cell is called. Whoever asks for the same cell again and again keeps the name: the memory that was
 * asked last remembers in it where the cell lies, and needs not look it up by its text a second time.
 */
export class CellName {
  readonly key: string;
  #memory: object | null = null;
  #place: Place | null = null;

  constructor(key: string) {
    this.key = key;
  }

  /** The place that this memory gave the name; null: another memory was asked last, or none. */
  placeIn(memory: object): Place | null {
    return this.#memory === memory ? this.#place : null;
  }

  liesAt(place: Place, memory: object): void {
    this.#memory = memory;
    this.#place = place;
  }
}

/** What the rules remember between readings. The caller decides whether a write lasts. */
export interface RuleMemory {
  /** Nobody has set a cell yet; absent: somebody may have. */
  readonly isEmpty?: boolean;
  /** Grows with every write that is taken back; absent: nobody may rest on what was true a moment ago. */
  readonly takenBack?: number;
  get(name: CellName): RuleCell | undefined;
  set(name: CellName, cell: RuleCell): void;
  /** The same as `get`, for a cell that is seldom asked for: nobody need keep a name. */
  known(key: string): RuleCell | undefined;
}

/** Hears what writes replace, so that they can be taken back. */
export interface Replaced {
  note(place: { readonly restore: (key: string, before: unknown) => void }, key: string, before: unknown): void;
}

/** A memory that can be saved whole: `entries` through JSON and back gives an equal memory. */
export class SavedMemory implements RuleMemory {
  readonly #places = new Map<string, Place>();
  readonly #replaced: Replaced | null;
  readonly #taken = { back: 0 };

  constructor(saved: Iterable<readonly [string, RuleCell]> = [], replaced: Replaced | null = null) {
    this.#replaced = replaced;
    for (const [key, cell] of saved) this.set(new CellName(key), cell);
  }

  get takenBack(): number {
    return this.#taken.back;
  }

  get isEmpty(): boolean {
    return this.#places.size === 0;
  }

  get(name: CellName): RuleCell | undefined {
    return (name.placeIn(this) ?? this.#found(name))?.cell;
  }

  known(key: string): RuleCell | undefined {
    return this.#places.get(key)?.cell;
  }

  set(name: CellName, cell: RuleCell): void {
    const place = name.placeIn(this) ?? this.#found(name) ?? this.#made(name);
    this.#replaced?.note(place, name.key, place.cell);
    place.cell = cell;
  }

  /** What nobody has set, or what was taken back, is not among them. */
  entries(): [string, RuleCell][] {
    return Array.from(this.#places).flatMap(([key, { cell }]) => (cell === undefined ? [] : [[key, cell]]));
  }

  /** A cell that nobody has set has no place: most names that are asked for never get one. */
  #found(name: CellName): Place | undefined {
    const place = this.#places.get(name.key);
    if (place) name.liesAt(place, this);
    return place;
  }

  #made(name: CellName): Place {
    const place = new Place(this.#taken);
    this.#places.set(name.key, place);
    name.liesAt(place, this);
    return place;
  }
}

/** Holds cells, starting with what was saved. */
export function createRuleMemory(saved: Iterable<readonly [string, RuleCell]> = []): SavedMemory {
  return new SavedMemory(saved);
}
