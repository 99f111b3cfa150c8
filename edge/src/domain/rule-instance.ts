import type { Device } from '@keepsite/edge-contract';
import type { LocalClock } from './local-hour.ts';
import { type Limits, limitsAt, type ReadyLeaf, type ReadyRule } from './ready-rule.ts';
import type { Leaf, LeafKind, LeafOf } from './rule.ts';
import { CellName } from './rule-memory.ts';
import type { AssetPlan, Binding } from './rule-plan.ts';

/** A rule where it is looked at: at an asset or, when it is about silence, at one of the asset's devices. */
export interface Slot {
  readonly rule: ReadyRule;
  /** The device's place among those of the asset; null: the rule looks at the asset. */
  readonly device: number | null;
}

/**
 * A slot of one asset, with what only whoever hears something needs. It is also the name of its cell: what is raised
 * and what is pending.
 */
export class Instance extends CellName {
  /** Its place in the due index. */
  readonly index: number;
  readonly place: AssetPlan;
  readonly #slot: Slot;
  #leaves: readonly PlannedLeaf[] | null = null;

  constructor(index: number, slot: Slot, place: AssetPlan) {
    super();
    this.index = index;
    this.place = place;
    this.#slot = slot;
  }

  get key(): string {
    return this.place.keyOf(this.#slot);
  }

  get rule(): ReadyRule {
    return this.#slot.rule;
  }

  /** A silence rule watches each device by itself; null for every other rule. */
  get device(): Binding | null {
    const { device } = this.#slot;
    return device === null ? null : (this.place.devices[device] ?? null);
  }

  /** In the order of the rule's leaves. */
  get leaves(): readonly PlannedLeaf[] {
    return (this.#leaves ??= leavesOf(this));
  }
}

/** Series that one leaf of one asset remembers at most. */
export const MAX_SERIES = 64;
const NONE: readonly never[] = [];

/** Apart from who asks for them: a function that holds another one costs memory each time that it is called. */
function leavesOf(instance: Instance): PlannedLeaf[] {
  return instance.rule.leaves.map((_, number) => new PlannedLeaf(instance, number));
}

/** What a leaf judges by. */
export interface LeafPlan<K extends LeafKind = LeafKind> {
  readonly leaf: LeafOf<K>;
  readonly accuses: boolean;
  readonly limits: Limits;
  readonly clock: LocalClock;
}

/** A leaf of an instance, and the name of the cell with what it knows of each series. */
export class PlannedLeaf extends CellName implements LeafPlan {
  readonly instance: Instance;
  readonly #number: number;
  readonly limits: Limits;
  #windows: readonly WindowName[] = NONE;

  constructor(instance: Instance, number: number) {
    super();
    this.instance = instance;
    this.#number = number;
    this.limits = limitsAt(this.#ready, instance.place.asset.traits);
  }

  get key(): string {
    const { rule, place } = this.instance;
    return `l:${rule.id}:${rule.shape}:${this.#number}:${place.asset.id}`;
  }

  get leaf(): Leaf {
    return this.#ready.leaf;
  }

  get accuses(): boolean {
    return this.#ready.accuses;
  }

  get clock(): LocalClock {
    return this.instance.place.clock;
  }

  /** For a series that is new to it, as long as it has room for more: no device invents so many that they fill the memory. */
  newWindow(device: string, part: string | null): WindowName | null {
    if (this.#windows.length < MAX_SERIES) return this.windowOf(device, part);
    return this.#known(device, part) ?? null;
  }

  /** Of a series that it knows: the same one every time. */
  windowOf(device: string, part: string | null): WindowName {
    const known = this.#known(device, part);
    if (known) return known;
    const made = new WindowName(this, device, part);
    this.#windows = this.#windows.concat(made);
    return made;
  }

  #known(device: string, part: string | null): WindowName | undefined {
    return this.#windows.find((it) => it.device === device && it.part === part);
  }

  get #ready(): ReadyLeaf {
    return this.instance.rule.leaves[this.#number] as ReadyLeaf;
  }
}

/** The window of one series of a leaf. */
export class WindowName extends CellName {
  readonly leaf: PlannedLeaf;
  readonly device: string;
  readonly part: string | null;
  #past: PastNames | null = null;

  constructor(leaf: PlannedLeaf, device: string, part: string | null) {
    super();
    this.leaf = leaf;
    this.device = device;
    this.part = part;
  }

  get key(): string {
    const { device, part } = this;
    return `w:${this.leaf.key}:${part === null ? device : `${device}\n${part}`}`;
  }

  /** For what is compared with the past. */
  get past(): PastNames {
    return (this.#past ??= { archive: new PastName(this, 'archive'), gathered: new PastName(this, 'past') });
  }
}

/** What was usual, and the hour or day of the past that is being gathered. */
export interface PastNames {
  readonly archive: CellName;
  readonly gathered: CellName;
}

class PastName extends CellName {
  readonly #window: WindowName;
  readonly #of: 'archive' | 'past';

  constructor(window: WindowName, of: 'archive' | 'past') {
    super();
    this.#window = window;
    this.#of = of;
  }

  get key(): string {
    return `${this.#window.key}:${this.#of}`;
  }
}

/** What is remembered of a device wherever it stands. */
export class DeviceCell extends CellName {
  readonly #of: 'h' | 't';
  readonly #device: Device;

  constructor(of: 'h' | 't', device: Device) {
    super();
    this.#of = of;
    this.#device = device;
  }

  get key(): string {
    return `${this.#of}:${this.#device.id}`;
  }
}
