import type { CellRows } from './cell-rows.ts';
import type { AssetPlan } from './asset-plan.ts';
import type { SlotLeaf } from './rule-slots.ts';

/** Cells of a window: the running one, what was usual, and the hour or day of the past that is being gathered. */
const CELLS = ['', ':archive', ':past'] as const;

/** The window of one series of a leaf. */
export class SeriesWindow {
  readonly place: AssetPlan;
  readonly leaf: SlotLeaf;
  readonly device: string;
  readonly part: string | null;
  /** The number of its running cell. */
  readonly cell: number;

  constructor(at: Pick<SeriesWindow, 'place' | 'leaf' | 'device' | 'part' | 'cell'>) {
    this.place = at.place;
    this.leaf = at.leaf;
    this.device = at.device;
    this.part = at.part;
    this.cell = at.cell;
  }

  get archive(): number {
    return this.cell + 1;
  }

  get gathered(): number {
    return this.cell + 2;
  }
}

/** All windows of a plan, as series appear. */
export class Windows {
  readonly #cells: CellRows;
  readonly #all: SeriesWindow[] = [];

  constructor(cells: CellRows) {
    this.#cells = cells;
  }

  /** Its cells are the last row, which begins when the first series appears: all others have their numbers by then. */
  add(of: Pick<SeriesWindow, 'place' | 'leaf' | 'device' | 'part'>): SeriesWindow {
    if (this.#all.length === 0) this.#cells.row(0, (cell) => this.#keyOf(cell));
    const window = new SeriesWindow({ ...of, cell: this.#cells.more(CELLS.length) });
    this.#all.push(window);
    return window;
  }

  #keyOf(cell: number): string {
    const { place, leaf, device, part } = this.#all[Math.floor(cell / CELLS.length)] as SeriesWindow;
    const series = part === null ? device : `${device}\n${part}`;
    return `w:${place.leafKey(leaf)}:${series}${CELLS[cell % CELLS.length]}`;
  }
}
