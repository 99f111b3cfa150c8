import type { Asset } from '@keepsite/edge-contract';
import { Instance } from './rule-instance.ts';
import type { RuleMemory } from './rule-memory.ts';
import type { Binding } from './rule-plan.ts';
import type { Listeners, Slot, SlotLeaf, SlotList } from './rule-slots.ts';
import type { SeriesWindow, Windows } from './rule-windows.ts';

/** Series that one leaf of one asset remembers at most. */
export const MAX_SERIES = 64;
const NO_WINDOWS: readonly SeriesWindow[] = [];

/**
 * An asset with its devices, and the rules that are looked at there. There are many thousands, so what assets that
 * are alike have in common they have together, and what is remembered of each stands in the memory, by its number.
 */
export class AssetPlan {
  readonly asset: Asset;
  readonly devices: readonly Binding[];
  /** Where the first slot stands in the due index; the others follow it. */
  readonly firstIndex: number;
  /** The number of the first slot's cell; those of the other slots follow it. */
  readonly firstCell: number;
  /** The number of the first leaf; the others follow it. */
  readonly firstLeaf: number;
  readonly #list: SlotList;
  /** Those of the whole plan, and those of this asset. */
  readonly #windows: Windows;
  #own = NO_WINDOWS;

  constructor(
    at: Pick<AssetPlan, 'asset' | 'firstIndex' | 'firstCell' | 'firstLeaf'> & {
      readonly list: SlotList;
      readonly windows: Windows;
    },
    devicesOf: (place: AssetPlan) => readonly Binding[],
  ) {
    this.asset = at.asset;
    this.firstIndex = at.firstIndex;
    this.firstCell = at.firstCell;
    this.firstLeaf = at.firstLeaf;
    this.#list = at.list;
    this.#windows = at.windows;
    this.devices = devicesOf(this);
  }

  get slots(): readonly Slot[] {
    return this.#list.slots;
  }

  listenersTo(metric: string, part: string | null): Listeners {
    return this.#list.listenersTo(metric, part);
  }

  get leafCount(): number {
    return this.#list.leaves.length;
  }

  /** What an instance remembers. */
  slotCell(number: number): number {
    return this.firstCell + number;
  }

  /** A leaf's number among all of the plan. */
  leafNumber({ number }: SlotLeaf): number {
    return this.firstLeaf + number;
  }

  /** What the cell of this slot is called. */
  slotKey(number: number): string {
    const { rule, device } = this.slots[number] as Slot;
    const own = `i:${rule.id}:${this.asset.id}`;
    const watched = device === null ? undefined : this.devices[device]?.device;
    return watched ? `${own}:${watched.id}:${watched.from ?? ''}` : own;
  }

  leafKeyAt(number: number): string {
    return this.leafKey(this.#list.leaves[number] as SlotLeaf);
  }

  /** What is known of this leaf is called so. */
  leafKey({ slot, which }: SlotLeaf): string {
    const { rule } = this.slots[slot] as Slot;
    return `l:${rule.id}:${rule.shape}:${which}:${this.asset.id}`;
  }

  /** The instances that the memory has a cell of, in their order. */
  known(memory: RuleMemory): Instance[] {
    const isKnown = (number: number) => memory.get(this.slotCell(number)) !== undefined;
    return this.slots.flatMap((_, number) => (isKnown(number) ? new Instance(this, number) : []));
  }

  // ---------------------------------------------------------------------------- windows

  /** For a series that is new to the leaf, as long as it has room for more: no device invents so many that they fill the memory. */
  newWindow(leaf: SlotLeaf, device: string, part: string | null): SeriesWindow | null {
    const known = this.#window(leaf, device, part);
    if (known) return known;
    const hasRoom = this.#own.filter((it) => it.leaf === leaf).length < MAX_SERIES;
    return hasRoom ? this.windowOf(leaf, device, part) : null;
  }

  /** Of a series that the leaf knows: the same one every time. */
  windowOf(leaf: SlotLeaf, device: string, part: string | null): SeriesWindow {
    const known = this.#window(leaf, device, part);
    if (known) return known;
    const made = this.#windows.add({ place: this, leaf, device, part });
    this.#own = this.#own.concat(made);
    return made;
  }

  #window(leaf: SlotLeaf, device: string, part: string | null): SeriesWindow | undefined {
    return this.#own.find((it) => it.leaf === leaf && it.device === device && it.part === part);
  }
}
