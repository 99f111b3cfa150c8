import type { Millis, Reading, Registry } from '@keepsite/edge-contract';
import type { Breach } from './breach.ts';
import { isLive, isSound, provesLife, timeOfSample } from './what-counts.ts';
import type { Rule } from './rule.ts';
import { breachOf, firstSign, raise } from './rule-breach.ts';
import { hearPast, hearValue, leafOf } from './rule-hear.ts';
import type { DueIndex } from './rule-due.ts';
import type { RuleMemory } from './rule-memory.ts';
import { Instance } from './rule-instance.ts';
import type { AssetPlan } from './asset-plan.ts';
import { type Binding, type ExpectEvery, instanceAt, type Plan, planRules, type Skipped } from './rule-plan.ts';
import {
  covers,
  held,
  type HeardCell,
  type InstanceCell,
  isSilent,
  type Look,
  recall,
  remember,
  truthOf,
} from './rule-state.ts';

export interface RuleBookOptions {
  /** Longest normal silence of a family's devices, seconds; a device's own figure goes before it. */
  readonly expectEverySeconds?: ExpectEvery;
  /** When the edge began to listen: what it could not hear before does not count as silence. */
  readonly listeningSince?: Millis;
}

/**
 * Rules over the readings of every device in a registry. It holds no state of its own: all of it is
 * in the memory that it is given, whose cells it never changes. The same readings and instants give
 * the same breaches, however late the ticks between them come. A rule that is raised is not raised
 * again before it has cleared.
 */
export interface RuleBook {
  /** `now` is edge time. Whatever fell due before at its asset is done first. Never throws for a reading of the right type. */
  onReading(reading: Reading, now: Millis, memory: RuleMemory): Breach[];
  /** The device has spoken without a reading (a fault, an availability message): it is not silent. */
  onHeard(device: string, now: Millis, memory: RuleMemory): Breach[];
  /** A reading that was taken long after it came: it tells what is usual, not that the device is alive. */
  onPast(reading: Reading, now: Millis, memory: RuleMemory): void;
  /** Holds that ran out, silence, counts that left their window, tests that ended; a bounded number of them. */
  onTick(now: Millis, memory: RuleMemory): Breach[];
  /** When the next tick is due; 0 when this book has not seen the memory yet; null: never. */
  nextDue(memory: RuleMemory): Millis | null;
  /** Rules that would apply to an asset and cannot, with the reason. */
  readonly skipped: readonly Skipped[];
}

/** A test that nobody ends is over after this: a forgotten test mode must not hide a real leak. */
const TEST_MS = 10 * 60_000;
/** Deadlines that one call works off; what is left is due at once again, so that nothing else has to wait for it. */
const MAX_STEPS = 64;

/** Makes a rule book. Throws a RangeError for two rules with one id, or a registry that names what it does not hold. */
export function createRuleBook(rules: readonly Rule[], registry: Registry, options: RuleBookOptions = {}): RuleBook {
  const ids = new Set<string>();
  for (const { id } of rules) if (ids.size === ids.add(id).size) throw new RangeError(`two rules are called ${id}`);
  return new Book(planRules(rules, registry, options.expectEverySeconds ?? (() => undefined)), options);
}

class Book implements RuleBook {
  readonly skipped: readonly Skipped[];
  readonly #plan: Plan;
  readonly #due: DueIndex;
  readonly #listeningSince: Millis;

  constructor(plan: Plan, { listeningSince = -Infinity }: RuleBookOptions) {
    this.skipped = plan.skipped;
    this.#plan = plan;
    this.#due = plan.due;
    this.#listeningSince = listeningSince;
  }

  onReading(reading: Reading, now: Millis, memory: RuleMemory): Breach[] {
    const breaches = this.onTick(now, memory);
    const binding = this.#bindingOf(reading.device, now);
    if (!binding) return breaches;
    this.#catchUp(binding, now, memory, breaches);
    if (provesLife(reading)) this.#hear(binding, now, memory, breaches);
    if (reading.historical) this.#learnFrom(reading, binding, now, memory);
    if (!isLive(reading)) return breaches;
    if (reading.metric === 'test') this.#test(binding, reading.value === true, now, memory, breaches);
    const route = binding.routes.of(reading.metric, reading.part);
    if (route.targets.length === 0) return breaches;
    const { place } = binding;
    const heard = { reading, place, sample: { value: reading.value, at: timeOfSample(reading), now } };
    for (const target of route.for(reading.value, memory)) {
      if (hearValue(target, heard, memory)) this.#look(new Instance(place, leafOf(target).slot), now, memory, breaches);
    }
    route.settle(reading, place, memory);
    return breaches;
  }

  onHeard(device: string, now: Millis, memory: RuleMemory): Breach[] {
    const breaches = this.onTick(now, memory);
    const binding = this.#bindingOf(device, now);
    if (!binding) return breaches;
    this.#catchUp(binding, now, memory, breaches);
    this.#hear(binding, now, memory, breaches);
    return breaches;
  }

  onPast(reading: Reading, now: Millis, memory: RuleMemory): void {
    memory.serve(this.#plan);
    const binding = this.#bindingOf(reading.device, now);
    const at = reading.at ?? reading.receivedAt;
    if (binding) this.#learnFrom({ ...reading, at }, binding, now, memory);
  }

  onTick(now: Millis, memory: RuleMemory): Breach[] {
    const breaches: Breach[] = [];
    memory.serve(this.#plan);
    if (!this.#due.knows(memory)) this.#learn(now, memory, breaches);
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const at = this.#due.firstAt(memory);
      if (at === null || at > now) return breaches;
      const due = this.#due.first(memory);
      if (!due) return breaches;
      this.#look(instanceAt(this.#plan, due.index), at, memory, breaches);
    }
    return breaches;
  }

  /** When more is overdue than one call works off: what is heard of an asset never overtakes its own deadlines. */
  #catchUp({ place }: Binding, now: Millis, memory: RuleMemory, breaches: Breach[]): void {
    if ((this.#due.firstAt(memory) ?? Infinity) > now) return;
    for (let next = firstOverdue(place, now, memory); next; next = firstOverdue(place, now, memory))
      this.#look(next.instance, next.due, memory, breaches);
  }

  nextDue(memory: RuleMemory): Millis | null {
    memory.serve(this.#plan);
    return this.#due.knows(memory) ? this.#due.firstAt(memory) : 0;
  }

  // ---------------------------------------------------------------------------- memory

  /** A new memory, other rules or another registry: every instance gets its place in the due index. */
  #learn(now: Millis, memory: RuleMemory, breaches: Breach[]): void {
    const { isEmpty } = memory;
    const dues: (Millis | null)[] = [];
    const news: Instance[] = [];
    for (const place of this.#plan.places) {
      for (const [number, slot] of place.slots.entries()) {
        const cell = isEmpty ? undefined : (memory.get(place.slotCell(number)) as InstanceCell | undefined);
        const isSame = cell?.shape === slot.rule.shape;
        dues.push(isSame ? cell.due : null);
        if (cell ? !isSame : slot.device !== null) news.push(new Instance(place, number));
      }
    }
    this.#due.rebuild(dues, memory);
    for (const instance of news) this.#look(instance, now, memory, breaches);
  }

  // ---------------------------------------------------------------------------- devices

  #bindingOf(device: string, at: Millis): Binding | undefined {
    for (const binding of this.#plan.devices.get(device) ?? NO_BINDINGS) if (covers(binding, at)) return binding;
    return undefined;
  }

  #hear(binding: Binding, now: Millis, memory: RuleMemory, breaches: Breach[]): void {
    const before = memory.get(binding.heard) as HeardCell | undefined;
    if (before === now) return;
    memory.set(binding.heard, now);
    if (typeof before === 'object') this.#lookAtAll(binding, now, memory, breaches);
  }

  /** History never raises or clears anything: it only tells what is usual. */
  #learnFrom(reading: Reading, binding: Binding, now: Millis, memory: RuleMemory): void {
    const { at, value, metric, part } = reading;
    if (at === null || at > now || !isSound(reading)) return;
    for (const target of binding.routes.of(metric, part).targets) hearPast(target, { value, at }, memory);
  }

  #test(binding: Binding, testing: boolean, now: Millis, memory: RuleMemory, breaches: Breach[]): void {
    const was = memory.get(binding.test) as Millis | undefined;
    if (!testing && !was) return;
    memory.set(binding.test, testing ? now + TEST_MS : 0);
    if (!testing) this.#lookAtAll(binding, now, memory, breaches);
  }

  #lookAtAll({ place }: Binding, at: Millis, memory: RuleMemory, breaches: Breach[]): void {
    for (const instance of place.known(memory)) this.#look(instance, at, memory, breaches);
  }

  // ---------------------------------------------------------------------------- one instance

  /** Evaluates one rule on one asset at one instant. */
  #look(instance: Instance, at: Millis, memory: RuleMemory, breaches: Breach[]): void {
    const cell = recall(instance, memory, at);
    const holds = [...cell.holds];
    const look: Look = {
      instance,
      at,
      memory,
      armed: cell.armed,
      listeningSince: this.#listeningSince,
      holds,
      due: Infinity,
    };
    const wasSilent = instance.device !== null && isSilent(instance.device, memory);
    const { root, quiet: quieting, clear, hold } = instance.rule;
    const raw = truthOf(root, look);
    const quiet = quieting !== null && truthOf(quieting, look) === true;
    const over = clear === null ? null : truthOf(clear, look) === true;
    const said = cell.raised === null ? (quiet && raw === true ? false : raw) : over === null ? raw : !over;
    const out = held(hold, said, look);
    const next = step(cell, out, look, breaches);
    remember(instance, next, memory);
    if (next.due !== cell.due) this.#due.set(instance.index, next.due, memory);
    const fellSilent = instance.device !== null && !wasSilent && isSilent(instance.device, memory);
    if (fellSilent && instance.device) this.#lookAtOthers(instance, instance.device, at, memory, breaches);
  }

  /** What the silent device had said last is not known any more. */
  #lookAtOthers(self: Instance, { place }: Binding, at: Millis, memory: RuleMemory, breaches: Breach[]): void {
    for (const instance of place.known(memory)) if (instance !== self) this.#look(instance, at, memory, breaches);
  }
}

const NO_BINDINGS: readonly Binding[] = [];

function firstOverdue(place: AssetPlan, now: Millis, memory: RuleMemory) {
  return place
    .known(memory)
    .map((instance) => ({ instance, due: (memory.get(instance.cell) as InstanceCell).due ?? Infinity }))
    .filter(({ due }) => due <= now)
    .toSorted((a, b) => a.due - b.due)[0];
}

/** From what the conditions say now to what is raised: at most one change, or two when a test becomes serious. */
function step(cell: InstanceCell, out: boolean | null | undefined, look: Look, breaches: Breach[]): InstanceCell {
  const { instance, at, memory } = look;
  const pending = look.holds[0]?.[1] ?? null;
  const first = out === true || pending !== null ? (cell.first ?? firstSign(instance, at, cell.armed, memory)) : null;
  let { raised } = cell;
  const lost = raised !== null && out === false;
  const serious = raised !== null && raised.test && out === true && !underTest(raised.first.device, look);
  if (raised && (lost || serious)) {
    breaches.push(breachOf('cleared', instance, raised, memory));
    raised = null;
  }
  if (raised === null && out === true && first) {
    raised = raise(instance, first, underTest(first.device, look), memory);
    breaches.push(breachOf(instance.device ? 'no_data' : 'raised', instance, raised, memory));
  }
  // A test that is over while the condition is not known waits for the next word, not for the clock.
  if (raised?.test && underTest(raised.first.device, look))
    look.due = Math.min(look.due, testUntil(raised.first.device, look));
  // Whatever the conditions ask for, time goes on.
  const due = look.due === Infinity ? null : Math.max(look.due, at + 1);
  return { ...cell, holds: look.holds, due, first, raised };
}

function underTest(device: string | null, look: Look): boolean {
  return testUntil(device, look) > look.at;
}

function testUntil(device: string | null, { instance, memory }: Look): Millis {
  const binding = instance.place.devices.find((it) => it.device.id === device);
  return (binding && (memory.get(binding.test) as Millis | undefined)) ?? 0;
}
