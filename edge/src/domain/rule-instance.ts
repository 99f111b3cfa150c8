import type { AssetPlan } from './asset-plan.ts';
import type { Binding } from './rule-plan.ts';
import type { ReadyRule } from './ready-rule.ts';
import type { Slot, SlotLeaf } from './rule-slots.ts';

/** A slot of one asset: what is raised and what is pending hangs on it. Made to be looked at, and not kept. */
export class Instance {
  readonly place: AssetPlan;
  readonly #number: number;

  /** Throws a RangeError for a slot that is not there. */
  constructor(place: AssetPlan, number: number) {
    if (number >= place.slots.length) throw new RangeError(`${place.asset.id} has no slot ${number}`);
    this.place = place;
    this.#number = number;
  }

  /** Its place in the due index. */
  get index(): number {
    return this.place.firstIndex + this.#number;
  }

  /** The number of its cell. */
  get cell(): number {
    return this.place.slotCell(this.#number);
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
  get leaves(): readonly SlotLeaf[] {
    return this.#slot.leaves;
  }

  get #slot(): Slot {
    return this.place.slots[this.#number] as Slot;
  }
}
