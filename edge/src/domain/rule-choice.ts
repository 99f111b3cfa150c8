import type { Asset } from '@keepsite/edge-contract';
import { Fingerprint } from './fingerprint.ts';
import { localClock } from './local-hour.ts';
import { missingTrait, type ReadyRule } from './ready-rule.ts';
import type { Binding, Skipped } from './rule-plan.ts';
import { type Chosen, likeness, SlotList } from './rule-slots.ts';

/** What a choice hangs on, of a device. */
type Speaker = Pick<Binding, 'device' | 'expectMs'>;

/** Chooses the rules for one asset after the other, and prints what it chose. */
export class Choice {
  readonly #rules: readonly ReadyRule[];
  readonly #print = new Fingerprint();
  /** Assets that are alike have one list. */
  readonly #lists = new Map<string, SlotList>();
  readonly #skipped = new Map<string, Skipped & { readonly assets: string[] }>();

  constructor(rules: readonly ReadyRule[]) {
    this.#rules = rules;
    for (const rule of rules) this.#print.text(`${rule.id}=${rule.shape}\n`);
  }

  at(asset: Asset, devices: readonly Speaker[], timeZone: string): SlotList {
    this.#print.text(`${asset.id}\n`);
    for (const { device } of devices) this.#print.text(`${device.id}:${device.from ?? ''}\n`);
    const chosen: Chosen[] = [];
    for (const [number, rule] of this.#rules.entries()) {
      if (rule.assets && !rule.assets.includes(asset.kind)) continue;
      for (const [which, device] of (rule.silence ? devices : [null]).entries()) {
        const reason = whyNot(rule, asset, device);
        if (reason !== null) {
          this.#skip(rule.id, reason, asset.id);
          continue;
        }
        chosen.push({ number, rule, device: rule.silence ? which : null });
        this.#print.number(number).number(which);
      }
    }
    return this.#listOf(chosen, asset.traits, timeZone);
  }

  get skipped(): readonly Skipped[] {
    return [...this.#skipped.values()];
  }

  get shape(): string {
    return `${this.#print}`;
  }

  #listOf(chosen: readonly Chosen[], traits: Asset['traits'], timeZone: string): SlotList {
    const key = likeness(chosen, traits, timeZone);
    const known = this.#lists.get(key) ?? new SlotList(chosen, traits, localClock(timeZone));
    this.#lists.set(key, known);
    return known;
  }

  #skip(rule: string, reason: string, asset: string): void {
    const key = `${rule}\n${reason}`;
    const skipped = this.#skipped.get(key) ?? { rule, reason, assets: [] };
    this.#skipped.set(key, skipped);
    if (skipped.assets.at(-1) !== asset) skipped.assets.push(asset);
  }
}

function whyNot(rule: ReadyRule, { traits }: Asset, device: Speaker | null): string | null {
  const missing = missingTrait(rule, traits);
  if (missing !== null) return `the asset has no trait ${missing}`;
  const unsaid = rule.silence?.times !== undefined && device?.expectMs === null;
  return unsaid ? `nobody says how often ${device.device.id} speaks` : null;
}
