import type { Millis } from '@keepsite/edge-contract';
import { HOUQI_FAULTS, liftFault } from '../devices/houqi/encode.ts';
import type { OutMessage } from '../devices/message.ts';
import { bridgeState } from '../devices/zigbee2mqtt/encode.ts';
import { elevatorOf, type Elevator } from '../physics/elevator.ts';
import { leakOf, type Leak } from '../physics/leak.ts';
import { loadsOf, type Load } from '../physics/load.ts';
import { meterOf, type Meter } from '../physics/meter.ts';
import { sumpOf, type Sump } from '../physics/sump.ts';
import { seeded } from '../random.ts';
import type { ElevatorSpec } from '../world/specs.ts';
import type { World } from '../world/world.ts';
import { elevatorEmitter, leakEmitter, meterEmitter, sumpEmitters, type Emitter } from './emitter.ts';

/** What a story can do to the plant, in the words of devices. */
export type Action =
  | { readonly kind: 'trap' }
  | { readonly kind: 'release' }
  | { readonly kind: 'rain'; readonly mmPerHour: number }
  | { readonly kind: 'pump'; readonly works: boolean }
  | { readonly kind: 'drain' }
  | { readonly kind: 'wet'; readonly isWet: boolean }
  | { readonly kind: 'extra_load'; readonly shareOfPeak: number }
  | { readonly kind: 'mute'; readonly muted: boolean };

/**
 * When time runs fast, talkative devices speak less often than they would: the broker is not the
 * story. Never so seldom that their silence would be one.
 */
const CALM_SCALE = 3;
const CALMEST = 5;
const LEAK_WAKE_MS = 1000;

interface Voice {
  readonly emitter: Emitter;
  nextAt: Millis;
}

/**
 * The living plant: all devices of a world, stepped by simulated time. `advance` returns what they
 * publish, in order; the same world, instants and actions give the same messages.
 */
export class Plant {
  readonly #world: World;
  readonly #elevators = new Map<string, { readonly spec: ElevatorSpec; readonly elevator: Elevator }>();
  readonly #leaks = new Map<string, Leak>();
  readonly #sumps = new Map<string, Sump>();
  readonly #meters = new Map<string, { readonly peakKw: number; readonly meter: Meter }>();
  readonly #voices: Voice[] = [];
  readonly #muted = new Set<string>();
  readonly #trappedAt = new Map<string, Millis>();
  #urgent: OutMessage[] = [];
  #now: Millis;

  constructor(world: World, startAt: Millis) {
    this.#world = world;
    this.#now = startAt;
    this.#build(loadsOf(world.meters, world.zone, world.seed));
  }

  /** How many devices speak at their own pace. */
  get devices(): number {
    return this.#voices.length;
  }

  get now(): Millis {
    return this.#now;
  }

  /** What the devices say when they connect: who is there. */
  hello(): OutMessage[] {
    return [bridgeState(true), ...this.#voices.flatMap(({ emitter }) => emitter.presence(true))];
  }

  /** Moves on to `now` and returns what is published; `scale` is how fast the edge's clock runs. */
  advance(now: Millis, scale = 1): OutMessage[] {
    this.#now = Math.max(this.#now, now);
    for (const { elevator } of this.#elevators.values()) elevator.advance(this.#now);
    for (const part of [...this.#leaks.values(), ...this.#sumps.values()]) part.advance(this.#now);
    for (const { meter } of this.#meters.values()) meter.advance(this.#now);
    const due = this.#voices.filter((voice) => voice.nextAt <= this.#now);
    const said = due.flatMap((voice) => this.#speak(voice, Math.min(CALMEST, Math.max(1, scale / CALM_SCALE))));
    const urgent = this.#urgent;
    this.#urgent = [];
    return [...urgent, ...said];
  }

  /** Does something to an asset; false when the asset cannot have it done. */
  act(asset: string, action: Action): boolean {
    if (action.kind === 'mute') return this.#mute(asset, action.muted);
    const elevator = this.#elevators.get(asset);
    const sump = this.#sumps.get(asset);
    const meter = this.#meters.get(asset);
    const leak = this.#leaks.get(asset);
    if (action.kind === 'trap' && elevator) return this.#trap(elevator);
    if (action.kind === 'release' && elevator) return this.#release(elevator);
    if (action.kind === 'rain' && sump) return done(sump.rain(action.mmPerHour));
    if (action.kind === 'pump' && sump) return done(sump.pump(action.works));
    if (action.kind === 'drain' && sump) return done(sump.drain());
    if (action.kind === 'extra_load' && meter) return done(meter.meter.add(action.shareOfPeak * meter.peakKw));
    if (action.kind !== 'wet' || !leak) return false;
    leak.wet(action.isWet);
    // A water sensor wakes up at once when its probes change.
    return this.#hurry(asset);
  }

  #build(loads: ReadonlyMap<string, Load>): void {
    const { seed, zone, elevators, leaks, sumps, meters } = this.#world;
    for (const spec of elevators) {
      const elevator = elevatorOf(spec, zone, seeded('elevator', seed, spec.asset), this.#now);
      this.#elevators.set(spec.asset, { spec, elevator });
      this.#add(elevatorEmitter(spec, elevator));
    }
    for (const spec of leaks) {
      const leak = leakOf(`${seed}${spec.device}`, this.#now);
      this.#leaks.set(spec.asset, leak);
      this.#add(leakEmitter(spec, leak, zone));
    }
    for (const spec of sumps) {
      const sump = sumpOf(spec, seeded('sump', seed, spec.asset), this.#now);
      this.#sumps.set(spec.asset, sump);
      for (const emitter of sumpEmitters(spec, sump)) this.#add(emitter);
    }
    for (const spec of meters) {
      const meter = meterOf(loads.get(spec.asset) as Load, this.#now);
      this.#meters.set(spec.asset, { peakKw: spec.peakKw, meter });
      this.#add(meterEmitter(spec, meter, zone));
    }
  }

  /** First words are spread over the device's own pace, so that nothing arrives in bursts. */
  #add(emitter: Emitter): void {
    const spread = seeded('voice', this.#world.seed, emitter.device).next();
    this.#voices.push({ emitter, nextAt: this.#now + Math.floor(spread * emitter.everySeconds * 1000) });
  }

  #speak(voice: Voice, calm: number): OutMessage[] {
    voice.nextAt = this.#now + voice.emitter.everySeconds * 1000 * calm;
    return this.#muted.has(voice.emitter.device) ? [] : voice.emitter.say();
  }

  #hurry(asset: string): boolean {
    for (const voice of this.#voices) {
      if (voice.emitter.asset === asset) voice.nextAt = Math.min(voice.nextAt, this.#now + LEAK_WAKE_MS);
    }
    return true;
  }

  /** Silence without a last will: a flat battery, a cut cable. */
  #mute(asset: string, muted: boolean): boolean {
    const mine = this.#voices.filter(({ emitter }) => emitter.asset === asset);
    for (const { emitter } of mine) {
      if (muted) this.#muted.add(emitter.device);
      else this.#muted.delete(emitter.device);
    }
    return mine.length > 0 && this.#hurry(asset);
  }

  #trap({ spec, elevator }: { readonly spec: ElevatorSpec; readonly elevator: Elevator }): boolean {
    if (this.#trappedAt.has(spec.asset)) return false;
    elevator.trap();
    this.#trappedAt.set(spec.asset, this.#now);
    this.#urgent.push(this.#fault(spec, elevator, this.#now, null));
    return this.#hurry(spec.asset);
  }

  #release({ spec, elevator }: { readonly spec: ElevatorSpec; readonly elevator: Elevator }): boolean {
    const beganAt = this.#trappedAt.get(spec.asset);
    if (beganAt === undefined) return false;
    elevator.release();
    this.#trappedAt.delete(spec.asset);
    this.#urgent.push(this.#fault(spec, elevator, beganAt, this.#now));
    return this.#hurry(spec.asset);
  }

  #fault(spec: ElevatorSpec, elevator: Elevator, beganAt: Millis, endedAt: Millis | null): OutMessage {
    const fault = { ...spec.monitor, faultType: HOUQI_FAULTS.trapped, beganAt, endedAt, car: elevator.state() };
    return liftFault(fault, this.#world.zone);
  }
}

function done(_nothing: void): true {
  return true;
}
